/**
 * What people and scripts get for wrong input, by the real program: the exit code, what, why, fix and code on stderr,
 * nothing on stdout, no stack trace, and nothing half-written. BMCs that misbehave are real listeners.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { BMC, Server, ServerClaim } from '../../src/api/metal/v1alpha1/index.js';
import { type Live, startLive } from '../support/live.js';
import {
  assertNoStack,
  assertRefused,
  openShell,
  type Refusal,
  type Shell,
  type StartOptions,
} from '../support/process.js';
import { type BadHost, listenBadly } from './bad-hosts.js';
import { startWorker, type Worker } from './cli-worker.js';

let live: Live;
let shell: Shell;
let worker: Worker;
const hosts = new Map<string, BadHost>();

before(async () => {
  live = await startLive({ servers: 4, vendors: 'dell,hpe,lenovo,supermicro' });
  shell = openShell({ KUBECONFIG: live.sandbox.record.kubeconfig });
  worker = await startWorker(shell.environment);
  for (const how of ['silent', 'plain TCP', 'plain HTTP', 'HTML', 'garbage'] as const)
    hosts.set(how, await listenBadly(how));
});
after(async () => {
  await worker.close();
  await shell.close();
  for (const host of hosts.values()) await host.close();
  await live.close();
});

/** The built program, loaded once; what needs a process of its own has one. */
const run = (args: readonly string[], { env }: StartOptions = {}) => worker.run(args, env);

interface Row extends Refusal {
  readonly when: string;
  readonly args: readonly string[];
  readonly with?: () => StartOptions;
}

/** Runs rows as subtests: the built program, loaded once. That processes end with the same codes, `cli-exits` shows. */
const refuses = (title: string, rows: readonly Row[]) =>
  test(title, async (t) => {
    live.sandbox.api.requestLog.reset();
    for (const row of rows)
      await t.test(`${row.when} → ${row.exit} ${row.code}`, async () => {
        assertRefused(await worker.run(row.args, row.with?.().env), row);
      });
    const changes = ['create', 'patch', 'delete'].map((verb) => live.sandbox.api.requestLog.count(verb));
    assert.deepEqual(changes, [0, 0, 0], 'nothing half-written');
  });

let spoilt = 0;
/** The sandbox's kubeconfig with something wrong in it. */
function kubeconfigWith(change: (text: string) => string): StartOptions {
  const text = readFileSync(live.sandbox.record.kubeconfig, 'utf8');
  const changed = change(text);
  assert.notEqual(changed, text, 'the test must spoil the file');
  spoilt += 1;
  return { env: { KUBECONFIG: shell.file(`spoilt.kubeconfig.${spoilt}`, changed) } };
}

refuses('words that mean nothing', [
  {
    when: 'unknown command',
    args: ['gte', 'servers'],
    exit: 2,
    code: 'USAGE',
    what: /unknown command "gte"/,
    fix: /get/,
  },
  {
    when: 'unknown flag',
    args: ['get', 'servers', '--selctor', 'a=b'],
    exit: 2,
    code: 'USAGE',
    what: /unknown flag "--selctor"/,
    fix: /did you mean: --selector/,
  },
  { when: 'bad -o', args: ['get', 'servers', '-o', 'jsn'], exit: 2, code: 'USAGE', what: /"jsn"/, fix: /-o json/ },
  {
    when: 'reconcile without --once and --watch',
    args: ['reconcile'],
    exit: 2,
    code: 'USAGE',
    what: /--once or --watch/,
    why: /drives hardware/,
    fix: /reconcile --once\n.*reconcile --watch/,
  },
  {
    when: 'range too large',
    args: ['discover', '--cidr', '10.0.0.0/8'],
    exit: 2,
    code: 'RANGE_TOO_LARGE',
    what: /10\.0\.0\.0\/8 has 2\^24 addresses/,
    fix: /--target/,
  },
  {
    when: 'public range',
    args: ['discover', '--cidr', '8.8.8.0/24'],
    exit: 2,
    code: 'RANGE_NOT_PRIVATE',
    what: /8\.8\.8\.0\/24 is not private/,
    why: /RFC 1918/,
    fix: /--force/,
  },
]);

