/** Parts of a fleet: nothing is in two, nothing in none, and what belongs to one machine is in one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KindDef, KubeObject } from '../../../src/api/kind.js';
import {
  BMC,
  BMCUser,
  Endpoint,
  metalKinds,
  Server,
  ServerBootConfiguration,
  ServerClaim,
  ServerReadinessRule,
} from '../../../src/api/metal/v1alpha1/index.js';
import type { MetalError } from '../../../src/errors/classes.js';
import { inShard, reconcilers, registrationsIn, shardOf } from '../../../src/reconcile/index.js';
import { Store } from '../../../src/reconcile/runtime/store.js';
import { randomFrom } from '../../support/random.js';

const object = (kind: KindDef, name: string, spec: object = {}): KubeObject =>
  ({
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: kind.kind,
    metadata: { name, uid: name, ...(kind.scope === 'Cluster' ? {} : { namespace: 'default' }) },
    spec,
  }) as KubeObject;

interface Fleet {
  readonly store: Store;
  /** Objects by what they belong to; '' is nothing. */
  readonly families: Map<string, [KindDef, KubeObject][]>;
}

function fleet(random: () => number): Fleet {
  const store = new Store();
  const families: Fleet['families'] = new Map();
  const add = (family: string, kind: KindDef, made: KubeObject) => {
    store.put(kind, made);
    families.set(family, [...(families.get(family) ?? []), [kind, made]]);
  };
  const machines = 1 + Math.floor(random() * 60);
  for (let at = 0; at < machines; at += 1) {
    const name = `rack${Math.floor(random() * 9)}-${at}`;
    const isInline = random() < 0.2;
    const family = isInline ? `${name}-system-0` : name;
    if (!isInline) {
      add(family, BMC, object(BMC, name));
      add(family, Endpoint, object(Endpoint, name));
      add(family, BMCUser, object(BMCUser, `${name}-user`, { bmcRef: { name } }));
    }
    for (let system = 0; system < 1 + Math.floor(random() * 3); system += 1) {
      const server = isInline ? family : `${name}-system-${system}`;
      add(family, Server, object(Server, server, isInline ? {} : { bmcRef: { name } }));
      const ref = { serverRef: { name: server } };
      add(family, ServerBootConfiguration, object(ServerBootConfiguration, `${server}-boot`, ref));
      if (random() < 0.5) add(family, ServerClaim, object(ServerClaim, `${server}-claim`, ref));
    }
  }
  for (let at = 0; at < 5; at += 1) {
    add('', ServerClaim, object(ServerClaim, `unbound-${at}`));
    add('', ServerReadinessRule, object(ServerReadinessRule, `rule-${at}`));
  }
  return { store, families };
}

test('for any fleet and any number of parts each object is in exactly one, together with its machine', () => {
  const random = randomFrom(27);
  for (let round = 0; round < 60; round += 1) {
    const { store, families } = fleet(random);
    const count = 1 + Math.floor(random() * 12);
    for (const [family, members] of families) {
      const parts = members.map(([kind, each]) =>
        Array.from({ length: count }, (_, at) => at + 1).filter((index) =>
          inShard({ index, count })(kind, each, store),
        ),
      );
      for (const found of parts) assert.equal(found.length, 1, `${family}: ${JSON.stringify(found)} of ${count}`);
      assert.equal(new Set(parts.flat()).size, 1, `${family} is torn apart: ${parts.flat()}`);
      if (family === '') assert.equal(parts[0]?.[0], 1, 'what is about no machine is in the first part');
    }
  }
});

test('parts are about equal, and one part more moves only what goes to it', () => {
  const names = Array.from({ length: 4_000 }, (_, at) => object(BMC, `bmc-${at}`));
  const store = new Store();
  const partOf = (each: KubeObject, count: number): number =>
    Array.from({ length: count }, (_, at) => at + 1).find((index) => inShard({ index, count })(BMC, each, store)) ?? 0;
  const sizes = [0, 0, 0, 0];
  for (const each of names) {
    const [before, after] = [partOf(each, 4), partOf(each, 5)];
    sizes[before - 1] = (sizes[before - 1] ?? 0) + 1;
    assert.ok(after === before || after === 5, `${each.metadata.name} went from ${before} to ${after}`);
  }
  for (const size of sizes) assert.ok(size > 850 && size < 1_150, sizes.join());
});

test('every kind that is reconciled is placed by its machine, or is known to have none', () => {
  const store = new Store();
  const placed = { bmcRef: { name: 'far-away' }, serverRef: { name: 'far-away' } };
  const index = Array.from({ length: 50 }, (_, at) => at + 1).find((index) =>
    inShard({ index, count: 50 })(BMC, object(BMC, 'far-away'), store),
  );
  assert.notEqual(index, 1);
  const stray = reconcilers
    .map(({ kind }) => kind as KindDef)
    .filter((kind) => !inShard({ index: index ?? 0, count: 50 })(kind, object(kind, 'far-away', placed), store));
  assert.deepEqual(
    stray.map(({ kind }) => kind),
    ['ServerReadinessRule'],
  );
  assert.ok(metalKinds.length > 0);
  assert.ok(registrationsIn({ index: 1, count: 2 }, reconcilers).length === reconcilers.length);
  assert.ok(registrationsIn({ index: 2, count: 2 }, reconcilers).every(({ name }) => name !== 'serverreadinessrule'));
});

test('what is no part of a whole is refused, with an example', () => {
  for (const word of ['0/4', '5/4', '1', '1/0', 'a/b', '1/4/2', '-1/4', '', '1.5/2'])
    assert.throws(
      () => shardOf(word),
      (error: MetalError) => error.code === 'USAGE' && error.hints.some((hint) => hint.startsWith('--shard 1/4')),
      word,
    );
  assert.deepEqual(shardOf('2/4'), { index: 2, count: 4 });
});
