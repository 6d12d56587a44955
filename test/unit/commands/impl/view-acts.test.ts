/** What keys of views do is done by the commands: asked about on the screen, even where the command itself would not ask. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotations } from '../../../../src/api/metal/v1alpha1/constants.js';
import { Server } from '../../../../src/api/metal/v1alpha1/index.js';
import { actsOf } from '../../../../src/commands/impl/view-acts.js';
import { world } from '../../../support/world.js';
import { aServer } from '../../workflows/support/servers.js';

async function acted(action: string, isYes: boolean, status: object = {}) {
  const w = world();
  w.cluster.seed(aServer('n', { status: { powerState: 'On', ...status } }));
  const silent = (): void => undefined;
  const run = {
    ports: { cluster: w.cluster, clock: w.clock },
    globals: { dryRun: 'none', concurrency: 1 },
    flags: {},
    out: { times: { nowMs: 0 } },
    talk: { note: silent, hint: silent, warn: silent },
    signal: new AbortController().signal,
    open: async () => w.cluster,
  };
  const plans: (readonly string[])[] = [];
  const ask = async ({ plan }: { readonly plan: readonly string[] }): Promise<boolean> => {
    plans.push(plan);
    return isYes;
  };
  const said = await actsOf(run as never)({ action, names: ['n'] }, ask).catch((error: Error) => error.message);
  const server = await w.cluster.get(Server, { name: 'n' });
  return { said, plans, operation: server?.metadata.annotations?.[annotations.operation] };
}

test('a restart, a cycle and parking show their plan and are asked of the operator once a person said yes', async () => {
  for (const [action, operation] of [
    ['power reset', 'graceful-restart-server'],
    ['power cycle', 'power-cycle-server'],
    ['park', 'park'],
  ] as const) {
    const yes = await acted(action, true);
    assert.equal(yes.plans.length, 1, `${action}: ${yes.said}`);
    assert.equal(yes.operation, operation, yes.said);
    const no = await acted(action, false);
    assert.deepEqual([no.operation, no.plans.length], [undefined, 1], action);
    assert.match(no.said, /nothing was done/);
  }
});
