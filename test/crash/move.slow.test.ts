/**
 * A move that dies after any of its writes: taken back, nothing is left in the target and the source goes on; carried on,
 * the target has everything. Both for every write there is, over two real API servers.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type KindDef, type KubeObject, keyOf } from '../../src/api/kind.js';
import { Lease, Namespace, Secret } from '../../src/api/kubernetes.js';
import { metalKinds, ServerClaim } from '../../src/api/metal/v1alpha1/index.js';
import { createCluster, type KubeCluster, loadConfig } from '../../src/kube/index.js';
import { silent } from '../../src/ports/log.js';
import { realClock } from '../../src/wiring/clock.js';
import type { MoveRecord } from '../../src/workflows/move/journal.js';
import { begin, carryOn, type MovePorts, planMove, takeBack } from '../../src/workflows/move/move.js';
import type { Ask } from '../../src/workflows/move/preflight.js';
import { type Live, ownBlock, startLive } from '../support/live.js';

let source: Live;
let target: Live;
/** Without the budget of a client that spares a real API server. */
let clusters: { readonly source: KubeCluster; readonly target: KubeCluster };
const key = { namespace: 'team', name: 'db' };

before(async () => {
  source = await startLive({ servers: 1 });
  target = await startLive({ servers: 1, network: ownBlock().replace(/0$/, '128') });
  await source.installCrds();
  await target.installCrds();
  await source.onboard();
  await source.pass({ settle: true });
  const { cluster } = source.ports;
  await cluster.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
  const data = { ignition: Buffer.from('{"ignition":{"version":"3.3.0"}}').toString('base64') };
  await cluster.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata: { ...key, name: 'db-ign' }, data });
  const spec = { power: 'On', image: 'img', ignitionSecretRef: { name: 'db-ign' }, serverSelector: {} };
  const head = { apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'ServerClaim', metadata: key };
  await cluster.create(ServerClaim, { ...head, spec } as ServerClaim);
  await source.pass({ settle: true });
  clusters = { source: await unhurried(source), target: await unhurried(target) };
});

const unhurried = async ({ sandbox }: Live): Promise<KubeCluster> => {
  const found = await loadConfig({ kubeconfig: sandbox.record.kubeconfig });
  return createCluster(found, { clock: realClock(), log: silent, userAgent: 'test', qps: 100_000, burst: 100_000 });
};

after(async () => {
  await clusters?.source.close();
  await clusters?.target.close();
  await target?.close();
  await source?.close();
});

class Crash extends Error {}

/** Counts writes, and dies right after one of them: it is done, and nobody knows. */
class Fuse {
  writes = 0;
  readonly #at: number;
  constructor(at: number) {
    this.#at = at;
  }

