/**
 * Redfish events for the daemon: the BMC reconciler subscribes to the address given here, and an event only brings the
 * next visit of the BMC and its Servers forward. The secret lives as long as the process; the next one replaces it.
 */
import { randomBytes } from 'node:crypto';
import { BMC, Server } from '../../api/metal/v1alpha1/index.js';
import { trailingSlashes } from '../../lib/trailing-slashes.js';
import type { Runner, Settings } from '../../reconcile/index.js';
import type { Wiring } from '../../wiring.js';
import { placeOf } from './kit/place.js';
import type { ReconcileRun } from './reconcile.js';

type Serving = Awaited<ReturnType<Wiring['listeners']>>;
export type EventListener = Awaited<ReturnType<Serving['startEvents']>>;

export interface EventDesk {
  readonly listener: EventListener;
  /** Where a BMC is to send what it has to tell. */
  readonly urlOf: NonNullable<Settings['eventUrl']>;
  started(runner: Runner): void;
}

/** Undefined without `--event-address`. @throws UserError PORT_IN_USE · USAGE */
export async function serveEvents(run: ReconcileRun): Promise<EventDesk | undefined> {
  const { eventAddress, eventUrl, eventAnySource } = run.flags;
  if (eventAddress === undefined) return undefined;
  const { startEvents } = await run.listeners();
  const { clock, log, bmc: bmcs } = run.ports;
  let runner: Runner | undefined;
  const listener = await startEvents({
    ...placeOf('--event-address', eventAddress),
    clock,
    log,
    key: randomBytes(32),
    addressOf: (name) => addressOf(runner?.store.get(BMC, { name }), eventAnySource),
    onEvent: (name) => {
      bmcs.forget(name);
      if (runner !== undefined) bringForward(runner, name);
    },
  });
  const baseUrl = (eventUrl ?? listener.url).replace(trailingSlashes, '');
  return {
    listener,
    urlOf: (bmc, format) => `${baseUrl}${listener.pathFor(bmc, format)}`,
    started: (started) => {
      runner = started;
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
