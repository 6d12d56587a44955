/** `reconcile --watch`: the daemon. Serves the registry, holds the lease, works until stopped. */
import type { ExitName } from '../../errors/exit.js';
import type { Settings } from '../../reconcile/index.js';
import { reconcileLoop } from '../../reconcile/runtime/loop.js';
import { besideNobody, type ReconcileRun, runnerPorts, serveRegistry, workOf } from './reconcile.js';
import { serveListeners } from './reconcile-listeners.js';
import { newRun } from './run-journal.js';

export async function reconcileWatch(run: ReconcileRun, given: Settings): Promise<ExitName | undefined> {
  const work = workOf(run, given);
  await besideNobody(run);
  const listeners = await serveListeners(run);
  const { eventUrl } = listeners;
  const settings: Settings = eventUrl === undefined ? given : { ...given, eventUrl };
  const registry = await serveRegistry(run).catch(async (error: unknown) => {
    await listeners.close();
    throw error;
  });
  const { registrations, inScope, lease, alone } = work;
  run.talk.note(`registry on ${registry.url}; waiting for lease ${lease.namespace}/${lease.name}`);
  try {
    await reconcileLoop(runnerPorts(run, newRun(), registry), {
      registrations,
      settings,
      lease,
      standsBy: run.flags.leaderElect ?? true,
      signal: run.signal,
      isReadOnly: run.flags.readOnly,
      onStart: listeners.started,
      onLeading: async () => {
        await alone();
        listeners.leading();
        run.talk.note('leading: reconciling until Ctrl-C');
      },
      ...(inScope === undefined ? {} : { inScope }),
    });
    return 'OK';
  } finally {
    await Promise.all([registry.close(), listeners.close()]);
  }
}
