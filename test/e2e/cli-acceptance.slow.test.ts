/**
 * What every command must do, whatever it is for (cli.md §18): say nothing but its result on stdout, never hang on a
 * question nobody hears, and change nothing the second time. Tables of command lines against one sandbox; a command that
 * stands in no table fails the test.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { filesBelow, root } from '../../scripts/lib/files.js';
import { ConfigMap } from '../../src/api/kubernetes.js';
import { BMC, Server, ServerClaim } from '../../src/api/metal/v1alpha1/index.js';
import { documentSchema } from '../../src/commands/impl/documents/index.js';
import { commands } from '../../src/commands/index.js';
import { Exit } from '../../src/errors/exit.js';
import { neutraliseLines } from '../../src/lib/sanitize.js';
import { faultsOf } from '../support/schemas.js';
import { type Cli, startCli } from './cli-process.js';
import { type Answered, startWorker, type Worker } from './cli-worker.js';

let cli: Cli;
let worker: Worker;
const [held, free, third] = ['bmc-1-system-0', 'bmc-2-system-0', 'bmc-3-system-0'];

before(async () => {
  cli = await startCli(3);
  await cli.live.onboard();
  await cli.live.pass({ settle: true });
  worker = await startWorker(cli.environment);
  await cli.live.ports.cluster.create(ServerClaim, {
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'ServerClaim',
    metadata: { namespace: 'default', name: 'db' },
    spec: { power: 'On', image: 'os:1', serverRef: { name: held } },
  });
  await cli.live.pass({ settle: true });
  const claim = await cli.live.ports.cluster.get(ServerClaim, { namespace: 'default', name: 'db' });
  assert.equal(claim?.status?.phase, 'Bound');
  await cli.live.ports.events.flush(5_000);
});
after(async () => {
  await worker.close();
  await cli.close();
});

const words = (line: string): string[] => line.split(' ').map((word) => word.replaceAll('_', ' '));
const run = (line: string | readonly string[]): Promise<Answered> =>
  worker.run(typeof line === 'string' ? words(line) : line);
const told = (line: unknown, { code, stdout, stderr }: Answered): string => `${line} → ${code}\n${stdout}\n${stderr}`;

/** Why a command stands in no table below. */
const elsewhere: Readonly<Record<string, string>> = {
  reconcile: 'its loop ends by a signal: interrupt.test.ts',
  'sandbox up': 'it runs until a signal: interrupt.test.ts',
  'sandbox down': 'interrupt.test.ts',
  'sandbox fail': 'sandbox-fail.test.ts',
  'sandbox heal': 'sandbox-fail.test.ts',
  demo: 'demo.slow.test.ts',
  'metadata serve': 'it runs until a signal',
  probe: 'probe.test.ts',
  visualizer: 'it runs until a signal: visualizer.test.ts',
  console: 'console.test.ts',
  move: 'move.slow.test.ts',
  backup: 'snapshot.slow.test.ts',
  restore: 'snapshot.slow.test.ts',
  edit: 'cli-look.slow.test.ts',
  'config edit': 'config.test.ts',
  'redfish record': 'redfish.slow.test.ts',
  'redfish replay': 'redfish.slow.test.ts',
  'redfish task wait': 'redfish.slow.test.ts',
  unpark: 'park.test.ts',
  'bmc credentials set': 'bmc-access.slow.test.ts',
  'bmc users add': 'bmc-access.slow.test.ts',
  'bmc users delete': 'bmc-access.slow.test.ts',
  'bmc users role': 'bmc-access.slow.test.ts',
  'bmc users enable': 'bmc-access.slow.test.ts',
  'bmc hostkey accept': 'console.test.ts',
  'bmc cert renew': 'bmc.slow.test.ts',
  'bmc cert install': 'bmc.slow.test.ts',
  'bmc subscribe delete': 'bmc-config.slow.test.ts',
  'install all': 'install.slow.test.ts',
  'install cronjob': 'install.slow.test.ts',
  'install daemon': 'install.slow.test.ts',
  'sandbox reset': 'sandbox-data.test.ts',
};

