/** Body of `metadata serve`: keeps the addresses of all Servers current, and answers until Ctrl-C. */
import { Server } from '../../api/metal/v1alpha1/index.js';
import { UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import { startInformer } from '../../reconcile/runtime/informer.js';
import { Store } from '../../reconcile/runtime/store.js';
import type { metadataServeCommand } from '../metadata-serve.js';
import { placeOf } from './kit/place.js';
import type { Run } from './kit/run.js';
import { MetadataCounts } from './metadata-counts.js';

type MetadataRun = Run<typeof metadataServeCommand>;

const reserved = new Set(['server-name', 'user-data']);

export default async function (run: MetadataRun): Promise<ExitName | undefined> {
  const { clock, log, cluster } = run.ports;
  const { metaldataAddress: host, metaldataPort: port, healthProbeBindAddress, metricsBindAddress } = run.flags;
  const fixed = fixedOf(run.flags.staticMetadata);
  // A missing kind or right is an answer now, not a service that knows nobody.
  await cluster.list(Server, { resourceVersion: '0', signal: run.signal });
  const serving = await run.listeners();
  const { AddressBook, startHealth, startMetadata, startMetrics } = serving;
  const addresses = new AddressBook();
  const store = new Store();
  store.onChange((_kind, before, after) => {
    if (after !== undefined) addresses.put(after as Server);
    else if (before !== undefined) addresses.remove(before.metadata.name);
  });
  const counted = new MetadataCounts(serving, addresses);
  const { signal } = run;
  const informer = startInformer({ cluster, kind: Server, clock, log, random: Math.random, sink: store, signal });
  await informer.synced;
  const open: { close(): Promise<void> }[] = [];
  try {
    const service = await startMetadata({ host, port, clock, log, cluster, addresses, fixed, onAnswered: counted.add });
    open.push(service);
    if (healthProbeBindAddress !== undefined) {
      const readyz = () => (informer.isHealthy() ? undefined : 'the Servers cannot be watched');
      const place = placeOf('--health-probe-bind-address', healthProbeBindAddress);
      open.push(await startHealth(place, { healthz: () => undefined, readyz }));
    }
    if (metricsBindAddress !== undefined && metricsBindAddress !== '0') {
      const place = placeOf('--metrics-bind-address', metricsBindAddress);
      const metrics = await startMetrics(place, counted.families);
      open.push(metrics);
      run.talk.note(`metrics on ${metrics.url}`);
    }
    run.talk.note(`metadata on ${service.url}`);
    await aborted(signal);
    return 'OK';
  } finally {
    await Promise.all([informer.stop(), ...open.map((each) => each.close())]);
  }
}

/** @throws UserError USAGE */
function fixedOf(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      const key = word.slice(0, at);
      if (at < 1) throw new UserError('USAGE', `--static-metadata ${word} is not KEY=VALUE`);
      if (reserved.has(key)) throw new UserError('USAGE', `--static-metadata cannot set "${key}": machines rely on it`);
      return [key, word.slice(at + 1)];
    }),
  );
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
