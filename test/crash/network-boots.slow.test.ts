/** Network boots of five hundred claims, with seed and figure printed. */
import { test } from 'node:test';
import { bootAll } from './network-boots.js';

test('R-BMC-14: no machine is switched on before its network boot reads back, over five hundred claims', (t) =>
  bootAll(t, 500));
