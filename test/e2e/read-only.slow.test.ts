/** `reconcile --read-only`: at every stage of a machine's life BMCs hear nothing but reads, and what was seen is written. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BMC, Server, ServerBootConfiguration, ServerClaim } from '../../src/api/metal/v1alpha1/index.js';
import { type ReconcileReport, reconcileLoop, reconcilers } from '../../src/reconcile/index.js';
import { type Cli, startCli } from './cli-process.js';

let cli: Cli;
before(async () => {
  cli = await startCli(2);
  await cli.live.onboard();
});
after(() => cli.close());

/** Requests that change something; opening and closing a session is none. */
const changes = (): string[] =>
  cli.live.sandbox.emulator.bmcs.flatMap(({ name }) =>
    cli.live.sandbox.emulator.log
      .requests(name)
      .filter(({ method, path }) => !['GET', 'HEAD'].includes(method) && !/\/Sessions/.test(path))
      .map(({ method, path }) => `${name} ${method} ${path}`),
  );

const writes = () =>
  cli.live.sandbox.api.requestLog
    .recent()
    .filter(({ verb, path }) => !['get', 'list', 'watch'].includes(verb) && !/\/(leases|events)/.test(path))
    .map(({ verb, path }) => `${verb} ${path.replace(/^.*v1alpha1\//, '')}`);

/** A read-only pass, with a registry as a pass that would boot machines needs one; what it told BMCs: nothing. */
async function look(): Promise<ReconcileReport> {
  const told = changes();
  const { report } = await cli.live.pass({ isReadOnly: true });
  assert.deepEqual(changes(), told);
  return report;
}

const heldBack = ({ objects }: ReconcileReport): string[] =>
  objects.flatMap(({ kind, name, heldBack }) => (heldBack ?? []).map((what) => `${kind}/${name} ${what}`));

test('machines that were just onboarded are read, and their servers written down; nothing is begun', async () => {
  const told = changes();
  const { code, stdout, stderr } = await cli.run(['reconcile', '--once', '--read-only', '-o', 'json']);
  assert.equal(code, 0, stderr);
  assert.deepEqual(changes(), told);
  const report = JSON.parse(stdout) as ReconcileReport;
  assert.ok(
    (await cli.live.ports.cluster.list(BMC)).items.every(({ status }) => status?.state === 'Enabled'),
    JSON.stringify(report.objects),
  );
  const servers = await cli.live.servers();
  assert.equal(servers.length, 2);
  assert.ok(servers.every(({ status }) => status?.manufacturer !== undefined && status.processors !== undefined));
  assert.deepEqual((await cli.live.ports.cluster.list(ServerBootConfiguration)).items, []);
});

/** Until the boot operator has served what the pass made: the look after it finds what to do next. */
async function bootsServed(): Promise<void> {
  const end = Date.now() + 20_000;
  const { cluster } = cli.live.ports;
  while ((await cluster.list(ServerBootConfiguration)).items.some(({ status }) => status?.state !== 'Ready'))
    assert.ok(Date.now() < end, 'no boot operator serves');
}

test('at no stage of a discovery, a claim and a release is a BMC told anything', async () => {
  const held = new Set<string>();
  const stages = new Set<string>();
  const claim = { name: 'db', namespace: 'default' };
  const quick = { ...cli.live.settings, enforcePowerOff: true, powerGraceMs: 300 };
  const step = async (isThere: () => Promise<boolean>) => {
    const end = Date.now() + 60_000;
    while (!(await isThere())) {
      assert.ok(Date.now() < end, 'the machines do not get there');
      await cli.live.pass({ maxPasses: 1, settings: quick });
      await bootsServed();
      for (const { status } of await cli.live.servers()) stages.add(status?.state ?? '');
      for (const what of heldBack(await look())) held.add(what.replace(/^.*?\//, '').replace(/^\S+ /, ''));
    }
  };
  const all = (state: string) => async () => (await cli.live.servers()).every(({ status }) => status?.state === state);
  await step(all('Available'));
  await cli.live.ports.cluster.create(ServerClaim, {
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'ServerClaim',
    metadata: claim,
    spec: { power: 'On', image: 'os:1' },
  } as ServerClaim);
  assert.ok(heldBack(await look()).some((what) => /^ServerClaim\/default\/db patch server\//.test(what)));
  await step(async () => (await cli.live.servers()).some(({ status }) => status?.powerState === 'On'));
  await cli.live.ports.cluster.delete(ServerClaim, claim);
  // Only the claim's own reconciler lets it go: the server has not been told yet.
  await cli.live.pass({ registrations: reconcilers.filter(({ name }) => name === 'serverclaim') });
  assert.ok(heldBack(await look()).some((what) => /^Server\/.* switch Off \(graceful\)$/.test(what)));
  await step(all('Available'));
  for (const state of ['Discovery', 'Available', 'Reserved']) assert.ok(stages.has(state), [...stages].join());
  for (const what of ['switch On (graceful)', 'boot once from Pxe']) assert.ok(held.has(what), [...held].join('\n'));
});

test('the table says what would be done, and that it is deferred', async () => {
  const [server] = await cli.live.servers();
  const key = { name: server?.metadata.name ?? '' };
  await cli.live.ports.cluster.patch(Server, key, { spec: { indicatorLED: 'Lit' } }, 'merge');
  const { stdout } = await cli.run(['reconcile', '--once', '--read-only']);
  assert.match(stdout, new RegExp(`DEFERRED +server/${key.name} +ReadOnly +Would set the light to Lit`));
  const { code } = await cli.run(['reconcile', '--once', '--read-only', '--settle', '--detailed-exitcode']);
  assert.equal(code, 3, 'what is held back is waited for by nobody, and is not nothing');
});

test('a daemon that only looks sees a machine that was switched on, and leaves it so', async () => {
  const told = changes();
  cli.live.sandbox.api.requestLog.reset();
  const stop = new AbortController();
  const [first] = cli.live.sandbox.emulator.bmcs;
  const name = (await cli.live.servers()).find(({ spec }) => spec?.bmcRef?.name === first?.name)?.metadata.name ?? '';
  const lease = { name: 'looking', namespace: 'metalctl-system', identity: 'looking' };
  const settings = { ...cli.live.settings, serverResyncMs: 200 };
  cli.live.sandbox.emulator.control.setPower(first?.name ?? '', 'On');
  const loop = reconcileLoop(cli.live.ports, {
    registrations: reconcilers,
    settings,
    lease,
    signal: stop.signal,
    isReadOnly: true,
  });
  for await (const event of cli.live.ports.cluster.watch(Server, { resourceVersion: '0' }))
    if ('object' in event && event.object.metadata.name === name && event.object.status?.powerState === 'On') break;
  stop.abort();
  await loop;
  assert.deepEqual(changes(), told);
  assert.deepEqual(
    writes().filter((write) => !write.endsWith('/status')),
    [],
  );
});