refuses('no way into the cluster', [
  {
    when: 'no kubeconfig',
    args: ['get', 'servers'],
    with: () => ({ env: { KUBECONFIG: undefined } }),
    exit: 2,
    code: 'KUBECONFIG_MISSING',
    what: /no kubeconfig/,
    why: /neither --kubeconfig nor KUBECONFIG/,
    fix: /sandbox up/,
  },
  {
    when: 'kubeconfig is no YAML',
    args: ['get', 'servers'],
    with: () => kubeconfigWith(() => 'clusters: ['),
    exit: 2,
    code: 'KUBECONFIG_INVALID',
    what: /spoilt\.kubeconfig\.\d+ cannot be read/,
    why: /line \d/,
    fix: /./,
  },
  {
    when: 'wrong context',
    args: ['get', 'servers', '--context', 'prod'],
    exit: 13,
    code: 'CONTEXT_NOT_FOUND',
    what: /context "prod"/,
    why: /metalctl-sandbox/,
    fix: /--context metalctl-sandbox/,
  },
  ...['get servers', 'reconcile --once'].map((words) => ({
    when: `unreachable API, ${words}`,
    args: words.split(' '),
    with: () => kubeconfigWith((text) => text.replace(/server: .*/, 'server: https://127.0.0.1:1')),
    exit: 1,
    code: 'API_UNREACHABLE',
    what: /cannot (list|read)/,
    why: /nothing listens at https:\/\/127\.0\.0\.1:1/,
    fix: /network/,
  })),
  ...['get servers', 'reconcile --once', 'claim a --server b --image c'].map((words) => ({
    when: `expired token, ${words}`,
    args: words.split(' '),
    with: () => kubeconfigWith((text) => text.replace(/token: .*/, 'token: expired')),
    exit: 18,
    code: 'API_UNAUTHORIZED',
    what: /cannot/,
    why: /not accepted/,
    fix: /[Ll]og in again/,
  })),
]);

refuses('a cluster without the kinds', [
  ...['get servers', 'discover --target 127.0.0.1:1', 'claim a --server b --image c', 'release a'].map((words) => ({
    when: `CRDs missing, ${words}`,
    args: words.split(' '),
    exit: 14,
    code: 'CRD_MISSING',
    what: /does not serve \w+\.metal\.ironcore\.dev/,
    why: /unknown to it/,
    fix: /metalctl install crds/,
  })),
  {
    when: 'CRDs missing, reconcile --watch',
    args: ['reconcile', '--watch', '--registry-address', '127.0.0.1:0'],
    exit: 14,
    code: 'CRD_MISSING',
    what: /serves none of the kinds/,
    fix: /metalctl install crds/,
  },
]);

test('CRDs missing, reconcile --once → 14 CRD_MISSING, and the lease is free again', async () => {
  const refusal = { exit: 14, code: 'CRD_MISSING', what: /serves none of the kinds/, fix: /metalctl install crds/ };
  for (const _ of ['first', 'second']) assertRefused(await run(['reconcile', '--once']), refusal);
  await live.installCrds();
});

// --- BMCs that are none --------------------------------------------------------------------------------------------

const ca = () => ({ env: { METALCTL_BMC_CA: shell.file('ca.pem', live.sandbox.ca) } });
const account = (password: string) => [
  '--bmc-username',
  'admin',
  '--bmc-password-file',
  shell.file('password', `${password}\n`),
];
const targets = () => live.sandbox.emulator.bmcs.flatMap(({ host, port }) => ['--target', `${host}:${port}`]);

interface Found {
  readonly findings: readonly { readonly status: string; readonly why?: string; readonly address: string }[];
}

