/** Switches with a value, as the flags of Go's programs are written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '../../../src/cli.js';

function flagOf(word: string): unknown {
  const request = parse(['reconcile', '--watch', word], 'metalctl');
  return 'flags' in request ? (request.flags as { leaderElect?: boolean }).leaderElect : undefined;
}

test('a switch takes =true and =false, and means the same as without and with no-', () => {
  assert.deepEqual(['--leader-elect', '--leader-elect=true', '--leader-elect=false', '--no-leader-elect'].map(flagOf), [
    true,
    true,
    false,
    false,
  ]);
});

test('anything else than true and false is refused, and behind -- a word stays as it is', () => {
  assert.throws(() => flagOf('--leader-elect=maybe'), { code: 'USAGE' });
  const request = parse(['reconcile', '--once', '--', '--leader-elect=false'], 'metalctl');
  assert.deepEqual('args' in request && request.args.targets, ['--leader-elect=false']);
});
