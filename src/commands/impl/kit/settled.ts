/** `--wait` of commands that change servers: somebody drives, and each server is followed until it is as asked. */
import type { KindDef, KubeObject } from '../../../api/kind.js';
import { Server } from '../../../api/metal/v1alpha1/server.js';
import { isMetalError, type MetalError, TransientError } from '../../../errors/classes.js';
import { formatDuration } from '../../../lib/duration.js';
import type { Clock } from '../../../ports/clock.js';
import type { Cluster } from '../../../ports/cluster.js';
import { type DriverMode, whileDriving } from '../../../workflows/driver.js';
import { until } from '../../../workflows/until.js';
import { openDriver } from '../claim-driver.js';
import { failureOf } from './each.js';
import { missing } from './missing.js';
import type { AnyRun } from './run.js';

export interface Settling {
  /** `Parked`, `On`: what is said when it is so. */
  readonly word: string;
  readonly isSettled: (server: Server) => boolean;
  /** Why it may take for ever; told when the time is over. */
  readonly whyNot?: (server: Server) => MetalError | undefined;
}

interface Waiting {
  readonly wait: boolean;
  readonly timeout: number;
  readonly driver: DriverMode;
  readonly takeOver: boolean;
}

type WaitingRun = AnyRun & { readonly ports: { readonly cluster: Cluster; readonly clock: Clock } };

/**
 * Returns at once without `--wait`. @throws what `whyNot` says or WAIT_TIMEOUT when the time is over · PARTIAL when some
 * are as asked and some are not
 */
export async function settle(
  run: WaitingRun,
  flags: Waiting,
  servers: readonly Server[],
  what: Settling,
): Promise<void> {
  if (!flags.wait || servers.length === 0 || run.globals.dryRun !== 'none') return;
  const { driver, close } = await openDriver(run, run.ports, {
    mode: flags.driver,
    takeOver: flags.takeOver,
    waits: true,
  });
  try {
    const failures: { target: string; error: MetalError }[] = [];
    const done: string[] = [];
    await whileDriving(driver, scopeOf(servers), run.signal, async (signal) => {
      const waits = servers.map(async ({ metadata: { name } }) => {
        try {
          await followOne(run, name, flags.timeout, signal, what);
          done.push(name);
        } catch (error) {
          if (!isMetalError(error)) throw error;
          failures.push({ target: `server/${name}`, error });
        }
      });
      await Promise.all(waits);
    });
    const failure = failureOf({ values: done, failures });
    if (failure !== undefined) throw failure;
  } finally {
    await close();
  }
}

async function followOne(
  run: WaitingRun,
  name: string,
  timeoutMs: number,
  signal: AbortSignal,
  { word, isSettled, whyNot }: Settling,
): Promise<void> {
  const { cluster, clock } = run.ports;
  const { talk } = run;
  const startedMs = clock.monotonicMs();
  const took = (): string => formatDuration(clock.monotonicMs() - startedMs);
  let last: Server | undefined;
  const look = async (): Promise<Server | undefined> => {
    last = await cluster.get(Server, { name });
    if (last === undefined) throw await missing(cluster, Server, { name });
    return isSettled(last) ? last : undefined;
  };
  const interest = { kind: Server, options: { fieldSelector: `metadata.name=${name}` } };
  try {
    await until(run.ports, [interest], look, { timeoutMs, signal }, `server/${name}: ${word}`);
    talk.note(`${talk.style.glyph('good')} server/${name} ${word}  ${took()}`);
  } catch (error) {
    const isLate = isMetalError(error) && error.code === 'WAIT_TIMEOUT';
    throw (isLate && last !== undefined && (whyNot?.(last) ?? late(last, word, timeoutMs))) || error;
  }
}

function late({ metadata: { name }, status }: Server, word: string, timeoutMs: number): TransientError {
  return new TransientError('WAIT_TIMEOUT', `server/${name} is not ${word} after ${formatDuration(timeoutMs)}`, {
    why: `it is ${status?.state ?? 'new'}, power ${status?.powerState ?? 'unknown'}; the work itself goes on`,
    hint: [`metalctl why server/${name}`, 'or wait longer with --timeout'],
    context: { target: `server/${name}` },
  });
}

/** The servers, and what of their claims decides about them. */
const scopeOf = (servers: readonly Server[]) => {
  const names = new Set(servers.map(({ metadata }) => metadata.name));
  return (kind: KindDef, object: KubeObject): boolean => {
    if (kind.kind === Server.kind) return names.has(object.metadata.name);
    const { spec } = object as { spec?: { serverRef?: { name?: string } } };
    return names.has(spec?.serverRef?.name ?? '');
  };
};
