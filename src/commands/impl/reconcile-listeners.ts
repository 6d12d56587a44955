/** The listeners of the daemon that flags ask for, started together and stopped together. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../errors/classes.js';
import type { Runner, Settings } from '../../reconcile/index.js';
import { placeOf } from './kit/place.js';
import type { ReconcileRun } from './reconcile.js';
import { serveEvents } from './reconcile-events.js';
import { Monitor } from './reconcile-monitor.js';

export interface Listeners {
  started(runner: Runner, isHealthy: () => boolean): void;
  leading(): void;
  /** Where BMCs send their events; absent without a receiver. */
  readonly eventUrl?: Settings['eventUrl'];
  close(): Promise<void>;
}

/** @throws UserError PORT_IN_USE · USAGE · FILE_NOT_FOUND; what listens already is closed then */
export async function serveListeners(run: ReconcileRun): Promise<Listeners> {
  const { healthAddress, metricsAddress, webhookAddress } = run.flags;
  const serving = await run.listeners();
  const monitor = new Monitor(serving, run.ports.clock);
  const open: { readonly url: string; close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    monitor.stopping();
    await Promise.all(open.map((each) => each.close()));
  };
  const add = async (what: string, start: Promise<{ readonly url: string; close(): Promise<void> }>): Promise<void> => {
    const listening = await start;
    open.push(listening);
    run.talk.note(`${what} on ${listening.url}`);
  };
  try {
    const events = await serveEvents(run);
    if (events !== undefined) await add('events', Promise.resolve(events.listener));
    if (healthAddress !== undefined) {
      await add('health', serving.startHealth(placeOf('--health-address', healthAddress), monitor));
    }
    if (metricsAddress !== undefined) {
      const families = () => [...monitor.families(), ...(events?.listener.metrics.families() ?? [])];
      await add('metrics', serving.startMetrics(placeOf('--metrics-address', metricsAddress), families));
    }
    if (webhookAddress !== undefined) await add('webhooks', startWebhooks(run, webhookAddress));
    return {
      started: (runner, isHealthy) => {
        monitor.started(runner, isHealthy);
        events?.started(runner);
      },
      leading: () => monitor.leading(),
      ...(events === undefined ? {} : { eventUrl: events.urlOf }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startWebhooks(run: ReconcileRun, address: string) {
  const { webhookCertPath: folder, webhookCertName, webhookCertKey } = run.flags;
  const place = placeOf('--webhook-address', address);
  if (folder === undefined) {
    throw new UserError('USAGE', 'webhooks are served over TLS only', { hint: '--webhook-cert-path DIR' });
  }
  const read = (name: string): Promise<string> =>
    readFile(join(folder, name), 'utf8').catch((cause: unknown) => {
      throw new UserError('FILE_NOT_FOUND', `${join(folder, name)} cannot be read`, { cause });
    });
  const tls = { cert: await read(webhookCertName), key: await read(webhookCertKey) };
  const { startAdmission } = await run.listeners();
  return startAdmission({ ...place, tls, cluster: run.ports.cluster, log: run.ports.log });
}
