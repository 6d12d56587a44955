import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemLines } from '../../../src/commands/impl/discover-report.js';
import { parseCondition } from '../../../src/commands/impl/kit/conditions.js';
import { createConfirm } from '../../../src/commands/impl/kit/confirm.js';
import { errorJson, errorText, viewOf } from '../../../src/commands/impl/kit/errors.js';
import { fieldFilter } from '../../../src/commands/impl/kit/fields.js';
import { createOut } from '../../../src/commands/impl/kit/out.js';
import { createTalk } from '../../../src/commands/impl/kit/talk.js';
import { PermanentError, UserError } from '../../../src/errors/classes.js';
import { styleOf } from '../../../src/lib/output/style.js';
import { realClock } from '../../../src/wiring/clock.js';
import type { Finding } from '../../../src/workflows/discover/finding.js';

const plain = styleOf(false, false);

test('an error says what, why, fix and code', () => {
  const error = new PermanentError('BMC_AUTH_FAILED', 'bmc "b1" cannot be entered', {
    why: '401 from 10.0.0.1',
    hint: ['do this', 'or that'],
  });
  assert.equal(
    errorText(viewOf(error), plain, 'metalctl'),
    'error: bmc "b1" cannot be entered\n  why   401 from 10.0.0.1\n  fix   do this\n        or that\n' +
      '  code  BMC_AUTH_FAILED (exit 19)   more: metalctl explain error BMC_AUTH_FAILED\n',
  );
});

test('in machine forms an error is one JSON line', () => {
  const line = errorJson(
    viewOf(new UserError('NOT_FOUND', 'no\u001b[2J such\nthing', { context: { target: 'server/x' } })),
  );
  assert.equal(line.split('\n').length, 2);
  assert.ok(!line.includes('\u001b'));
  const { code, exit, targets, retryable, fix } = JSON.parse(line);
  assert.deepEqual(
    { code, exit, targets, retryable },
    { code: 'NOT_FOUND', exit: 13, targets: ['server/x'], retryable: false },
  );
  assert.ok(fix.length > 0);
});

test('many targets of one cause are three names and a count; no credential passes', () => {
  const targets = Array.from({ length: 17 }, (_, at) => `server/n${at}`);
  const text = errorText(
    viewOf(new PermanentError('PARTIAL', 'failed at https://u:CANARY@host/', { context: { targets } })),
    plain,
    'metalctl',
  );
  assert.match(text, /17: server\/n0, server\/n1, server\/n2, …/);
  assert.ok(!text.includes('CANARY'));
});

const confirmWith = (answer: string | undefined, flags: { yes?: boolean; confirm?: string } = {}) => {
  const written: string[] = [];
  const stream = {
    isTTY: false,
    columns: undefined,
    write: async (text: string) => void written.push(text),
    flush: async () => undefined,
  };
  const talk = createTalk({ stream, style: plain, quiet: false, form: 'none', clock: realClock() });
  return createConfirm({
    yes: flags.yes ?? false,
    confirm: flags.confirm,
    isInteractive: answer !== undefined,
    talk,
    signal: new AbortController().signal,
    ask: async () => answer ?? '',
  });
};
const question = (level: 1 | 2 | 3) => ({ level, what: 'deleting server/x', plan: [], typed: 'x' });
const refused = (error: unknown): boolean => error instanceof UserError && error.code === 'CONFIRM_REQUIRED';

test('plain progress is a line per phase, not per number', () => {
  const lines: string[] = [];
  const stream = {
    isTTY: false,
    columns: undefined,
    write: async (text: string) => void lines.push(text),
    flush: async () => undefined,
  };
  const progress = createTalk({ stream, style: plain, quiet: false, form: 'plain', clock: realClock() }).progress('x');
  for (const probed of [0, 1, 2]) progress.update({ phase: 'Sweep', text: `${probed} probed` });
  progress.update({ phase: 'Login', text: 'logging in' });
  progress.done();
  assert.deepEqual(
    lines.map((text) => text.slice(9)),
    ['0 probed\n', 'logging in\n'],
  );
});

