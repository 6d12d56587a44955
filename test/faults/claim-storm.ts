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

export interface Storm {
  readonly servers: number;
  readonly claims: number;
  readonly processes: number;
  /** Caches are up to so old. */
  readonly lagMs: number;
  readonly seed: number;
}

export interface Calm {
  readonly bound: number;
  /** Patches that tried to bind, won or not. */
  readonly attempts: number;
}

/** Runs passes of all processes at once until every server is taken. The first broken binding fails. */
export async function storm({ servers, claims: wanted, processes, lagMs, seed }: Storm): Promise<Calm> {
  const w = world();
  const random = randomFrom(seed);
  seedWorld(w, servers, wanted);
  const clusters = Array.from({ length: processes }, () => lagging(w, random, lagMs));
  const bound = () => w.cluster.all(ServerClaim).filter(({ status }) => status?.phase === 'Bound').length;
  for (let round = 0; round < 40 && bound() < servers; round += 1) {
    const passes = clusters.map((cluster, at) => {
      const settings = { ...w.settings, instance: `process-${at}` };
      return reconcileOnce({ ...w.ports, cluster, random }, { registrations: [claims], settings });
    });
    await meanwhile(w, Promise.all(passes));
    assertInjective(w, seed);
    await reserve(w);
    await w.clock.tick(1_000);
  }
  const attempts = w.cluster.calls.filter(
    ({ verb, kind, body }) => verb === 'patch' && kind === 'Server' && binds(body),
  );
  return { bound: bound(), attempts: attempts.length };
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
function lagging(w: World, random: () => number, lagMs: number): Cluster {
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
      assertInjective(w);
      return patched;
    },
    create: (...given) => later(() => cluster.create(...given)),
    get: (...given) => later(() => cluster.get(...given)),
  };
}

function assertInjective({ cluster }: World, seed?: number): void {
  const held = cluster.all(Server).flatMap(({ spec }) => spec?.serverClaimRef?.name ?? []);
  assert.equal(new Set(held).size, held.length, `a claim holds two servers (seed ${seed})`);
  const named = cluster
    .all(ServerClaim)
    .flatMap(({ spec, status }) => (status?.phase === 'Bound' ? (spec?.serverRef?.name ?? []) : []));
  assert.equal(new Set(named).size, named.length, `two claims are bound to one server (seed ${seed})`);
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
