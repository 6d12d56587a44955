/** What a whole fleet at rest costs. A file of its own: making the fleet takes most of the minutes a file may have. */
import { test } from 'node:test';
import { idlePasses } from './fleet-figures.js';

test('R-API-15: a hundred idle passes over five hundred servers', (t) =>
  idlePasses(500, 100, (figure) => t.diagnostic(figure)));
