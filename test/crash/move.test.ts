/**
 * A move between two clusters whose process dies after each of its writes, to the API or to its journal: whoever goes on
 * reaches the end of an undisturbed move, whoever takes back the beginning, and at no moment is an object awake in both.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KindDef, KubeObject } from '../../src/api/kind.js';
import { Namespace, Secret } from '../../src/api/kubernetes.js';
import {
  BMC,
  BMCSecret,
  metalKinds,
  Server,
  ServerBootConfiguration,
  ServerClaim,
} from '../../src/api/metal/v1alpha1/index.js';
import type { Clock } from '../../src/ports/clock.js';
import { silent } from '../../src/ports/log.js';
import { content } from '../../src/workflows/move/identity.js';
import type { MoveRecord } from '../../src/workflows/move/journal.js';
import { begin, carryOn, type MovePorts, planMove, requireReady, takeBack } from '../../src/workflows/move/move.js';
import { fakeClock } from '../support/clock.js';
import { type FakeCluster, fakeCluster } from '../support/fake-cluster.js';

let source: FakeCluster;
let target: FakeCluster;
const start = new Date('2026-01-01T00:00:00Z');

/** A cluster whose UIDs are its own, with all CRDs. */
function emptyCluster(side: string): FakeCluster {
  const cluster = fakeCluster(
    () => start,
    (n) => `${String(n).padStart(8, '0')}-0000-4000-8000-${side.padStart(12, '0')}`,
  );
  const heads = { apiVersion: 'v1', kind: 'Namespace' };
  for (const name of ['kube-system', 'metalctl-system']) cluster.seed({ ...heads, metadata: { name } });
  for (const { plural, group, version } of metalKinds)
    cluster.seed({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}` },
      spec: { versions: [{ name: version, served: true }] },
    } as KubeObject);
  return cluster;
}

const kinds: readonly KindDef[] = [...metalKinds, Secret];
const apiVersion = 'metal.ironcore.dev/v1alpha1';

function create(cluster: FakeCluster, kind: KindDef, version: string, metadata: object, rest: object = {}) {
  return cluster.create(kind, { apiVersion: version, kind: kind.kind, metadata, ...rest } as KubeObject);
}

const namespace = 'team';

/** Two machines, one of them claimed, as an operator leaves them: owners, pairs, status, a rack that is ignored. */
async function furnish(): Promise<void> {
  [source, target] = [emptyCluster('a'), emptyCluster('b')];
  const cluster = source;
  const key = { namespace, name: 'db' };
  await create(cluster, Namespace, 'v1', { name: namespace });
  await create(cluster, Secret, 'v1', { ...key, name: 'db-ign' }, { data: { ignition: 'e30=' } });
  const bmcs: KubeObject[] = [];
  for (const n of [1, 2]) {
    const name = `rack${n}`;
    await create(cluster, BMCSecret, apiVersion, { name }, { data: { username: 'YQ==', password: 'Yg==' } });
    const protocol = { name: 'Redfish', port: 443, scheme: 'https' };
    const spec = { access: { ip: `10.0.0.${n}` }, bmcSecretRef: { name }, protocol };
    const marks = n === 2 ? { annotations: { 'metal.ironcore.dev/operation': 'ignore' } } : {};
    const finalizers = ['metal.ironcore.dev/bmc'];
    bmcs.push(await create(cluster, BMC, apiVersion, { name, finalizers, ...marks }, { spec }));
    const status = { status: { state: 'Enabled', ip: `10.0.0.${n}`, powerState: 'On' } };
    await cluster.patch(BMC, { name }, status, 'merge', { subresource: 'status' });
  }
  const wish = {
    power: 'On',
    image: 'img',
    serverRef: { name: 'rack1-system-0' },
    ignitionSecretRef: { name: 'db-ign' },
  };
  const claim = await create(cluster, ServerClaim, apiVersion, key, { spec: wish });
  await cluster.patch(ServerClaim, key, { status: { phase: 'Bound' } }, 'merge', { subresource: 'status' });
  const ownerReferences = [owner('ServerClaim', claim)];
  const bootSpec = { serverRef: { name: 'rack1-system-0' }, image: 'img', ignitionSecretRef: { name: 'db-ign' } };
  const boot = await create(
    cluster,
    ServerBootConfiguration,
    apiVersion,
    { ...key, ownerReferences },
    { spec: bootSpec },
  );
  const ready = { status: { state: 'Ready' } };
  await cluster.patch(ServerBootConfiguration, key, ready, 'merge', { subresource: 'status' });
  for (const [at, bmc] of bmcs.entries()) {
    const name = `${bmc.metadata.name}-system-0`;
    const held = {
      serverClaimRef: { ...key, uid: claim.metadata.uid },
      bootConfigurationRef: { ...key },
    };
    const annotations = {
      'metalctl.dev/claim-uid': claim.metadata.uid,
      'metalctl.dev/booted-with': `${boot.metadata.uid}/${boot.metadata.generation}`,
    };
    const spec = { systemUUID: `uuid-${at}`, bmcRef: { name: bmc.metadata.name }, ...(at === 0 ? held : {}) };
    const metadata = { name, finalizers: ['metal.ironcore.dev/server'], ownerReferences: [owner('BMC', bmc)] };
    await create(cluster, Server, apiVersion, { ...metadata, ...(at === 0 ? { annotations } : {}) }, { spec });
    const status = { status: { state: at === 0 ? 'Reserved' : 'Available', powerState: at === 0 ? 'On' : 'Off' } };
    await cluster.patch(Server, { name }, status, 'merge', { subresource: 'status' });
  }
}

const owner = (kind: string, { metadata: { name, uid } }: KubeObject) => ({
  apiVersion,
  kind,
  name,
  uid,
  controller: true,
  blockOwnerDeletion: true,
});

const everything = (cluster: FakeCluster): KubeObject[] => kinds.flatMap((kind) => cluster.all(kind) as KubeObject[]);

/** A cluster's content in words that are equal in two runs: UIDs become names, what a server fills in goes. */
function told(cluster: FakeCluster): unknown[] {
  const objects = everything(cluster);
  const names = new Map(objects.map(({ kind, metadata }) => [metadata.uid ?? '', `${kind}/${metadata.name}`]));
  const words = objects.map((object) => {
    const { status } = object as { status?: unknown };
    const { metadata, ...rest } = content(object);
    // An empty map says what an absent one does.
    const { annotations = {}, ...kept } = metadata;
    const marks = Object.keys(annotations).length === 0 ? {} : { annotations };
    let text = JSON.stringify({ ...rest, metadata: { ...kept, ...marks }, status });
    for (const { metadata: each } of objects)
      text = text.replaceAll(`${each.uid}/${each.generation}`, `${names.get(each.uid ?? '')}/present`);
    for (const [uid, name] of names) text = text.replaceAll(uid, name);
    return JSON.parse(text) as unknown;
  });
  return words.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** An object that its reconcilers may work on in both clusters at this moment. */
function awakeInBoth(): string[] {
  const [here, there] = [source, target].map(everything);
  const isAwake = ({ kind, metadata }: KubeObject): boolean =>
    kind !== 'Secret' && metadata.annotations?.['metal.ironcore.dev/operation'] !== 'ignore';
  const id = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name}`;
  const awake = new Set((here ?? []).filter(isAwake).map(id));
  return (there ?? [])
    .filter(isAwake)
    .map(id)
    .filter((each) => awake.has(each));
}

/** A process that moves: it dies after its k-th write, and then nothing it asks for is answered, or sent, any more. */
class Mover {
  /** What it wrote, in order. */
  readonly wrote: string[] = [];
  readonly ports: MovePorts;
  record: MoveRecord | undefined;
  readonly #dieAt: number;
  #isDead = false;
  #die: () => void = () => undefined;
  readonly #died = new Promise<'died'>((resolve) => {
    this.#die = () => resolve('died');
  });

  constructor(dieAt = 0, record?: MoveRecord) {
    this.#dieAt = dieAt;
    this.record = record;
    this.ports = {
      source: this.#cluster('source', source),
      target: this.#cluster('target', target),
      clock: this.#clock,
      log: silent,
      signal: new AbortController().signal,
      onStep: () => undefined,
      journal: {
        write: (now) =>
          this.#act(`journal ${now.phase}`, async () => {
            this.record = now;
          }),
      },
    };
  }

  /** Whether it came to its end. */
  async works(work: () => Promise<unknown>): Promise<boolean> {
    const end = await Promise.race([work(), this.#died]);
    return end !== 'died';
  }

  async #act<T>(what: string, work: () => Promise<T>): Promise<T> {
    if (this.#isDead) return never();
    const result = await work();
    this.wrote.push(what);
    if (this.wrote.length !== this.#dieAt) return result;
    this.#isDead = true;
    this.#die();
    return never();
  }

  #cluster(side: string, cluster: FakeCluster): MovePorts['source'] {
    const write =
      <A extends [kind: KindDef, ...rest: never[]], T>(verb: string, method: (...args: A) => Promise<T>) =>
      (...args: A) =>
        this.#act(`${verb} ${args[0].kind} in the ${side}`, () => method(...args));
    const read =
      <A extends unknown[], T>(method: (...args: A) => Promise<T>) =>
      (...args: A) =>
        this.#isDead ? never<T>() : method(...args);
    return {
      ...cluster,
      get: read(cluster.get),
      list: read(cluster.list),
      // Nobody tells which rights there are.
      raw: async () => ({ body: { status: { incomplete: true } }, headers: {} }),
      version: async () => ({ gitVersion: 'v1.35.6' }),
      served: async () => true,
      create: write('create', cluster.create as never),
      patch: write('patch', cluster.patch as never),
      replace: write('replace', cluster.replace as never),
      delete: write('delete', cluster.delete as never),
    } as MovePorts['source'];
  }

  /** Nobody waits for the source to be quiet: nobody else writes here. Leases are renewed by time, which stands still. */
  readonly #time = fakeClock();
  readonly #clock: Clock = {
    ...this.#time,
    sleep: (ms, signal) => (ms === 1_000 ? Promise.resolve() : this.#time.sleep(ms, signal)),
  };
}

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

async function setOut(mover: Mover, deleteSource: boolean): Promise<void> {
  const plan = await planMove(mover.ports, { signal: mover.ports.signal });
  requireReady(plan);
  const wish = { id: 'move-0001', source: {}, target: {}, managerNamespace: 'metalctl-system', deleteSource };
  await carryOn(mover.ports, await begin(mover.ports, plan, wish));
}

for (const deleteSource of [false, true]) {
  const how = deleteSource ? ', its source deleted' : '';
  test(`R-API-7: a move${how}: killed after any write, and gone on with, ends as if nothing had been`, async (t) => {
    await furnish();
    const calm = new Mover();
    await setOut(calm, deleteSource);
    const end = [told(source), told(target)];
    assert.ok((end[1] ?? []).length >= 9 && (end[0] ?? []).length === (deleteSource ? 0 : end[1]?.length));
    const n = calm.wrote.length;
    // Without a deletion it is the beginning of the other, but for how it ends.
    const from = deleteSource ? 1 : calm.wrote.indexOf('journal moved');
    assert.ok(from > 0);
    for (let k = from; k <= n; k += 1) {
      await furnish();
      const mover = new Mover(k);
      const where = `killed after write ${k} of ${n} (${calm.wrote[k - 1]})`;
      assert.equal(await mover.works(() => setOut(mover, deleteSource)), false, where);
      assert.deepEqual(awakeInBoth(), [], where);
      const next = new Mover(0, mover.record);
      // Killed before the journal was written it has changed nothing, and is begun anew.
      const { record } = mover;
      await next.works(() => (record === undefined ? setOut(next, deleteSource) : carryOn(next.ports, record)));
      assert.equal(next.record?.phase ?? mover.record?.phase, 'done', where);
      assert.deepEqual([told(source), told(target)], end, where);
      assert.deepEqual(awakeInBoth(), [], where);
    }
    t.diagnostic(`n = ${n} writes, killed after ${n - from + 1} of them`);
  });
}

test('R-API-7: a move taken back: killed after any write, and taken back again, leaves no trace', async (t) => {
  await furnish();
  const before = told(source);
  const whole = new Mover();
  await setOut(whole, false);
  const middle = whole.wrote.indexOf('journal unpausing');

  /** Killed when all copies were made; then taken back by one that dies after its k-th write. */
  const halfWay = async (k: number): Promise<Mover> => {
    await furnish();
    const mover = new Mover(middle);
    assert.equal(await mover.works(() => setOut(mover, false)), false);
    const taker = new Mover(k, mover.record);
    const { record } = mover;
    await taker.works(async () => takeBack(taker.ports, record ?? assert.fail('no journal')));
    return taker;
  };
  const n = (await halfWay(0)).wrote.length;
  assert.deepEqual([told(source), told(target)], [before, []]);
  for (let k = 1; k <= n; k += 1) {
    const { record, wrote } = await halfWay(k);
    const where = `killed after write ${k} of ${n} (${wrote.at(-1)})`;
    assert.deepEqual(awakeInBoth(), [], where);
    const next = new Mover(0, record);
    await next.works(() => takeBack(next.ports, record ?? assert.fail(where)));
    assert.deepEqual([told(source), told(target)], [before, []], where);
  }
  t.diagnostic(`n = ${n} writes`);
});