/** Commands that change nothing, or tell what they would: one line each. */
const readers = `
discover TARGETS --no-login
onboard --from nowhere
doctor
preflight
claim x --explain --cpu 1
release db --dry-run
get servers -o wide
get all
describe server ${held}
tree server/${held}
events
history server/${held}
why server/${held}
top --once
dashboard --once
inventory
power status ${held}
boot show ${free}
bmc info bmc-1
bmc ping bmc-1
bmc sensors bmc-1
bmc inventory bmc-1
bmc logs bmc-1
bmc sessions list bmc-1
bmc credentials test bmc-1
bmc users list bmc-1
bmc cert show bmc-1
bmc net get bmc-1
bmc time sync bmc-1 --dry-run
bmc settings get bmc-1
bmc settings diff bmc-1 SysLog.1.Server1=10.0.0.5
bmc subscribe list bmc-1
plan
apply -f FILE --dry-run=server
diff -f FILE
validate -f FILE
convert -f FILE
validate ignition IGNITION
redfish get Systems --bmc bmc-1
redfish head Systems --bmc bmc-1
redfish ls Systems --bmc bmc-1
redfish tree Systems --bmc bmc-1
redfish find Systems --bmc bmc-1 --property AssetTag
redfish task list --bmc bmc-1
redfish schema ComputerSystem --bmc bmc-1
redfish conformance bmc-1 --quick
wait server/${held} --for state=Reserved
sandbox status
config view
config get output
config path
config validate
config profiles
plugin list
completion bash
explain server.spec
api-resources
logs
version`
  .trim()
  .split('\n');

/** Commands that ask first: the line, and the flag that would have answered. */
const askers: Readonly<Record<string, RegExp>> = {
  [`power off ${held}`]: /--yes/,
  [`power cycle ${held}`]: /--yes/,
  [`power reset ${held}`]: /--yes/,
  [`power nmi ${held}`]: /--yes/,
  [`power push ${held}`]: /--yes/,
  'release db': /--yes/,
  [`park ${held}`]: /--yes/,
  [`delete server ${free} --yes`]: new RegExp(`--confirm ${free}`),
  'delete bmc bmc-2': /--confirm bmc-2/,
  'delete scl db': /--yes/,
  'uninstall --keep-crds': /--yes/,
  'bmc reset bmc-1 --force --direct': /--yes|--confirm bmc-1/,
  'bmc logs clear bmc-1': /--yes/,
  'bmc sessions kill bmc-1 all': /--yes/,
  'bmc credentials rotate bmc-1': /--yes/,
  'bmc defaults bmc-1 --yes': /--confirm bmc-1/,
  'bmc net set bmc-1 --hostname other': /--yes/,
  'bmc settings set bmc-1 SysLog.1.Server1=10.0.0.5': /--yes/,
  'bmc settings apply bmc-1 -f SETTINGS': /--yes/,
  'bmc credentials show bmc-1 --reveal': /terminal/,
  'redfish patch Systems/1 --bmc bmc-1 -d {"AssetTag":"A"}': /--yes/,
  'redfish post Systems/1 --bmc bmc-1 -d {}': /--yes/,
  'redfish put Systems/1 --bmc bmc-1 -d {}': /--yes/,
  'redfish delete Systems/1 --bmc bmc-1': /--yes/,
  [`boot order ${held} --set Boot0001,Boot0000`]: /--yes/,
  [`boot media ${held} insert http://127.0.0.1/x.iso`]: /--yes/,
  [`boot config ${held} --image os:2`]: /--yes/,
  [`boot once ${held} pxe --reset`]: /--yes/,
  'claim x --image os:1': /--server NAME/,
  'claim x --cpu 1': /--image IMG/,
  'claim -i': /--server|terminal/,
  'discover -i --cidr 127.0.0.0/30': /--|terminal/,
  [`describe server ${held} -i`]: /terminal/,
  [`console ${held}`]: /--read-only|terminal/,
  'onboard --from REPORT --create-secret': /--bmc-username/,
  'apply -f FILE --prune --prune-selector app=t': /--yes/,
  'visualizer --host 0.0.0.0': /--yes/,
  [`edit server ${free}`]: /terminal/,
  'config edit': /terminal/,
  'bmc credentials set bmc-1 --password-file PASSWORD': /--yes/,
  'delete scl db --orphan-finalizers --yes': /--confirm db/,
};

/** Why a command that may ask stands not above. */
const asksElsewhere: Readonly<Record<string, string>> = {
  vis: 'it is visualizer',
  viz: 'it is visualizer',
  'boot show': 'it shares its exits with commands that ask, and asks nothing',
  'bmc credentials test': 'it shares its exits with commands that ask, and asks nothing',
  'bmc users list': 'it shares its exits with commands that ask, and asks nothing',
  'bmc users delete': 'it needs another account than ours: bmc-access.slow.test.ts',
  'bmc users role': 'it needs another account than ours: bmc-access.slow.test.ts',
  'bmc users enable': 'it needs another account than ours: bmc-access.slow.test.ts',
  'bmc users add': 'it prints its plan and asks nothing',
  'bmc time sync': 'it prints its plan and asks nothing',
  'bmc cert renew': 'it prints its plan and asks nothing',
  'bmc cert install': 'it needs a certificate the BMC has asked for: bmc.slow.test.ts',
  'bmc hostkey accept': 'it needs an SSH server: console.test.ts',
  'bmc subscribe delete': 'it needs a subscription: bmc-config.slow.test.ts',
  move: 'it needs two clusters: move.slow.test.ts',
  restore: 'it needs a snapshot: snapshot.slow.test.ts',
  'sandbox reset': 'it needs a sandbox of its own: sandbox-data.test.ts',
};