test('a host that is no BMC gets no credential, and is told as what it is', async (t) => {
  for (const [how, host] of hosts) {
    await t.test(how, async () => {
      const args = [
        'discover',
        '--target',
        `127.0.0.1:${host.port}`,
        ...account('Never-Sent-1'),
        '--probe-timeout',
        '1s',
      ];
      const ended = await run([...args, '-o', 'json'], ca());
      assertNoStack(ended);
      const seen = host.received();
      assert.doesNotMatch(seen, /authorization|x-auth-token|Never-Sent-1|POST/i);
      assert.equal(ended.code, 0, ended.stderr);
      const { findings } = JSON.parse(ended.stdout) as Found;
      assert.deepEqual(
        findings.map(({ status }) => status),
        [host.status],
        ended.stdout,
      );
      assert.match(findings[0]?.why ?? '', host.why);
    });
  }
});

test('a BMC whose CA is not known is "tls", and never sees an Authorization header', async () => {
  const { log } = live.sandbox.emulator;
  log.reset();
  const ended = await run(['discover', ...targets(), ...account(live.sandbox.bmcPassword), '-o', 'json']);
  assert.equal(ended.code, 0, ended.stderr);
  const { findings } = JSON.parse(ended.stdout) as Found;
  assert.deepEqual(
    findings.map(({ status }) => status),
    ['tls', 'tls', 'tls', 'tls'],
  );
  assert.equal(log.requests().filter(({ auth, method }) => auth !== 'none' || method !== 'GET').length, 0);
  assert.deepEqual(log.logins(), { ok: 0, failed: 0 });
});

test('a BMC that accepts and says nothing, answers HTML or garbage, is told and does not hold up the others', async () => {
  const { control, bmcs } = live.sandbox.emulator;
  control.fail({ match: { bmc: 'bmc-1' }, action: { kind: 'connection', how: 'hang' } });
  control.fail({ match: { bmc: 'bmc-2' }, action: { kind: 'body', how: 'html' } });
  control.fail({ match: { bmc: 'bmc-3' }, action: { kind: 'body', how: 'malformed' } });
  try {
    const args = [
      'discover',
      ...targets(),
      ...account(live.sandbox.bmcPassword),
      '--probe-timeout',
      '1s',
      '-o',
      'json',
    ];
    const ended = await run(args, ca());
    assert.equal(ended.code, 0, ended.stderr);
    assertNoStack(ended);
    const { findings } = JSON.parse(ended.stdout) as Found;
    const statusOf = (at: number) => findings.find(({ address }) => address === bmcs[at]?.host)?.status ?? 'absent';
    assert.equal(statusOf(3), 'new');
    for (const at of [0, 1, 2]) assert.match(statusOf(at), /silent|absent/, `bmc-${at + 1}`);
  } finally {
    control.heal();
  }
});

// --- The wrong password --------------------------------------------------------------------------------------------

test('a wrong password is tried once per BMC over five passes and a discover, named, and forgotten when corrected', async () => {
  const { emulator, bmcPassword } = live.sandbox;
  await live.onboard();
  const password = (text: string) => `{"data":{"password":"${Buffer.from(text).toString('base64')}"}}`;
  for (const { name } of emulator.bmcs) await patchSecret(name, password('Wrong-Password-1'));
  emulator.log.reset();
  const pass = ['reconcile', '--once'];
  for (let n = 0; n < 5; n += 1) {
    const ended = await run(pass, ca());
    assert.equal(ended.code, 19, ended.stderr);
    for (const { name } of emulator.bmcs)
      assert.match(ended.stdout, new RegExp(`FAILED +bmc/${name} +BMC_AUTH_FAILED`));
    assertNoStack(ended);
    assert.doesNotMatch(ended.stdout + ended.stderr, /Wrong-Password-1/);
  }
  const target = ['--target', `${emulator.bmcs[0]?.host}:${emulator.bmcs[0]?.port}`];
  const found = await run(['discover', ...target, '--bmc-secret', 'bmc-1', '-o', 'json'], ca());
  assert.equal((JSON.parse(found.stdout) as Found).findings[0]?.status, 'auth', found.stdout);
  for (const { name } of emulator.bmcs) {
    assert.deepEqual(emulator.log.logins(name), { ok: 0, failed: 1 }, name);
    const bmc = (await live.ports.cluster.get(BMC, { name })) as BMC;
    const ready = bmc.status?.conditions?.find(({ type }) => type === 'Ready');
    assert.deepEqual([ready?.status, ready?.reason], ['False', 'AuthenticationFailed'], name);
    assert.match(ready?.message ?? '', /credentials/);
    await patchSecret(name, password(bmcPassword));
  }
  const once = [...pass, '--settle', '--hold-for-probe', '30s', '--registry-address', '127.0.0.1:0'];
  const healed = await run(once, ca());
  assert.equal(healed.code, 0, healed.stdout + healed.stderr);
  for (const server of await live.servers()) assert.equal(server.status?.state, 'Available', server.metadata.name);
  assert.equal(emulator.log.logins().failed, 4);
});

