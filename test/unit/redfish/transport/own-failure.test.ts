/** A process without file descriptors says nothing about a BMC: only what the BMC did counts against it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOurOwn, isTransport } from '../../../../src/redfish/transport/answer.js';
import { ConnectFailure } from '../../../../src/redfish/transport/connect.js';
import { ExchangeFailure } from '../../../../src/redfish/transport/exchange.js';

const failed = (code: string) => {
  const cause = Object.assign(new Error(code), { code });
  return new ExchangeFailure('connect', code, new ConnectFailure('unreachable', code, cause));
};

test('too many open files is our own; refused, reset and silent are the BMC’s', () => {
  for (const code of ['EMFILE', 'ENFILE']) assert.ok(isOurOwn(failed(code)) && isTransport(failed(code)), code);
  for (const code of ['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH']) assert.ok(!isOurOwn(failed(code)), code);
  assert.ok(!isOurOwn(new ExchangeFailure('timeout', 'no answer in time')));
});