test('what a table leaves out is said below it', async () => {
  const said: string[] = [];
  const stream = {
    isTTY: true,
    columns: 12,
    write: async (text: string) => void said.push(text),
    flush: async () => undefined,
  };
  const talk = createTalk({ stream, style: plain, quiet: false, form: 'none', clock: realClock() });
  const times = { nowMs: 0, utc: true };
  const out = createOut({ stream, style: plain, format: { kind: 'table' }, talk, times });
  const columns = [{ header: 'NAME' }, { header: 'MODEL', drop: 1 }];
  await out.document({ kind: 'Demo' }, () => ({ columns, rows: [['node-07', 'PowerEdge']] }));
  assert.deepEqual(said, ['NAME\nnode-07\n', '+1 column: -o wide\n']);
});

test('problems of a sweep are told per cause', () => {
  const finding = (address: string) =>
    ({ address, port: 443, scheme: 'https', status: 'tls', why: 'unknown authority' }) as Finding;
  assert.deepEqual(problemLines(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'].map(finding)), [
    '10.0.0.1, 10.0.0.2, 10.0.0.3 and 1 more tls: unknown authority',
    '  fix   --bmc-ca FILE   or, for a first meeting, --pin first-use',
  ]);
});

test('confirmation: --yes answers level 2 only, typing answers level 3, Enter is No', async () => {
  await confirmWith(undefined)(question(1));
  await confirmWith(undefined, { yes: true })(question(2));
  await confirmWith('y')(question(2));
  await confirmWith('x')(question(3));
  await confirmWith(undefined, { confirm: 'x' })(question(3));
  for (const level of [2, 3] as const) await assert.rejects(confirmWith('')(question(level)), refused);
  await assert.rejects(confirmWith(undefined, { yes: true })(question(3)), refused);
  await assert.rejects(confirmWith(undefined, { confirm: 'y' })(question(3)), refused);
  await assert.rejects(confirmWith('y')(question(3)), refused);
  await assert.rejects(
    confirmWith(undefined)(question(2)),
    (error) => refused(error) && /--yes/.test((error as UserError).hints.join()),
  );
});

const server = {
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'Server',
  metadata: {
    name: 'n',
    creationTimestamp: '2026-01-01T00:00:00Z',
    labels: { 'metadata.metal.ironcore.dev/rack': 'r12' },
  },
  spec: { unclaimable: true },
  status: {
    state: 'Available',
    powerState: 'Off',
    manufacturer: 'Dell Inc.',
    conditions: [{ type: 'Ready', status: 'True' }],
  },
};
const now = Date.parse('2026-01-08T00:00:00Z');

test('typed fields filter, and unknown ones are named', () => {
  const rows: [string, boolean][] = [
    ['state=Available', true],
    ['state=error|available', true],
    ['state!=Available', false],
    ['power=On', false],
    ['cordoned=true', true],
    ['claimed=false', true],
    ['rack=r12', true],
    ['age>6d', true],
    ['age>8d', false],
  ];
  for (const [term, holds] of rows) assert.equal(fieldFilter('Server', [term], now)(server), holds, term);
  for (const term of ['stat=x', 'state>x', 'age=7d', 'state'])
    assert.throws(() => fieldFilter('Server', [term], now), UserError, term);
});

test('what can be waited for', () => {
  const rows: [string, boolean][] = [
    ['state=Available', true],
    ['power=on', false],
    ['condition=Ready', true],
    ['condition=Ready=False', false],
    ['jsonpath={.status.manufacturer}=Dell Inc.', true],
    ['jsonpath={.status.manufacturer}', true],
    ['jsonpath={.status.model}', false],
    ['delete', false],
  ];
  for (const [text, holds] of rows) assert.equal(parseCondition(text).holds(server), holds, text);
  assert.equal(parseCondition('delete').holds(undefined), true);
  for (const text of ['stat=x', 'state', 'jsonpath={.a[}']) assert.throws(() => parseCondition(text), UserError, text);
});
