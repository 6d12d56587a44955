/** A whole fleet at work while its process is killed again and again, at random: nothing is done twice, nothing is lost. */
import assert from 'node:assert/strict';
import { randomFrom } from '../support/random.js';
import { BMC, Server, ServerBootConfiguration, ServerClaim } from '../support/world.js';
import { type Pace, Rig } from './harness.js';

export interface FleetKills {
  readonly servers: number;
  readonly kills: number;
  readonly pace: Pace;
  readonly seed: number;
}

/** Half of the servers are claimed at the start; half of those claims are released when half of the kills have come. */
export async function fleetKills({ servers, kills, pace, seed }: FleetKills): Promise<string> {
  const random = randomFrom(seed);
  const rig = new Rig(pace);
  for (let n = 0; n < servers; n += 1) rig.w.addMachine(`rack${n}`);
  const claims = Array.from({ length: Math.floor(servers / 2) }, (_, n) => `claim-${n}`);
  for (const name of claims) seedClaim(rig, name);
  // Requests between two kills, so that the work lasts for all of them.
  const between = Math.floor((servers * 25) / kills);
  let killed = 0;
  let released = 0;
  for (; killed < kills; killed += 1) {
    if (killed === Math.floor(kills / 2)) released = await release(rig, claims.slice(0, claims.length / 2));
    // What is free by then is claimed anew, should the work run out before the kills.
    if (killed > kills / 2 && killed % 10 === 0) seedClaim(rig, `more-${killed}`);
    rig.arm('dies', 1 + Math.floor(random() * between));
    await rig.pass();
    if (!rig.isStruck) break;
  }
  rig.disarm();
  let passes = 0;
  let before = -1;
  while (rig.acts.length !== before && passes < 4) {
    before = rig.acts.length;
    assert.ok(await rig.pass());
    passes += 1;
  }
  assert.deepEqual(rig.broken, [], `seed ${seed}`);
  assert.equal(killed, kills, 'the work ran out before the kills');
  const held = judge(rig, servers, seed);
  const { length: requests } = rig.acts;
  return `${servers} servers, ${killed} kills over ${requests} requests (seed ${seed}): ${held} claims Bound and on, ${released} released and off, 0 double power actions, 0 lost claims, 0 orphans; still after ${passes} passes, the last without a request`;
}

function seedClaim({ w }: Rig, name: string): void {
  const claim = { apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'ServerClaim', metadata: { name, namespace: 'db' } };
  w.cluster.seed({ ...claim, spec: { power: 'On', image: 'os:1' } } as ServerClaim);
}

async function release({ w }: Rig, names: readonly string[]): Promise<number> {
  for (const name of names) await w.cluster.delete(ServerClaim, { namespace: 'db', name });
  return names.length;
}

/** By the machines themselves: every claim has its own server, switched on; every other server is Available and off. */
function judge({ w }: Rig, count: number, seed: number): number {
  const where = `seed ${seed}`;
  const servers = w.cluster.all(Server);
  const claims = w.cluster.all(ServerClaim);
  assert.equal(servers.length, count, where);
  for (const { metadata, spec, status } of claims) {
    assert.equal(status?.phase, 'Bound', `${metadata.name} is lost, ${where}`);
    const server = servers.find(({ metadata: { name } }) => name === spec?.serverRef?.name);
    assert.equal(server?.spec?.serverClaimRef?.name, metadata.name, where);
    assert.equal(w.bmcs.machine(server?.spec?.bmcRef?.name ?? '').power, 'On', where);
  }
  const free = servers.filter(({ spec }) => spec?.serverClaimRef === undefined);
  assert.equal(free.length, count - claims.length, where);
  for (const { spec, status, metadata } of free) {
    assert.equal(status?.state, 'Available', `${metadata.name}, ${where}`);
    assert.equal(w.bmcs.machine(spec?.bmcRef?.name ?? '').power, 'Off', where);
  }
  const boots = w.cluster.all(ServerBootConfiguration);
  assert.equal(boots.length, claims.length, `boot configurations left behind, ${where}`);
  assert.equal(w.cluster.all(BMC).length, count, where);
  return claims.length;
}
