/**
 * Several processes hand out servers at once, each by its own cache that lags behind. After every write the bindings
 * must be one to one; a seed repeats a run.
 */
import assert from 'node:assert/strict';
import type { KindDef, KubeObject } from '../../src/api/kind.js';
import type { Cluster, ListResult } from '../../src/ports/cluster.js';
import { reconcileOnce } from '../../src/reconcile/index.js';
import type { AnyRegistration } from '../../src/reconcile/runtime/registration.js';
import { serverRegistration } from '../../src/reconcile/server/machine.js';
import { serverClaimRegistration } from '../../src/reconcile/serverclaim/machine.js';
import { aServer } from '../support/build.js';
import { randomFrom } from '../support/random.js';
import { Server, ServerClaim, type World, world } from '../support/world.js';

/** Claims only, with the ways of finding a server by its claim that the reconciler of Servers brings. */
const claims: AnyRegistration = {
  ...serverClaimRegistration,
  indexes: [...serverRegistration.indexes, ...serverClaimRegistration.indexes],
};

interface Storm {
  readonly servers: number;
  readonly claims: number;
  readonly processes: number;
  /** Caches are up to so old. */
  readonly lagMs: number;
  readonly seed: number;
}

interface Calm {
  readonly bound: number;
  /** Patches that tried to bind, won or not. */
  readonly attempts: number;
}

/** Runs passes of all processes at once until every server is taken. The first broken binding fails. */
async function storm({ servers, claims: wanted, processes, lagMs, seed }: Storm): Promise<Calm> {
  const w = world();
  const random = randomFrom(seed);
  seedWorld(w, servers, wanted);
  const bindings = new Bindings();
  const clusters = Array.from({ length: processes }, () => lagging(w, random, lagMs, bindings));
  const bound = () => w.cluster.all(ServerClaim).filter(({ status }) => status?.phase === 'Bound').length;
  for (let round = 0; round < 40 && bound() < servers; round += 1) {
    const passes = clusters.map((cluster, at) => {
      const settings = { ...w.settings, instance: `process-${at}` };
      return reconcileOnce({ ...w.ports, cluster, random }, { registrations: [claims], settings, besideOthers: true });
    });
    await meanwhile(w, Promise.all(passes));
    await reserve(w);
    await w.clock.tick(1_000);
  }
  const attempts = w.cluster.calls.filter(
    ({ verb, kind, body }) => verb === 'patch' && kind === 'Server' && binds(body),
  );
  return { bound: bound(), attempts: attempts.length };
}

/** A storm of three processes with caches up to five seconds old ends with every server taken once. @returns binding PATCHes per bound claim */
export async function calmed(
  { servers, claims: wanted, seed }: Pick<Storm, 'servers' | 'claims' | 'seed'>,
  tell: (figure: string) => void,
): Promise<number> {
  const { bound, attempts } = await storm({ servers, claims: wanted, processes: 3, lagMs: 5_000, seed });
  assert.equal(bound, servers, `seed ${seed}`);
  tell(
    `seed ${seed}: ${bound} of ${servers} bound, 0 double, ${(attempts / servers).toFixed(2)} PATCH per bound claim`,
  );
  return attempts / servers;
}

/** Plays the reconciler of Servers: a server that is held is Reserved. */
async function reserve({ cluster }: World): Promise<void> {
  for (const { metadata, spec, status } of cluster.all(Server)) {
    if (spec?.serverClaimRef === undefined || status?.state === 'Reserved') continue;
    await cluster.patch(Server, metadata, { status: { state: 'Reserved' } }, 'merge', { subresource: 'status' });
  }
}

const binds = (body: unknown): boolean => Boolean((body as Server).spec?.serverClaimRef);

function seedWorld(w: World, servers: number, claims: number): void {
  for (let n = 0; n < servers; n += 1) {
    const server = aServer().named(`node-${n}`).in('Available').withInventory().powered('Off').build();
    const { uid: _uid, ...metadata } = server.metadata;
    w.cluster.seed({ ...server, metadata, spec: { ...server.spec, systemUUID: `uuid-${n}` } } as Server);
  }
  for (let n = 0; n < claims; n += 1) {
    const metadata = { name: `claim-${n}`, namespace: 'db' };
    const claim = { apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'ServerClaim', metadata };
    w.cluster.seed({ ...claim, spec: { power: 'Off', image: 'os:1' } } as ServerClaim);
  }
}

/** A cluster whose lists are up to `lagMs` old, and whose every answer takes its own time. */
function lagging(w: World, random: () => number, lagMs: number, bindings: Bindings): Cluster {
  const seen = new Map<string, { at: number; list: ListResult<KubeObject> }>();
  const later = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let turns = Math.floor(random() * 4); turns > 0; turns -= 1) await new Promise((go) => setImmediate(go));
    return work();
  };
  const { cluster } = w;
  const list = async <T extends KubeObject>(kind: KindDef<T>, ...more: unknown[]): Promise<ListResult<T>> => {
    const known = seen.get(kind.kind);
    if (known && w.clock.monotonicMs() - known.at < random() * lagMs)
      return structuredClone(known.list) as ListResult<T>;
    const fresh = await cluster.list(kind, ...(more as []));
    seen.set(kind.kind, { at: w.clock.monotonicMs(), list: structuredClone(fresh) });
    return fresh;
  };
  return {
    ...cluster,
    list,
    patch: async (...given) => {
      const patched = await later(() => cluster.patch(...given));
      bindings.see(patched);
      return patched;
    },
    create: (...given) => later(() => cluster.create(...given)),
    get: (...given) => later(() => cluster.get(...given)),
  };
}

/** Who holds what, kept up with every answer: looking at every object after every write would take most of the time. */
class Bindings {
  readonly #holderOf = new Map<string, string>();
  readonly #serverOf = new Map<string, string>();

  /** Takes in an object as a write left it. @throws AssertionError where a binding is not one to one */
  see(object: KubeObject): void {
    const { name } = object.metadata;
    if (object.kind === Server.kind) this.#pair(this.#holderOf, name, (object as Server).spec?.serverClaimRef?.name);
    const { spec, status } = object as ServerClaim;
    if (object.kind === ServerClaim.kind && status?.phase === 'Bound')
      this.#pair(this.#serverOf, name, spec?.serverRef?.name);
  }

  #pair(pairs: Map<string, string>, name: string, other: string | undefined): void {
    if (other === undefined) return;
    assert.equal(pairs.get(name) ?? other, other, `${name} went from ${pairs.get(name)} to ${other}`);
    const rival = [...pairs].find(([who, whom]) => whom === other && who !== name);
    assert.equal(rival, undefined, `${other} belongs to ${rival?.[0]} and to ${name}`);
    pairs.set(name, other);
  }
}

async function meanwhile(w: World, work: Promise<unknown>): Promise<void> {
  let isOver = false;
  const over = work.finally(() => {
    isOver = true;
  });
  over.catch(() => undefined);
  while (!isOver) await w.clock.tick(50);
  await over;
}
