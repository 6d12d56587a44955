/** A small fleet whose process is killed at random; `fleet.slow.test.ts` has the full numbers. */
import { test } from 'node:test';
import { fleetKills } from './fleet-kills.js';

for (const pace of ['at once', 'slowly', 'unseen'] as const) {
  test(`R-API-7: fifteen kills at random over twenty servers that follow ${pace}`, async (t) => {
    t.diagnostic(await fleetKills({ servers: 20, kills: 15, pace, seed: Number(process.env.METALCTL_SEED ?? 7) }));
  });
}