  async burn<T>(write: () => Promise<T>): Promise<T> {
    if (this.writes >= this.#at) throw new Crash();
    this.writes += 1;
    const result = await write();
    if (this.writes === this.#at) throw new Crash();
    return result;
  }

  around(cluster: Ask): Ask {
    const mutating = new Set(['create', 'patch', 'replace', 'delete']);
    return new Proxy(cluster, {
      get: (on, name) => {
        const method = Reflect.get(on, name) as unknown;
        if (typeof method !== 'function') return method;
        const call = (...args: unknown[]) => (method as (...args: unknown[]) => Promise<unknown>).apply(on, args);
        return mutating.has(String(name)) ? (...args: unknown[]) => this.burn(() => call(...args)) : call;
      },
    });
  }
}

/** Time passes, but nobody waits for it: the servers are idle between writes. */
const clock = { ...realClock(), sleep: async () => undefined };

let stored: MoveRecord | undefined;
const portsWith = (fuse: Fuse): MovePorts => ({
  source: fuse.around(clusters.source),
  target: fuse.around(clusters.target),
  clock,
  log: silent,
  signal: new AbortController().signal,
  onStep: () => undefined,
  journal: {
    write: (record) =>
      fuse.burn(async () => {
        stored = structuredClone(record);
      }),
  },
});

const kinds: readonly KindDef[] = [...metalKinds, Secret];
const everything = async (cluster: KubeCluster): Promise<{ kind: KindDef; object: KubeObject }[]> =>
  (
    await Promise.all(kinds.map(async (kind) => (await cluster.list(kind)).items.map((object) => ({ kind, object }))))
  ).flat();

async function start(fuse: Fuse): Promise<void> {
  const ports = portsWith(fuse);
  const plan = await planMove(ports, { signal: ports.signal });
  const side = { kubeconfig: 'x' };
  const wish = {
    id: crypto.randomUUID(),
    source: side,
    target: side,
    managerNamespace: 'metalctl-system',
    deleteSource: false,
  };
  await carryOn(ports, await begin(ports, plan, wish));
}

/** Dies after write `at`; false when the move ended before it. */
async function dies(at: number): Promise<boolean> {
  stored = undefined;
  try {
    await start(new Fuse(at));
    return false;
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    return true;
  }
}

/** Both sides as before the first move. */
async function startOver(): Promise<void> {
  for (const { kind, object } of await everything(clusters.target)) {
    await clusters.target.patch(kind, keyOf(object), { metadata: { finalizers: null } }, 'merge');
    await clusters.target.delete(kind, keyOf(object));
  }
  for (const { kind, object } of await everything(clusters.source)) {
    const patch = { metadata: { annotations: { 'metal.ironcore.dev/operation': null } } };
    if (kind !== Secret) await clusters.source.patch(kind, keyOf(object), patch, 'merge');
  }
  // A move that died after its last write keeps its lease: nobody waits for it to expire.
  const lease = { namespace: 'metalctl-system', name: 'metalctl-reconciler' };
  for (const cluster of [clusters.source, clusters.target]) await cluster.delete(Lease, lease);
}

const unlimited = () => portsWith(new Fuse(Number.POSITIVE_INFINITY));
const marksOf = ({ object }: { object: KubeObject }) => object.metadata.annotations ?? {};

async function requireUntouched(at: number): Promise<void> {
  assert.deepEqual(await everything(clusters.target), [], `write ${at}: something is left in the target`);
  for (const each of await everything(clusters.source))
    assert.equal(marksOf(each)['metal.ironcore.dev/operation'], undefined, `write ${at}: ${each.object.metadata.name}`);
}

async function requireMoved(at: number): Promise<void> {
  const [here, there] = [await everything(clusters.source), await everything(clusters.target)];
  assert.deepEqual(
    there.map(({ object }) => object.metadata.name),
    here.map(({ object }) => object.metadata.name),
    `write ${at}`,
  );
  for (const each of there) {
    assert.equal(marksOf(each)['metalctl.dev/move'], undefined, `write ${at}: ${each.object.metadata.name}`);
    assert.equal(marksOf(each)['metal.ironcore.dev/operation'], undefined, `write ${at}: ${each.object.metadata.name}`);
  }
  const claim = await clusters.target.get(ServerClaim, key);
  assert.equal(claim?.status?.phase, 'Bound', `write ${at}`);
}

test('dead after any write, a move ends or is taken back whole', async (t) => {
  const asked = source.sandbox.emulator.log.count();
  let at = 1;
  let takenBack = 0;
  for (; await dies(at); at += 1) {
    const record = stored as MoveRecord | undefined;
    if (record !== undefined && ['pausing', 'copying'].includes(record.phase)) {
      await takeBack(unlimited(), record);
      await requireUntouched(at);
      takenBack += 1;
      assert.ok(await dies(at), 'the second run has the same writes');
    }
    if (stored !== undefined) {
      await carryOn(unlimited(), stored);
      await requireMoved(at);
    }
    await startOver();
  }
  await requireMoved(at);
  t.diagnostic(`${at - 1} writes: carried on after each, taken back after each of the first ${takenBack}`);
  assert.ok(takenBack > 20 && at - 1 > takenBack);
  assert.equal(source.sandbox.emulator.log.count(), asked, 'a BMC was asked');
});
