/** The detail view of one server: from `top`, and by `describe server/X -i`. It stands at once; what fills it is loaded behind it. */
import { UserError } from '../../errors/classes.js';
import type { Clock } from '../../ports/clock.js';
import type { Cluster } from '../../ports/cluster.js';
import type { ServerEvent, Tab } from '../../ui/server/model.js';
import { prepared } from '../../ui/shared/feed.js';
import { converse, isAccessible } from './claim-dialogue.js';
import type { AnyRun } from './kit/run.js';
import { hostOf } from './kit/view-host.js';
import { logged } from './kit/view-log.js';
import type { SensorWatch } from './server-sensors.js';
import { actsOf } from './view-acts.js';
import { sameCluster } from './view-child.js';

export type DetailRun = AnyRun & { readonly ports: { readonly cluster: Cluster; readonly clock: Clock } };

/** Shows a server until the person leaves or goes back. `check` is done behind the first frame; what it throws ends the view. */
export async function showServer(
  run: DetailRun,
  name: string,
  check: () => Promise<void> = async () => undefined,
  tab?: Tab,
): Promise<'left' | 'back' | undefined> {
  if (isAccessible(run)) return speak(run, name, check);
  const { runServer } = await import('../../ui/server/run.js');
  let isWatching = false;
  let sensors: SensorWatch | undefined;
  const intents = {
    onAct: actsOf(run),
    command: `${run.program} describe server ${name}`,
    flags: sameCluster(run),
    onWatch: (is: boolean) => {
      isWatching = is;
      sensors?.look(is);
    },
  };
  const given = { style: run.talk.style, keys: run.keys, name, ...(tab === undefined ? {} : { tab }) };
  const feed = prepared<ServerEvent>(async (send, fail) => {
    const [{ followDetail }, { sensorsOf, sensorWatch }] = await Promise.all([
      import('./server-detail.js'),
      import('./server-sensors.js'),
    ]);
    await check();
    sensors = sensorWatch(sensorsOf(run, name), run.ports.clock, (lines) => send({ type: 'sensors', sensors: lines }));
    sensors.look(isWatching);
    const stop = followDetail(run, name, send, fail);
    return () => {
      sensors?.look(false);
      stop();
    };
  });
  return runServer(given, (send, fail) => feed(logged(run, 'server', send), fail), intents, run.signal, hostOf(run));
}

/** `describe server/X -i`. @throws UserError NEEDS_INPUT without a terminal; what `check` throws */
export async function describeInView(run: DetailRun, name: string, check: () => Promise<void>): Promise<void> {
  if (!run.isInteractive) {
    throw new UserError('NEEDS_INPUT', 'the server view needs a terminal', {
      hint: `metalctl describe server ${name}   without -i prints the same`,
    });
  }
  await showServer(run, name, check);
  run.talk.note(`same as: ${run.program} describe server ${name}`);
}

async function speak(run: DetailRun, name: string, check: () => Promise<void>): Promise<'left'> {
  await check();
  const [{ readDetail }, { serverDialogue }] = await Promise.all([
    import('./server-detail.js'),
    import('../../ui/server/linear.js'),
  ]);
  await converse(run, (dialogue) => serverDialogue(() => readDetail(run, name), dialogue));
  return 'left';
}
