/** Feeds that prepare first. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prepared } from '../../../../src/ui/shared/feed.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a feed begins when it is ready, and ends when the view is left', async () => {
  const seen: string[] = [];
  const stop = prepared<string>(async (send) => {
    send('begun');
    return () => void seen.push('stopped');
  })((event) => void seen.push(event), assert.fail);
  await turn();
  stop();
  assert.deepEqual(seen, ['begun', 'stopped']);
});

test('left before it was ready, it ends as soon as it begins', async () => {
  const seen: string[] = [];
  let open: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    open = resolve;
  });
  const stop = prepared<string>(async () => {
    await ready;
    return () => void seen.push('stopped');
  })(assert.fail, assert.fail);
  stop();
  assert.deepEqual(seen, []);
  open();
  await turn();
  assert.deepEqual(seen, ['stopped']);
});

test('what goes wrong while it prepares ends the view', async () => {
  const seen: string[] = [];
  prepared<string>(async () => {
    throw new Error('no kubeconfig');
  })(assert.fail, ({ message }) => void seen.push(message));
  await turn();
  assert.deepEqual(seen, ['no kubeconfig']);
});
