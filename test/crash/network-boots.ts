/** Claims in a row on machines that take their time and BMCs that lose boot overrides: every one boots from the network. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { TransientError } from '../../src/errors/classes.js';
import { randomFrom } from '../support/random.js';
import { Server, ServerClaim } from '../support/world.js';
import { type Pace, Rig } from './harness.js';

const claim = (n: number): ServerClaim => ({
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'ServerClaim',
  metadata: { name: `db-${n}`, namespace: 'db' },
  spec: { power: 'On', image: `os:${n}` },
});

const paces: readonly Pace[] = ['at once', 'slowly', 'unseen'];

/** So many claims, one after the other. */
export async function bootAll(t: TestContext, claims: number): Promise<void> {
  const seed = 1_405;
  const random = randomFrom(seed);
  const rig = new Rig();
  const { cluster, bmcs, clock } = rig.w;
  rig.w.addMachine('rack1');
  await rig.pass();
  const from = rig.boots.length;
  const machine = bmcs.machine('rack1');
  let lost = 0;
  for (let n = 0; n < claims; n += 1) {
    rig.pace = paces[Math.floor(random() * paces.length)] ?? 'at once';
    machine.obeys = true;
    // The override is gone by the time it is read back, once or several times in a row.
    for (let again = random(); again < 0.4; again = random() * 1.5) {
      machine.failNext(
        'setBootOnce',
        new TransientError('BMC_ERROR', 'setting the boot source: it reads back as None'),
      );
      lost += 1;
    }
    cluster.seed(claim(n));
    await rig.pass();
    await clock.tick(Math.floor(random() * 30_000));
    const key = { namespace: 'db', name: `db-${n}` };
    assert.equal(cluster.peek(ServerClaim, key)?.status?.phase, 'Bound', `claim ${n}, seed ${seed}`);
    assert.equal(machine.power, 'On', `claim ${n}, seed ${seed}`);
    await cluster.delete(ServerClaim, key);
    await rig.pass();
    assert.equal(cluster.peek(Server, 'rack1-system-0')?.status?.state, 'Available', `claim ${n}, seed ${seed}`);
  }
  const boots = rig.boots.slice(from);
  const fromDisk = boots.filter((source) => source !== 'Pxe').length;
  assert.deepEqual(rig.broken, []);
  assert.deepEqual([boots.length, fromDisk], [claims, 0]);
  t.diagnostic(
    `${claims} claims, ${lost} overrides lost before they read back, seed ${seed}: ${fromDisk} boots from disk`,
  );
}
