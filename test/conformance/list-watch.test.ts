import { test } from 'node:test';
import { listAndWatchAgree } from './random-operations.js';

test('list and watch add up to the final list, under 1,000 random operations of eight clients', (context) =>
  listAndWatchAgree(context, 1_000));