const files: Readonly<Record<string, () => readonly string[]>> = {
  TARGETS: () => cli.range,
  FILE: () => [
    cli.file('one.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, labels: {app: t}}\ndata: {a: b}\n'),
  ],
  IGNITION: () => [cli.file('ok.ign', '{"ignition":{"version":"3.4.0"}}')],
  PASSWORD: () => [cli.file('new-password', 'A-good-one-2026\n')],
  SETTINGS: () => [cli.file('settings.yaml', 'SysLog.1.Server1: 10.0.0.5\n')],
  REPORT: () => [cli.file('report.json', JSON.stringify({ kind: 'DiscoverReport', findings: [] }))],
};
const filled = (line: string): string[] => words(line).flatMap((word) => files[word]?.() ?? [word]);

test('cli.md §18.3: every reading command: results on stdout, talk on stderr, no escape byte on either', async () => {
  for (const line of readers) {
    const ran = await run(filled(line));
    assert.ok(!`${ran.stdout}${ran.stderr}`.includes('\u001b'), told(line, ran));
    assert.ok(!/\n\s+at .*\.js:\d+/.test(ran.stderr), told(line, ran));
    assert.ok(ran.code !== Exit.USAGE && ran.code !== Exit.ERROR, told(line, ran));
    assert.doesNotMatch(ran.stdout, /^(error|warning|Next|PLAN|still working)\b|^\d\d:\d\d:\d\d /m, told(line, ran));
    if (ran.code !== Exit.OK && ran.code !== Exit.CHANGES && ran.code !== Exit.CHECKS_FAILED)
      assert.match(ran.stderr, /^error: /m, told(line, ran));
  }
});

test('cli.md §6: what -o json prints is as the shipped schemas say', async () => {
  const seen = new Set<string>();
  const lines = [
    ...readers,
    'why claim/db',
    `why server/${held} server/${free}`,
    'explain exit-codes',
    'explain flags',
  ];
  for (const line of [...lines, 'inventory --group-by model', 'explain error', 'claim y --count 1 --explain --cpu 1']) {
    const ran = await run([...filled(line), '-o', 'json']);
    const text = ran.stdout.trim() === '' ? (ran.stderr.trim().split('\n').at(-1) ?? '') : ran.stdout;
    if (!text.startsWith('{')) continue;
    const document = JSON.parse(text) as { apiVersion?: string; kind: string };
    if (document.apiVersion !== 'cli.metalctl.dev/v1' || documentSchema(document.kind) === undefined) continue;
    assert.equal(faultsOf(document), '', line);
    seen.add(document.kind);
  }
  assert.ok(seen.size >= 30, `only ${[...seen].join(', ')}`);
});

/** Each line twice: the second says `unchanged`, and the API server sees no write. */
const repeated = `
cordon ${free} --reason psu
label server ${free} rack=r1
annotate server ${free} note=x
taint ${free} hw/psu=bad:NoBind
untaint ${free} hw/psu
uncordon ${free}
apply -f FILE
install crds
install rbac
config set output wide
config unset output
config set profiles.lab.color never
config use-profile lab
power on ${held}
power off ${third}
locate ${free} off`
  .trim()
  .split('\n');

/** Version of everything the API server stores. */
const revision = async (): Promise<string> => (await cli.live.ports.cluster.list(ConfigMap)).resourceVersion;

test('cli.md §18.8: a change made twice is "unchanged" the second time, and nothing is written', async () => {
  const { requestLog } = cli.live.sandbox.api;
  for (const line of repeated) {
    const first = await run(filled(line));
    assert.equal(first.code, Exit.OK, told(line, first));
    requestLog.reset();
    const version = await revision();
    const second = await run(filled(line));
    assert.equal(second.code, Exit.OK, told(line, second));
    assert.match(second.stdout + second.stderr, /unchanged|already/, told(line, second));
    assert.equal(await revision(), version, `${line} changed something again`);
    // Whether a manifest changes anything only the API server knows: it is sent, and stores nothing.
    if (!/^(apply|install)/.test(line)) assert.equal(requestLog.writes, 0, `${line} wrote again`);
  }
});

