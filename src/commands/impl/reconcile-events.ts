/**
 * Redfish events for the daemon: every BMC it visits is subscribed once, and an event only brings the next visit of the
 * BMC and its Servers forward. The secret lives as long as the process; the next one replaces its subscriptions.
 */
import { randomBytes } from 'node:crypto';
import { BMC, Server } from '../../api/metal/v1alpha1/index.js';
import { isMetalError } from '../../errors/classes.js';
import { accessToBmc } from '../../reconcile/access.js';
import type { Runner, Settings } from '../../reconcile/index.js';
import type { Wiring } from '../../wiring.js';
import { placeOf } from './kit/place.js';
import type { ReconcileRun } from './reconcile.js';

type Serving = Awaited<ReturnType<Wiring['listeners']>>;
export type EventListener = Awaited<ReturnType<Serving['startEvents']>>;

export interface EventDesk {
  readonly listener: EventListener;
  started(runner: Runner): void;
}

/** Undefined without `--event-address`. @throws UserError PORT_IN_USE · USAGE */
export async function serveEvents(run: ReconcileRun, settings: Settings): Promise<EventDesk | undefined> {
  const { eventAddress, eventUrl, eventAnySource } = run.flags;
  if (eventAddress === undefined) return undefined;
  const { startEvents } = await run.listeners();
  const { clock, log } = run.ports;
  let runner: Runner | undefined;
  const listener = await startEvents({
    ...placeOf('--event-address', eventAddress),
    clock,
    log,
    key: randomBytes(32),
    addressOf: (name) => addressOf(runner?.store.get(BMC, { name }), eventAnySource),
    onEvent: (name) => runner && bringForward(runner, name),
  });
  const baseUrl = (eventUrl ?? listener.url).replace(/(?<!\/)\/+$/, '');
  return {
    listener,
    started: (started) => {
      runner = started;
      subscribeVisited(run, settings, started, (bmc) => `${baseUrl}${listener.pathFor(bmc, 'Event')}`);
    },
  };
}

function addressOf(bmc: BMC | undefined, any: boolean): string | undefined {
  if (bmc === undefined) return undefined;
  return any ? 'any' : (bmc.status?.ip ?? bmc.spec?.access?.ip);
}

/** Reads the BMC and its machines; what the event said is not looked at. */
function bringForward(runner: Runner, name: string): void {
  for (const reg of runner.registrations) {
    const bmc = reg.name === 'bmc' ? runner.store.get(BMC, { name }) : undefined;
    if (bmc !== undefined) runner.enqueue(reg, bmc);
    if (reg.name !== 'server') continue;
    for (const server of runner.store.all(Server)) {
      if (server.spec?.bmcRef?.name === name) runner.enqueue(reg, server);
    }
  }
}

/** After a visit that went well, once for each BMC; a BMC without an event service is not asked again. */
function subscribeVisited(run: ReconcileRun, settings: Settings, runner: Runner, urlOf: (bmc: string) => string): void {
  const done = new Set<string>();
  runner.onVisited(({ reg, key }, { error }) => {
    const bmc = reg.name === 'bmc' && error === undefined ? runner.store.get(BMC, key) : undefined;
    if (bmc?.status?.state !== 'Enabled' || bmc.metadata.deletionTimestamp !== undefined || done.has(key.name)) return;
    done.add(key.name);
    subscribe(run, settings, runner, bmc, urlOf(key.name)).catch((cause: unknown) => {
      const isFinal = isMetalError(cause) && cause.class === 'permanent';
      if (!isFinal) done.delete(key.name);
      const why = cause instanceof Error ? cause.message : String(cause);
      run.ports.log.log(isFinal ? 'info' : 'warn', 'no events from this BMC', { bmc: key.name, cause: why });
    });
  });
}

async function subscribe(
  run: ReconcileRun,
  settings: Settings,
  { store }: Runner,
  bmc: BMC,
  destination: string,
): Promise<void> {
  const read = { get: store.get.bind(store) } as Parameters<typeof accessToBmc>[1]['read'];
  const visit = { read, settings, now: run.ports.clock.now() } as Parameters<typeof accessToBmc>[1];
  const client = run.ports.bmc.open(accessToBmc(bmc, visit));
  const context = `metalctl:${bmc.metadata.name}`;
  for (const each of await client.subscriptions()) {
    if (each.context === context && each.destination !== destination) await client.unsubscribe(each.uri);
  }
  await client.subscribe({ destination, context, format: 'Event' });
}
