/** A long run in little time: passes over a fleet while every kind of request fails now and then, and what is left of each. */
import assert from 'node:assert/strict';
import { BMC } from '../../src/api/metal/v1alpha1/index.js';

import { Rig } from '../crash/harness.js';
import { randomFrom } from '../support/random.js';
import { Server, ServerClaim } from '../support/world.js';

export interface Soak {
  readonly servers: number;
  /** Hours of the stepped clock. */
  readonly hours: number;
  readonly seed: number;
}

interface Reading {
  readonly heapMb: number;
  readonly timers: number;
  readonly handles: number;
}

/** Passes every two minutes; claims come and go; one request in a hundred fails, loses its answer or kills the process. */
export async function soak({ servers, hours, seed }: Soak, tell: (figure: string) => void): Promise<void> {
  const random = randomFrom(seed);
  const rig = new Rig('slowly');
  for (let n = 0; n < servers; n += 1) rig.w.addMachine(`rack${n}`);
  const readings: Reading[] = [];
  const rounds = hours * 30;
  for (let round = 0; round < rounds; round += 1) {
    const fault = (['fails', 'loses its answer', 'dies'] as const)[Math.floor(random() * 3)] ?? 'fails';
    rig.arm(fault, 1 + Math.floor(random() * 100));
    await liveOn(rig, random, round);
    await rig.pass();
    await rig.tick(120_000);
    // What tests keep is not what the program keeps.
    rig.forget();
    if (round % 15 === 14) readings.push(read(rig));
  }
  rig.disarm();
  for (let calm = 0; calm < 3; calm += 1) {
    await rig.tick(700_000);
    await rig.pass();
  }
  assert.deepEqual(rig.broken, [], `seed ${seed}`);
  const states = new Set(rig.w.cluster.all(Server).map(({ status }) => status?.state));
  assert.ok(
    [...states].every((state) => state === 'Available' || state === 'Reserved'),
    `${[...states]}, seed ${seed}`,
  );
  assert.equal(rig.w.cluster.all(BMC).length, servers);
  judge(readings, hours, tell, { rounds, servers, seed });
}

/** A claim comes, or one goes. */
async function liveOn({ w }: Rig, random: () => number, round: number): Promise<void> {
  const claims = w.cluster.all(ServerClaim).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const [oldest] = claims;
  if (oldest !== undefined && (claims.length > 2 || random() < 0.4))
    return void (await w.cluster.delete(ServerClaim, oldest.metadata));
  const metadata = { name: `claim-${round}`, namespace: 'db' };
  const claim = { apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'ServerClaim', metadata };
  w.cluster.seed({ ...claim, spec: { power: 'On', image: 'os:1' } } as ServerClaim);
}

function read({ w }: Rig): Reading {
  global.gc?.();
  const handles = process.getActiveResourcesInfo().filter((name) => name !== 'Immediate').length;
  return { heapMb: process.memoryUsage().heapUsed / 1e6, timers: w.clock.pending(), handles };
}

function judge(readings: readonly Reading[], hours: number, tell: (figure: string) => void, run: object): void {
  const half = readings.slice(Math.floor(readings.length / 2));
  const slope = slopeOf(half.map(({ heapMb }) => heapMb)) * (readings.length / hours);
  const timers = half.map((each) => each.timers);
  const handles = half.map((each) => each.handles);
  tell(
    `${JSON.stringify(run)}: heap grows ${slope.toFixed(2)} MB an hour, timers ${Math.min(...timers)} to ${Math.max(...timers)}, handles ${Math.min(...handles)} to ${Math.max(...handles)}`,
  );
  assert.ok(Math.max(...timers) <= 4, `${timers} timers between passes`);
  assert.ok(Math.max(...handles) <= Math.min(...handles) + 2, `${handles} handles`);
  // The measure is noisy below a megabyte; a leak of every visit would be tens.
  assert.ok(slope <= 3, `${slope} MB an hour`);
}

/** Least squares: growth per reading. */
function slopeOf(values: readonly number[]): number {
  const mean = (of: readonly number[]): number => of.reduce((sum, each) => sum + each, 0) / of.length;
  const [x, y] = [(values.length - 1) / 2, mean(values)];
  const over = values.reduce((sum, value, at) => sum + (at - x) * (value - y), 0);
  return over / values.reduce((sum, _, at) => sum + (at - x) ** 2, 0);
}
