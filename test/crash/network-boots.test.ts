/** A sample of what `network-boots.slow.test.ts` does five hundred times. */
import { test } from 'node:test';
import { bootAll } from './network-boots.js';

test('R-BMC-14: no machine is switched on before its network boot reads back', (t) => bootAll(t, 25));
