/** Opens BMCs: one client per access id, however many controllers ask for it, and all of them closed together. */
import { UserError } from '../errors/classes.js';
import type { Bmc, BmcAccess, BmcFactory } from '../ports/bmc.js';
import type { Clock } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import { RegistryStore } from './attributes/store.js';
import { openClient } from './client.js';
import { MessageStore } from './message-registry.js';
import { createRecorder } from './recording/recorder.js';
import { Resources } from './resources.js';
import { Service } from './service.js';
import { newStats, type Stats, type TraceEntry } from './stats.js';
import { defaultLimits, type Limits } from './transport/limits.js';
import { queue } from './transport/queue.js';
import { Transport } from './transport/transport.js';
import { trustIn } from './transport/trust.js';

export interface BmcFactoryOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** PEM bundles trusted beside the system's authorities. */
  readonly ca?: string | readonly string[];
  /** Believe any certificate where none is pinned: for labs. */
  readonly insecure?: boolean;
  /** HTTP proxy to reach BMCs through. */
  readonly proxy?: URL;
  readonly limits?: Partial<Limits>;
  /** Default `metalctl`. */
  readonly userAgent?: string;
  /** Sees every exchange, without headers and bodies. */
  readonly trace?: (entry: TraceEntry) => void;
  /** Folder that redacted recordings of all dialogues are written into. */
  readonly recordTo?: string;
  /** In [0, 1); spreads waits. */
  readonly random?: () => number;
}

interface Open {
  readonly origin: string;
  readonly pin: string | undefined;
  readonly allowPlainHttp: boolean;
  readonly transport: Transport;
  readonly service: Service;
  readonly client: ReturnType<typeof openClient>;
}

/** How long sessions are given to end. */
const closeMs = 5000;

/** A factory of BMCs over Redfish. `stats` counts over all of them since the start. */
export function createBmcFactory(options: BmcFactoryOptions): BmcFactory & { stats(): Readonly<Stats> } {
  const limits = { ...defaultLimits, ...options.limits };
  const shared = {
    clock: options.clock,
    log: options.log,
    limits,
    stats: newStats(),
    registries: new RegistryStore(),
    messages: new MessageStore(),
    trust: trustIn([options.ca ?? []].flat(), options.insecure),
    ...(options.proxy === undefined ? {} : { proxy: options.proxy }),
    slots: queue(limits.inFlight),
    random: options.random ?? Math.random,
    userAgent: options.userAgent ?? 'metalctl',
    ...(options.trace === undefined ? {} : { trace: options.trace }),
    ...(options.recordTo === undefined
      ? {}
      : { record: createRecorder(options.recordTo, options.userAgent ?? 'metalctl') }),
  };
  const opened = new Map<string, Open>();

  const create = (access: BmcAccess, origin: string): Open => {
    const pin = access.tlsPin;
    const transport = new Transport({ ...shared, id: access.id, origin, ...(pin === undefined ? {} : { pin }) });
    transport.conceal(access.password.reveal());
    const service = new Service({ ...shared, access, transport });
    const client = openClient(new Resources(service), access.managerUUID);
    return { origin, pin, allowPlainHttp: access.allowPlainHttp ?? false, transport, service, client };
  };

  const open = (access: BmcAccess): Bmc => {
    const origin = originOf(access);
    const known = opened.get(access.id);
    if (known !== undefined && isSamePlace(known, access, origin)) {
      // What an old credential was told counts no more: the next look shows whether the new one is let in.
      if (known.service.use(access)) known.client.forgetAll();
      known.client.managerUUID = access.managerUUID;
      return known.client;
    }
    if (known !== undefined) void end(known);
    const made = create(access, origin);
    opened.set(access.id, made);
    return made.client;
  };

  const close = async (deadlineMs = closeMs): Promise<void> => {
    const all = [...opened.values()];
    opened.clear();
    const left = Promise.all(all.map(({ service }) => service.leave()));
    await atMost(options.clock, deadlineMs, left);
    await Promise.all(all.map(({ transport }) => transport.close()));
  };

  const forget = (id: string): void => opened.get(id)?.client.forgetAll();

  return { open, forget, close, stats: () => ({ ...shared.stats }) };
}

const isSamePlace = (known: Open, access: BmcAccess, origin: string): boolean =>
  known.origin === origin && known.pin === access.tlsPin && known.allowPlainHttp === (access.allowPlainHttp ?? false);

/** The BMC moved or shows another certificate: nothing of the old connection is reused. */
async function end({ service, transport }: Open): Promise<void> {
  await service.leave();
  await transport.close();
}

async function atMost(clock: Clock, ms: number, work: Promise<unknown>): Promise<void> {
  let cancel = (): void => undefined;
  const deadline = new Promise<void>((resolve) => {
    cancel = clock.after(ms, resolve);
  });
  await Promise.race([work, deadline]);
  cancel();
}

/** @throws UserError USAGE when it is no http or https URL of a host alone */
function originOf({ id, url }: BmcAccess): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isPlain = parsed !== undefined && /^https?:$/.test(parsed.protocol) && parsed.pathname === '/';
  if (isPlain && parsed.username === '' && parsed.password === '' && parsed.search === '') return parsed.origin;
  throw new UserError('USAGE', 'opening a BMC', {
    why: 'its address is no URL of the form https://HOST[:PORT]',
    context: { bmc: id },
  });
}
