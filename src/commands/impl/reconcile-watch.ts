/** `reconcile --watch`: the daemon. Serves the registry, holds the lease, works until stopped. */
import type { ExitName } from '../../errors/exit.js';
import type { Settings } from '../../reconcile/index.js';
import { reconcileLoop } from '../../reconcile/runtime/loop.js';
import { besideNobody, type ReconcileRun, runnerPorts, serveRegistry } from './reconcile.js';
import { serveListeners } from './reconcile-listeners.js';
import { registrationsOf, scopeOf } from './reconcile-settings.js';

export async function reconcileWatch(run: ReconcileRun, given: Settings): Promise<ExitName | undefined> {
  await besideNobody(run);
  const listeners = await serveListeners(run);
  const { eventUrl } = listeners;
  const settings: Settings = eventUrl === undefined ? given : { ...given, eventUrl };
  const registry = await serveRegistry(run).catch(async (error: unknown) => {
    await listeners.close();
    throw error;
  });
  const inScope = scopeOf(run.args.targets, run.flags.selector);
  run.talk.note(`registry on ${registry.url}; waiting for lease ${settings.managerNamespace}/${run.flags.lease}`);
  try {
    await reconcileLoop(runnerPorts(run, registry), {
      registrations: registrationsOf(run.flags),
      settings,
      lease: { name: run.flags.lease, namespace: settings.managerNamespace, identity: settings.instance },
      signal: run.signal,
      isReadOnly: run.flags.readOnly,
      onStart: listeners.started,
      onLeading: () => {
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