test('discover tries a wrong password once per BMC and names the account', async () => {
  const { log } = live.sandbox.emulator;
  log.reset();
  const args = ['discover', ...targets(), ...account('Wrong-Password-2'), '--strict'];
  const ended = await run(args, ca());
  assert.equal(ended.code, 19, ended.stderr);
  assert.match(ended.stderr, /^error: 4 of 4 BMCs refused the credentials$/m);
  assert.match(ended.stderr, /why .*401 with --bmc-username admin \(1 attempt made, none left\)/);
  assert.match(ended.stderr, /code {2}BMC_AUTH_FAILED \(exit 19\)/);
  assert.doesNotMatch(ended.stdout + ended.stderr, /Wrong-Password-2/);
  for (const { name } of live.sandbox.emulator.bmcs) assert.deepEqual(log.logins(name), { ok: 0, failed: 1 });
});

async function patchSecret(name: string, change: string): Promise<void> {
  const { BMCSecret } = await import('../../src/api/metal/v1alpha1/index.js');
  await live.ports.cluster.patch(BMCSecret, { name }, JSON.parse(change), 'merge');
}

// --- Claims that cannot be -----------------------------------------------------------------------------------------

const serverOf = (n: number) => `bmc-${n}-system-0`;
const claimOf = (server: string, ...more: string[]) => [
  'claim',
  'late',
  '--server',
  server,
  '--image',
  'os:1',
  ...more,
];

