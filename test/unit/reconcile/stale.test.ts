/** A process that starts on a cache ten seconds behind acts on nothing that is not true any more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KindDef } from '../../../src/api/kind.js';
import { reconcileOnce, reconcilers } from '../../../src/reconcile/index.js';
import { Rig } from '../../crash/harness.js';
import { ServerClaim } from '../../support/world.js';

const claim: ServerClaim = {
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'ServerClaim',
  metadata: { name: 'db-07', namespace: 'db' },
  spec: { power: 'On', image: 'os:1' },
};
const key = { namespace: 'db', name: 'db-07' };
const kinds = reconcilers.map(({ kind }) => kind) as KindDef[];

/** What happened in the ten seconds the cache has not seen. */
const stories: [string, (rig: Rig) => Promise<unknown>, (rig: Rig) => Promise<unknown>][] = [
  [
    'the machine was claimed and switched on: it is not switched off as a free one',
    async () => undefined,
    async (rig) => {
      rig.w.cluster.seed(structuredClone(claim));
      await rig.pass();
    },
  ],
  [
    'the claim was released and the machine switched off: it is not switched on for the claim that is gone',
    async (rig) => {
      rig.w.cluster.seed(structuredClone(claim));
      await rig.pass();
    },
    async (rig) => {
      await rig.w.cluster.delete(ServerClaim, key);
      await rig.pass();
    },
  ],
];

for (const [name, before, meanwhile] of stories) {
  test(`R-API-6: ${name}`, async () => {
    const rig = new Rig();
    rig.w.addMachine('rack1');
    await rig.pass();
    await before(rig);
    const old = new Map(kinds.map((kind) => [kind.kind, structuredClone(rig.w.cluster.stored(kind))]));
    await meanwhile(rig);
    const { w } = rig;
    const machine = w.bmcs.machine('rack1');
    const [power, from] = [machine.power, machine.calls.length];
    const behind = {
      ...w.cluster,
      list: async (kind: KindDef) => ({ items: structuredClone(old.get(kind.kind) ?? []), resourceVersion: '1' }),
    };
    // The first rounds decide on what the old list says; whatever they want to write meets the version of now.
    const ports = { ...w.ports, cluster: behind as unknown as typeof w.cluster };
    await reconcileOnce(ports, {
      registrations: reconcilers,
      settings: { ...w.settings, instance: 'late' },
      maxPasses: 3,
    });
    const told = machine.calls.slice(from).filter((call) => /^(setPower|reset|setBootOnce)/.test(call));
    assert.deepEqual([told, machine.power], [[], power]);
    assert.deepEqual(rig.broken, []);
  });
}