test('cli.md §18.4: without a terminal every question ends with 12 at once, and names the flags that answer it', async () => {
  await cli.live.ports.cluster.create(ConfigMap, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'default', name: 'two', labels: { app: 't' } },
  });
  for (const [line, flags] of Object.entries(askers)) {
    const before = cli.live.sandbox.api.requestLog.writes;
    const ran = await run(filled(line));
    assert.equal(ran.code, Exit.NEEDS_INPUT, told(line, ran));
    assert.match(ran.stderr, flags, told(line, ran));
    // A second on an idle machine; processor time says the same on one that others use.
    assert.ok(ran.cpu < 1, `${line}: ${ran.cpu} s`);
    assert.equal(ran.stdout, '', told(line, ran));
    assert.ok(line.startsWith('apply') || cli.live.sandbox.api.requestLog.writes === before, `${line} wrote`);
  }
});

test('cli.md §18.4: every command that may ask is walked through above, or says why not', () => {
  const lines = Object.keys(askers);
  const asking = commands.filter(({ exits }) => exits.includes('NEEDS_INPUT')).map(({ name }) => name);
  const isWalked = (name: string): boolean => lines.some((line) => `${line} `.startsWith(`${name} `));
  assert.deepEqual(
    asking.filter((name) => !isWalked(name) && !(name in asksElsewhere)),
    [],
  );
  const idle = Object.keys(asksElsewhere).filter((name) => !asking.includes(name) || isWalked(name));
  assert.deepEqual(idle, [], 'take these out of asksElsewhere');
});

test('cli.md §18: every command stands in a table here, or says where else', () => {
  const lines = [...readers, ...Object.keys(askers), ...repeated];
  const absent = commands.filter(({ name, hidden }) => {
    const isHere = lines.some((line) => `${line} `.startsWith(`${name} `));
    return hidden !== true && !isHere && !(name in elsewhere);
  });
  assert.deepEqual(
    absent.map(({ name }) => name),
    [],
  );
});

test('what is said to be shown elsewhere is: each test file named here is there, and names the command', () => {
  const below = [...filesBelow('test', /\.test\.tsx?$/)];
  for (const [name, why] of [...Object.entries(elsewhere), ...Object.entries(asksElsewhere)])
    for (const [file] of why.matchAll(/[\w.-]+\.test\.tsx?/g)) {
      const path = below.find((each) => each.endsWith(`/${file}`)) ?? assert.fail(`${name}: there is no ${file}`);
      const text = readFileSync(join(root, path), 'utf8');
      for (const word of name.split(' ')) assert.match(text, new RegExp(`\\b${word}\\b`, 'i'), `${file}: ${name}`);
    }
});

test('names with hostile characters are refused or neutralised, and no request leaves the place they were meant for', async () => {
  const names = [
    '../../secrets',
    'a/b',
    'a%2fb',
    '-rf',
    '\u001b[2J',
    'a\nb',
    '\u202eevil',
    'x'.repeat(5_000),
    "'; rm -rf /",
    'A B',
  ];
  for (const name of names) {
    for (const line of [
      ['get', 'servers', name],
      ['cordon', '--', name],
      ['describe', 'server', name],
      ['claim', name, '--cpu', '1', '--image', 'os:1'],
      ['wait', `server/${name}`, '--for', 'state=Available', '--timeout', '0'],
    ]) {
      const ran = await run(line);
      assert.ok([Exit.USAGE, Exit.NOT_FOUND].includes(ran.code as never), told(JSON.stringify(line), ran));
      const said = ran.stdout + ran.stderr;
      assert.equal(neutraliseLines(said), said, line.join(' '));
    }
  }
});

test('a clock that is wrong by a day: ages are never negative, and waiting is by the time that passes', async () => {
  for (const now of ['2001-01-01T00:00:00Z', '2101-01-01T00:00:00Z']) {
    const ran = await worker.run(['get', 'servers', '--no-headers'], { METALCTL_NOW: now });
    assert.equal(ran.code, Exit.OK, told(now, ran));
    assert.doesNotMatch(ran.stdout, /-\d+[smhd]\b|NaN|<invalid>/);
    const waited = await worker.run(words(`wait server/${held} --for state=Available --timeout 50ms`), {
      METALCTL_NOW: now,
    });
    assert.equal(waited.code, Exit.WAITING, told(now, waited));
  }
});

test('the machines of this file are still what they were', async () => {
  const { cluster } = cli.live.ports;
  assert.equal((await cluster.list(BMC)).items.length, 3);
  assert.equal((await cluster.get(Server, { name: held }))?.status?.state, 'Reserved');
});
