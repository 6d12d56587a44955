/** `onboard --wait`: follows BMCs that were written, tells how far they are, and says who is to work when nothing moves. */
import type { Clock } from '../../ports/clock.js';
import { heldText } from '../../workflows/driver.js';
import { followOnboarding, type OnboardProgress } from '../../workflows/onboard/onboard.js';
import { type OpenDriver, openDriver } from './claim-driver.js';
import type { AnyRun } from './kit/run.js';
import type { OnboardRun } from './onboard.js';
import { withoutHolder } from './onboard-print.js';

/** How far it came, whatever ended it. */
export interface Followed {
  readonly progress: readonly OnboardProgress[];
  readonly live?: OpenDriver['live'];
  /** Why the waiting was given up, where it was not the time. */
  readonly error?: unknown;
}

/** Never throws: what was made must be told first. */
export async function followWritten(run: OnboardRun, names: readonly string[]): Promise<Followed> {
  const { flags, ports, signal } = run;
  let progress: readonly OnboardProgress[] = [];
  let opened: OpenDriver | undefined;
  const shown = run.talk.progress('onboard');
  try {
    opened = await openDriver(run, ports, {
      mode: flags.driver,
      takeOver: flags.takeOver,
      waits: true,
      settings: { enforceFirstBoot: flags.power === 'off' },
      registry: { address: flags.registryAddress, url: flags.registryUrl },
    });
    const { driver, live } = opened;
    const stall = stallWatch(ports.clock, run.talk, live);
    const onProgress = (all: readonly OnboardProgress[]): void => {
      progress = all;
      stall.moved();
      for (const each of all) shown.update(progressEvent(each));
    };
    try {
      progress = await followOnboarding(ports, names, { driver, timeoutMs: flags.timeout, signal, onProgress });
    } finally {
      stall.stop();
    }
    return { progress, live };
  } catch (error) {
    return { progress, live: opened?.live, error };
  } finally {
    shown.done();
    await opened?.close();
  }
}

const stallMs = 120_000;

/** A lease that is renewed tells that its holder lives, not that it works: after two minutes without a move that is said, once. */
function stallWatch(clock: Clock, talk: AnyRun['talk'], live: OpenDriver['live']) {
  if (live === undefined) return { moved: () => undefined, stop: () => undefined };
  const warn = (): void =>
    talk.warn(`nothing has moved for 2m: ${heldText(live)}, which is to do the work; ${withoutHolder}`);
  let cancel = clock.after(stallMs, warn);
  return {
    moved: () => {
      cancel();
      cancel = clock.after(stallMs, warn);
    },
    stop: () => cancel(),
  };
}

const progressEvent = ({ name, bmcState, bmcWhy, servers }: OnboardProgress) => {
  const where = servers.map((server) => `server/${server.name} ${server.state}`).join(', ');
  const why = bmcState === 'Error' && bmcWhy !== undefined ? `  ${bmcWhy}` : '';
  return {
    target: `bmc/${name}`,
    phase: servers[0]?.state ?? bmcState,
    text: `bmc/${name} ${bmcState}${where ? `  ${where}` : ''}${why}`,
  };
};