test('claims of machines that cannot be had', async (t) => {
  const { cluster } = live.ports;
  await cluster.patch(Server, { name: serverOf(1) }, { spec: { unclaimable: true } }, 'merge');
  const held = await run(['claim', 'first', '--server', serverOf(2), '--image', 'os:1', '--wait=bound'], ca());
  assert.equal(held.code, 0, held.stderr);
  // As the last visit may have seen it: the claim must not rely on a later look at the machine.
  await cluster.patch(Server, { name: serverOf(3) }, { status: { powerState: 'On' } }, 'merge', {
    subresource: 'status',
  });
  const notClaimable = { exit: 16, code: 'SERVER_NOT_CLAIMABLE', what: /cannot be claimed now/, fix: /metalctl/ };
  const ignition = { exit: 2, code: 'IGNITION_INVALID', fix: /"ignition": \{"version"/ };
  const rows: readonly Row[] = [
    {
      when: 'missing',
      args: claimOf('nope'),
      exit: 13,
      code: 'NOT_FOUND',
      what: /"nope" not found/,
      why: /4 servers/,
      fix: /get servers/,
    },
    { when: 'cordoned', args: claimOf(serverOf(1)), ...notClaimable, why: /cordoned/, fix: /metalctl uncordon bmc-1/ },
    { when: 'reserved', args: claimOf(serverOf(2)), ...notClaimable, why: /default\/first holds it/ },
    { when: 'powered on', args: claimOf(serverOf(3)), ...notClaimable, why: /power is On/ },
    {
      when: 'ignition that is not JSON',
      args: claimOf(serverOf(4), '--ignition', shell.file('a.ign', 'variant: fcos')),
      ...ignition,
      what: /is not JSON/,
      why: /Butane or YAML/,
    },
    {
      when: 'ignition without a version',
      args: claimOf(serverOf(4), '--ignition', shell.file('b.ign', '{"ignition":{}}')),
      ...ignition,
      what: /is not Ignition/,
      why: /no ignition\.version/,
    },
    {
      when: 'ignition file that does not exist',
      args: claimOf(serverOf(4), '--ignition', '/nowhere/c.ign'),
      exit: 13,
      code: 'FILE_NOT_FOUND',
      what: /\/nowhere\/c\.ign cannot be read/,
      why: /does not exist/,
      fix: /path/,
    },
  ];
  for (const row of rows) {
    await t.test(`${row.when} → ${row.exit} ${row.code}`, async () => {
      assertRefused(await run(row.args), row);
      assert.equal(
        await cluster.get(ServerClaim, { namespace: 'default', name: 'late' }),
        undefined,
        'no claim is left',
      );
    });
  }
});

// --- Nobody to ask -------------------------------------------------------------------------------------------------

// Input that stays open and silent would hold whoever waits for an answer until the deadline.
const asks = (when: string, args: string, fix: RegExp, code = 'NEEDS_INPUT'): Row => ({
  when,
  args: args.split(' '),
  exit: 12,
  code,
  what: /./,
  fix,
  with: () => ({ isStdinHeld: true }),
});
refuses('a question without a terminal is not waited for and names the flags', [
  asks('claim without a choice', 'claim', /--server NAME\n.*-l /),
  asks('claim without an image', `claim x --server ${serverOf(4)}`, /--image/),
  asks('claim -i', 'claim -i', /--server NAME/),
  asks('discover -i', 'discover -i --cidr 127.0.0.0/29', /onboard --from last|-i/),
  asks('release', 'release first', /--yes/, 'CONFIRM_REQUIRED'),
  asks('power off', `power off ${serverOf(2)}`, /--yes/, 'CONFIRM_REQUIRED'),
  asks('delete server', `delete server ${serverOf(4)}`, new RegExp(`--confirm ${serverOf(4)}`), 'CONFIRM_REQUIRED'),
  asks('delete bmc, with --yes only', 'delete bmc bmc-4 --yes', /--confirm bmc-4/, 'CONFIRM_REQUIRED'),
]);

// --- Output that must not be trusted -------------------------------------------------------------------------------

test('`get servers | head -1` ends with 141 and not a word', async () => {
  // More than a pipe holds, so that it is closed while there is more to write. Bash, for PIPESTATUS.
  const many = Array(40).fill('servers').join(',');
  const errors = `${shell.folder}/err.txt`;
  const line = `$METALCTL get servers,bmcs -o json 2>${errors} | head -1; echo "\${PIPESTATUS[0]}"`;
  const { stdout } = await shell.pipe(line.replace('servers,bmcs', many));
  assert.equal(stdout, '{\n141\n');
  assert.equal(readFileSync(errors, 'utf8'), '');
});

// Bell, clear screen, title, C1, bidi override, carriage return and backspace: what a hostile BMC might call itself.
const hostile = 'R660\u0007\u001b[2J\u001b]0;owned\u0007\u009b31m\u202eevil\rfake\u0008\u007f\u200b\nROW';

test('terminal escapes in an object reach no output as control bytes', { concurrency: 3 }, async (t) => {
  const status = { status: { model: hostile } };
  await live.ports.cluster.patch(Server, { name: serverOf(4) }, status, 'merge', { subresource: 'status' });
  const forms = [
    'table',
    'wide',
    'json',
    'yaml',
    'jsonl',
    'csv',
    'markdown',
    'name',
    'crd',
    'jsonpath={.status.model}',
  ];
  const runs: readonly (readonly string[])[] = [
    ...forms.map((form) => ['get', 'server', serverOf(4), '-o', form]),
    ['get', 'servers', '-o', 'custom-columns=N:.metadata.name,M:.status.model'],
    ['describe', 'server', serverOf(4)],
    ['claim', 'x', '--model', 'none', '--image', 'i', '--explain'],
    ['claim', hostile, '--server', serverOf(4), '--image', 'i'],
    ['get', hostile],
    [hostile],
  ];
  const ends = runs.map((args) =>
    t.test(args.join(' ').replace(/[^ -~]/g, '?'), async () => {
      const { stdout, stderr } = await run(args);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      assert.doesNotMatch(stdout + stderr, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]/);
    }),
  );
  await Promise.all(ends);
});
