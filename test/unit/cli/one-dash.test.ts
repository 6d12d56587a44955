/** Upstream's probe is written in Go, whose flags take one dash or two: units written for it start ours as they are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '../../../src/cli.js';

const flagsOf = (...words: string[]) => {
  const request = parse(words, 'metalctl') as { invocation?: unknown };
  return JSON.stringify(request);
};

test('flags of the probe may have one dash', () => {
  const url = 'http://127.0.0.1:10000/t/token';
  const one = flagsOf('probe', `-registry-url=${url}`, '-server-uuid', 'u', '-lldp-sync-duration=1m30s', '-zap-devel');
  const two = flagsOf(
    'probe',
    `--registry-url=${url}`,
    '--server-uuid',
    'u',
    '--lldp-sync-duration=1m30s',
    '--zap-devel',
  );
  assert.equal(one, two);
  assert.ok(one.includes(url));
});

test('other commands keep to two, and short flags stay short', () => {
  assert.notEqual(flagsOf('reconcile', '-once'), flagsOf('reconcile', '--once'));
  assert.notEqual(flagsOf('probe', '-vv', '--print'), flagsOf('probe', '--print'));
});
