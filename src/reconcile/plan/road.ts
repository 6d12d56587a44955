/**
 * The whole road of a plan: pass after pass on the same recording ports, on a clock that is put forward to when the next
 * look is due. Between passes it is assumed that BMCs did what they were asked, and that a boot operator served what it was
 * given. Nothing else is assumed: where a machine must report, or a person act, the road ends, and the report says so.
 */
import { ServerBootConfiguration } from '../../api/metal/v1alpha1/index.js';
import type { SystemInfo, SystemUri } from '../../ports/bmc.js';
import type { Clock } from '../../ports/clock.js';
import { type OnceOptions, reconcileOnce } from '../runtime/once.js';
import type { ReconcileReport } from '../runtime/report.js';
import type { RunnerPorts } from '../runtime/runner.js';
import type { PlanStep } from './steps.js';

const longestRoad = 40;
/** Looks without news before it is given up: what polls a machine that will not report has no other end. */
const patience = 6;

/** A clock that can be put forward. */
export interface ShiftedClock extends Clock {
  skip(ms: number): void;
  /** Real time since it was made. */
  spentMs(): number;
}

export function shifted(clock: Clock): ShiftedClock {
  const started = clock.monotonicMs();
  let aheadMs = 0;
  return {
    now: () => new Date(clock.now().getTime() + aheadMs),
    monotonicMs: () => clock.monotonicMs() + aheadMs,
    sleep: (ms, signal) => clock.sleep(ms, signal),
    after: (ms, fn) => clock.after(ms, fn),
    skip: (ms) => {
      aheadMs += ms;
    },
    spentMs: () => clock.monotonicMs() - started,
  };
}

/** What BMCs were asked, and show once it is assumed to have been done. */
export class Assumptions {
  readonly #asked: { readonly bmc: string; readonly uri: string; readonly shows: Partial<SystemInfo> }[] = [];
  readonly #shown = new Map<string, Partial<SystemInfo>>();

  /** Hears every request that was not sent. */
  hear(bmc: string, action: string, [uri, to]: readonly unknown[]): void {
    const shows = effects[action]?.(to);
    if (shows !== undefined && typeof uri === 'string') this.#asked.push({ bmc, uri, shows });
  }

  /** A system as it is read, with what was assumed about it. */
  seen(bmc: string, system: SystemInfo): SystemInfo {
    return { ...system, ...this.#shown.get(placeOf(bmc, system.uri)) };
  }

  /** From now on what was asked is done; a step for each. */
  comeTrue(): PlanStep[] {
    return this.#asked.splice(0).flatMap(({ bmc, uri, shows }) => {
      const place = placeOf(bmc, uri);
      this.#shown.set(place, { ...this.#shown.get(place), ...shows });
      return Object.entries(shows).map(
        ([field, to]): PlanStep => ({ to: 'assumed', object: `bmc/${bmc}`, field: `${uri} ${field}`, value: to }),
      );
    });
  }
}

const placeOf = (bmc: string, uri: string | SystemUri): string => `${bmc} ${uri}`;

/** What a system shows after a request. Of any other request nothing is assumed but that it was taken. */
const effects: Readonly<Record<string, (to: unknown) => Partial<SystemInfo> | undefined>> = {
  setPower: (to) => ({ powerState: to as 'On' | 'Off' }),
  reset: (type) => {
    if (type === 'ForceOff' || type === 'GracefulShutdown') return { powerState: 'Off' };
    return type === 'On' || type === 'ForceOn' ? { powerState: 'On' } : undefined;
  },
  setIndicator: (to) => ({ indicatorLED: String(to) }),
  setBootOrder: (order) => ({ bootOrder: order as string[] }),
};

interface Road {
  readonly recording: RunnerPorts;
  readonly clock: ShiftedClock;
  readonly options: OnceOptions;
  readonly assumptions: Assumptions;
  readonly steps: PlanStep[];
  /** Runs work whose writes are no steps. */
  readonly untold: (work: () => Promise<void>) => Promise<void>;
}

/** Goes on behind the first pass, until nothing is left to happen. The report is that of the last pass. */
export async function goOn(road: Road, first: ReconcileReport): Promise<ReconcileReport> {
  const { clock, options, steps } = road;
  let report = first;
  for (let passes = 1, idle = 0; passes < longestRoad && idle < patience; passes += 1) {
    if (options.signal?.aborted || clock.spentMs() > (options.deadlineMs ?? 600_000)) break;
    const before = steps.length;
    steps.push(...road.assumptions.comeTrue(), ...(await bootsServed(road, report)));
    const due = Math.min(...report.objects.flatMap((each) => (each.due === undefined ? [] : [Date.parse(each.due)])));
    const isNews = steps.length > before;
    if (!isNews && due === Number.POSITIVE_INFINITY) break;
    if (due < Number.POSITIVE_INFINITY) clock.skip(Math.max(0, due - clock.now().getTime()));
    report = (await reconcileOnce(road.recording, { ...options, settle: false })).report;
    idle = steps.length === before ? idle + 1 : 0;
  }
  return report;
}

/** Boot configurations of this plan that wait for a boot operator are ready: it serves every one it is given. */
async function bootsServed({ recording, untold }: Road, { objects }: ReconcileReport): Promise<PlanStep[]> {
  const visited = new Set(objects.flatMap(({ kind, name }) => (kind === ServerBootConfiguration.kind ? [name] : [])));
  const { items } = await recording.cluster.list(ServerBootConfiguration);
  const found: PlanStep[] = [];
  for (const { metadata, status } of items) {
    if (status?.state !== 'Pending' || metadata.deletionTimestamp !== undefined) continue;
    const { name, namespace = '' } = metadata;
    if (!visited.has(`${namespace}/${name}`)) continue;
    await untold(async () => {
      const ready = { status: { state: 'Ready' } };
      await recording.cluster.patch(ServerBootConfiguration, { name, namespace }, ready, 'merge', {
        subresource: 'status',
      });
    });
    const object = `serverbootconfiguration/${namespace}/${name}`;
    found.push({ to: 'assumed', object, field: 'status.state', value: 'Ready' });
  }
  return found;
}
