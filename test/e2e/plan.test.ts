/** A plan sends nothing that changes anything, and the pass that follows does what it said, in that order. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, ServerClaim } from '../../src/api/metal/v1alpha1/index.js';
import { type Cli, startCli } from './cli-process.js';

let cli: Cli;
before(async () => {
  cli = await startCli(2, { isOneProcess: true });
  await cli.live.onboard();
  await cli.live.pass({ settle: true });
});
after(() => cli.close());

interface Step {
  readonly to: 'api' | 'bmc';
  readonly verb: string;
  readonly kind: string;
  readonly name: string;
  readonly subresource?: string;
  readonly bmc: string;
  readonly action: string;
}

async function plan(...words: string[]): Promise<{ code: number | null; steps: Step[]; text: string }> {
  const { code, stdout, stderr } = await cli.run(['plan', ...words, '-o', 'json']);
  assert.ok(stdout !== '', stderr);
  return { code, steps: (JSON.parse(stdout) as { steps: Step[] }).steps, text: stdout };
}

/** Requests of an emulated BMC that are not reads; opening and closing a session is no change. */
const toldOne = (name: string) =>
  cli.live.sandbox.emulator.log
    .requests(name)
    .filter(({ method, path }) => method !== 'GET' && !/\/Sessions/.test(path))
    .map(({ method, path }) => `${method} ${path}`);

const told = () => cli.live.sandbox.emulator.bmcs.map(({ name }) => toldOne(name));

const plurals: Readonly<Record<string, string>> = {
  Server: 'servers',
  ServerClaim: 'serverclaims',
  ServerBootConfiguration: 'serverbootconfigurations',
};

type Writes = Readonly<Record<string, readonly string[]>>;

/** Object by object: controllers work side by side, and only the order of one object's writes is promised. */
function byObject(writes: readonly (readonly [object: string, part: string])[]): Writes {
  const found: Record<string, string[]> = {};
  for (const [object, part] of writes) found[object] = [...(found[object] ?? []), part];
  return found;
}

const wantedOf = (steps: readonly Step[]): Writes =>
  byObject(
    steps
      .filter(({ to }) => to === 'api')
      .map(({ kind, name, subresource }) => [
        `${plurals[kind] ?? kind}/${name.replace(/^.*\//, '')}`,
        subresource ?? 'object',
      ]),
  );

/** Writes of the reconcilers in the API server's log, without those of the boot operator, leases and events. */
const made = (): Writes =>
  byObject(
    cli.live.sandbox.api.requestLog
      .recent()
      .filter(
        ({ verb, userAgent, code }) =>
          !['get', 'list', 'watch'].includes(verb) && /^metalctl/.test(userAgent) && code < 300,
      )
      .filter(({ path }) => !/\/(leases|events)/.test(path))
      .map(({ verb, path }) => partsOf(verb, path)),
  );

/** `/apis/G/V/namespaces/NS/servers/NAME/status` → `servers/NAME`, `status`; a POST to a collection names nobody. */
function partsOf(verb: string, path: string): readonly [string, string] {
  const words = path
    .replace(/^\/apis?\/([^/]+\/)?v[^/]*\//, '')
    .replace(/^namespaces\/[^/]+\//, '')
    .split('/');
  const [plural = '', name = verb === 'create' ? 'db-07' : '', subresource = 'object'] = words;
  return [`${plural}/${name}`, subresource];
}

/** One round each: what others do in answer to a write is theirs, and no part of the plan. */
const oneRound = { maxPasses: 1 };

test('nothing to do is said, with exit 0', async () => {
  const { code, stdout } = await cli.run(['plan']);
  assert.deepEqual([code, stdout], [0, 'Nothing to do.\n']);
});

test('a plan of a claim changes nothing, and the pass makes exactly its steps', async () => {
  const metadata = { name: 'db-07', namespace: 'default' };
  const spec = { power: 'Off', image: 'os:1' };
  await cli.live.ports.cluster.create(ServerClaim, {
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'ServerClaim',
    metadata,
    spec,
  } as ServerClaim);
  const before = { told: told(), servers: await cli.live.servers() };
  cli.live.sandbox.api.requestLog.reset();
  const planned = await plan('--max-passes', '1');
  assert.equal(planned.code, 10);
  assert.equal(cli.live.sandbox.api.requestLog.writes, 0, 'no write reached the API server');
  assert.deepEqual(told(), before.told, 'no BMC was told anything');
  assert.deepEqual(await cli.live.servers(), before.servers);

  cli.live.sandbox.api.requestLog.reset();
  await cli.live.pass(oneRound);
  assert.deepEqual(made(), wantedOf(planned.steps));
  const claim = await cli.live.ports.cluster.get(ServerClaim, metadata);
  const named = planned.steps.find(({ kind, verb }) => kind === 'Server' && verb === 'update')?.name;
  assert.equal(claim?.spec?.serverRef?.name, named, 'the server of the plan is the one that was taken');
});

test('what a BMC would be told is planned, and told by the pass that follows', async () => {
  const key = { name: 'db-07', namespace: 'default' };
  await cli.live.ports.cluster.patch(ServerClaim, key, { spec: { power: 'On' } }, 'merge');
  const bmcs = cli.live.sandbox.emulator.bmcs.map(({ name }) => name);
  for (let round = 0; round < 40; round++) {
    const earlier = told();
    const planned = (await plan('--max-passes', '1')).steps.filter(({ to }) => to === 'bmc');
    assert.deepEqual(told(), earlier);
    await cli.live.pass(oneRound);
    if (planned.length > 0) {
      const bmc = planned[0]?.bmc ?? '';
      const actions = toldOne(bmc).slice(earlier[bmcs.indexOf(bmc)]?.length);
      assert.deepEqual(
        planned.map(({ action }) => action),
        ['setBootOnce', 'setPower'],
      );
      assert.equal(actions.length, 2, actions.join('\n'));
      assert.match(actions[0] ?? '', /^PATCH .*Systems/);
      assert.match(actions[1] ?? '', /^POST .*ComputerSystem\.Reset$/);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail('no plan ever named a BMC request');
});

test('reconcile --once --plan is the same plan, and secrets are withheld from it', async () => {
  const server = (await cli.live.servers())[0]?.metadata.name ?? '';
  await cli.live.ports.cluster.patch(Server, { name: server }, { spec: { indicatorLED: 'Lit' } }, 'merge');
  const { code, stdout, stderr } = await cli.run(['reconcile', '--once', '--plan']);
  assert.ok([0, 10].includes(code ?? -1), stderr);
  assert.doesNotMatch(`${stdout}${stderr}`, new RegExp(cli.live.sandbox.bmcPassword));
});
