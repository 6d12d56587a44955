/** Body of `locate`: the Server keeps what is wanted, the BMC is told at once where that is possible. */
import type { Server } from '../../api/metal/v1alpha1/server.js';
import { isMetalError } from '../../errors/classes.js';
import type { IndicatorState } from '../../ports/bmc.js';
import type { locateCommand } from '../locate.js';
import { changeEach } from './kit/each.js';
import { serverKind } from './kit/kinds.js';
import { openMachine } from './kit/machine.js';
import type { Change } from './kit/out.js';
import type { Run } from './kit/run.js';
import { serverTargets } from './kit/targets.js';

type LocateRun = Run<typeof locateCommand>;

const states: Readonly<Record<string, IndicatorState>> = { on: 'Lit', blink: 'Blinking', off: 'Off' };

export default async function (run: LocateRun): Promise<void> {
  const words = [...run.args.words];
  const wanted = states[words.at(-1) ?? ''];
  if (wanted !== undefined) words.pop();
  const to = wanted ?? 'Lit';
  const servers = await serverTargets(run, run.ports.cluster, { names: words, ...run.flags });
  await showAll(run, servers, to);
  const { for: ms } = run.flags;
  if (ms === undefined || to === 'Off' || run.globals.dryRun !== 'none') return;
  run.talk.note('Ctrl-C switches off at once');
  await run.ports.clock.sleep(ms, run.signal).catch(() => undefined);
  // The run may be over by its signal; what was lit for a while is switched off all the same.
  const after = { ...run, signal: new AbortController().signal };
  const names = servers.map(({ metadata }) => metadata.name);
  await showAll(after, await serverTargets(after, run.ports.cluster, { names }), 'Off');
}

const showAll = (run: LocateRun, servers: readonly Server[], to: IndicatorState): Promise<void> =>
  changeEach(
    run,
    servers,
    ({ metadata }) => `server/${metadata.name}`,
    (server) => show(run, server, to),
  );

async function show(run: LocateRun, server: Server, to: IndicatorState): Promise<Change> {
  const { name } = server.metadata;
  if (run.globals.dryRun !== 'none') return { object: server, line: `server/${name} would show ${to}` };
  const patch = { spec: { indicatorLED: to } };
  const isWanted = server.spec?.indicatorLED === to;
  const object = isWanted
    ? server
    : await run.ports.cluster.patch(serverKind, { name }, patch, 'merge', { signal: run.signal });
  try {
    const { bmc, system } = await openMachine(run, server);
    if (isWanted && system.indicatorLED === to) return { object, line: `server/${name} unchanged: it shows ${to}` };
    await bmc.setIndicator(system.uri, to);
    return { object, line: `server/${name} shows ${to}` };
  } catch (error) {
    if (!isMetalError(error) || error.code === 'BMC_UNSUPPORTED') throw error;
    run.talk.warn(`server/${name}: its BMC is not told from here (${error.why ?? error.message})`);
    return { object, line: `server/${name} will show ${to}: the operator carries it out` };
  }
}
