/** A fleet of five hundred whose process is killed two hundred times, at random. */
import { test } from 'node:test';
import { fleetKills } from './fleet-kills.js';

test('R-API-7: two hundred kills at random over five hundred servers', async (t) => {
  const seed = Number(process.env.METALCTL_SEED ?? 7);
  t.diagnostic(await fleetKills({ servers: 500, kills: 200, pace: 'slowly', seed }));
});
