/** Body of `bmc reset`: asks the operator, or tells the BMC. */
import { isDeepStrictEqual } from 'node:util';

import type { BMC } from '../../api/metal/v1alpha1/bmc.js';
import { annotations, operations, ownAnnotations } from '../../api/metal/v1alpha1/constants.js';
import { ConflictError, PermanentError, UserError } from '../../errors/classes.js';
import { restartBmc } from '../../workflows/bmc/restart.js';
import { whileDriving } from '../../workflows/driver.js';
import { until } from '../../workflows/until.js';
import type { bmcResetCommand } from '../bmc.js';
import { openDriver } from './claim-driver.js';
import { type BmcPlace, bmcTargets, ownersOf } from './kit/bmc-places.js';
import { changeEach } from './kit/each.js';
import { bmcKind } from './kit/kinds.js';
import type { Change } from './kit/out.js';
import type { Run } from './kit/run.js';

type ResetRun = Run<typeof bmcResetCommand>;

export default async function (run: ResetRun): Promise<void> {
  const { direct, force, overSsh, wait } = run.flags;
  if (direct && overSsh) {
    throw new UserError('USAGE', '--direct and --over-ssh exclude each other', {
      why: 'a restart over SSH is written down before it is sent, by the operator',
      hint: '--over-ssh',
    });
  }
  if (force && !direct) throw new UserError('USAGE', '--force goes with --direct', { hint: '--direct --force' });
  const targets = await bmcTargets(run, { names: run.args.targets, ...run.flags });
  const places = await Promise.all(targets.map((target) => target.open()));
  const plan = (await Promise.all(places.map((place) => ownersOf(run, place)))).flat().slice(0, 20);
  if (run.globals.dryRun === 'none') {
    const what = places.length === 1 ? `restarting bmc/${places[0]?.name}` : `restarting ${places.length} BMCs`;
    await run.confirm({
      level: force ? 2 : 1,
      what,
      plan: [...plan, 'the BMC is away for a minute or more; machines run on'],
    });
  }
  const asked = places.filter(({ object }) => object !== undefined && !direct);
  const { driver, close } = await openDriver(run, run.ports, {
    mode: run.flags.driver,
    takeOver: run.flags.takeOver,
    waits: wait && asked.length > 0 && run.globals.dryRun === 'none',
  });
  const names = new Set(asked.map(({ name }) => name));
  try {
    await whileDriving(
      driver,
      (kind, { metadata }) => kind.kind === bmcKind.kind && names.has(metadata.name),
      run.signal,
      (signal) =>
        changeEach(
          { ...run, signal },
          places,
          ({ name }) => `bmc/${name}`,
          (place) => resetOne(run, place, signal),
        ),
    );
  } finally {
    await close();
  }
}

function resetOne(run: ResetRun, place: BmcPlace, signal: AbortSignal): Promise<Change> {
  const isAsked = place.object !== undefined && !run.flags.direct;
  return isAsked && place.object !== undefined ? ask(run, place.object, signal) : tell(run, place, signal);
}

const restarts: ReadonlySet<string | undefined> = new Set([operations.gracefulRestartBMC, operations.forceSSHResetBMC]);

const isUnderWay = ({ metadata }: BMC): boolean =>
  restarts.has(metadata.annotations?.[annotations.operation]) ||
  metadata.annotations?.[ownAnnotations.resetIntent] !== undefined;

const toldOf = (bmc: BMC | undefined) => bmc?.status?.conditions?.find(({ type }) => type === 'Reset');

/** Between the end of a restart and what is said of it. */
const sayingMs = 1_000;

/**
 * The BMC as it is. Whoever takes the request off says a moment later what became of it: until then the object tells of
 * the restart before this one, which is waited out once.
 */
async function settled(run: ResetRun, before: BMC, signal: AbortSignal): Promise<BMC | undefined> {
  const { name } = before.metadata;
  const look = () => run.ports.cluster.get(bmcKind, { name }, signal);
  const now = await look();
  if (now === undefined || isUnderWay(now) || !isDeepStrictEqual(toldOf(now), toldOf(before))) return now;
  await run.ports.clock.sleep(sayingMs, signal);
  return look();
}

/** Why the last restart was not delivered, once nothing is under way any more. */
function refusalOf(bmc: BMC | undefined): string | undefined {
  const told = toldOf(bmc);
  if (bmc === undefined || isUnderWay(bmc) || told?.status !== 'False' || told.reason === 'ResetComplete')
    return undefined;
  return told.message;
}

/** @throws ConflictError CONFLICT while another operation is asked for */
async function ask(run: ResetRun, object: BMC, signal: AbortSignal): Promise<Change> {
  const { name } = object.metadata;
  const other = object.metadata.annotations?.[annotations.operation];
  if (other !== undefined && !restarts.has(other)) {
    throw new ConflictError('CONFLICT', `bmc/${name} is asked for "${other}" already`, {
      hint: `metalctl annotate bmc ${name} ${annotations.operation}-`,
    });
  }
  if (run.globals.dryRun !== 'none') return { object, line: `bmc/${name} would be asked to restart` };
  const wasAsked = isUnderWay(object);
  const operation = run.flags.overSsh ? operations.forceSSHResetBMC : operations.gracefulRestartBMC;
  const patch = { metadata: { annotations: { [annotations.operation]: operation } } };
  const asked = wasAsked ? object : await run.ports.cluster.patch(bmcKind, { name }, patch, 'merge', { signal });
  if (!run.flags.wait)
    return {
      object: asked,
      line: `bmc/${name} ${wasAsked ? 'unchanged: its restart is under way' : 'asked to restart'}`,
    };
  const back = await until(
    run.ports,
    [{ kind: bmcKind }],
    async () => {
      const now = await settled(run, object, signal);
      const refused = refusalOf(now);
      if (refused !== undefined) {
        throw new PermanentError('BMC_REFUSED', `bmc/${name} was not restarted`, {
          why: refused,
          hint: [
            `metalctl bmc hostkey accept ${name} --shell   where its host key is not known`,
            `metalctl why bmc ${name}`,
          ],
        });
      }
      return now !== undefined && !isUnderWay(now) && now.status?.state === 'Enabled' ? now : undefined;
    },
    { timeoutMs: run.flags.timeout, signal },
    `the restart of bmc/${name}`,
  );
  return { object: back, line: `bmc/${name} restarted` };
}

async function tell(run: ResetRun, place: BmcPlace, signal: AbortSignal): Promise<Change> {
  const { name, bmc, access } = place;
  const object = place.object ?? { apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'BMC', metadata: { name } };
  if (run.globals.dryRun !== 'none') return { object, line: `bmc/${name} would be restarted` };
  const progress = run.talk.progress('reset');
  try {
    const end = await restartBmc(
      { bmc, clock: run.ports.clock, identification: await run.open('identification') },
      { url: access.url, type: run.flags.force ? 'ForceRestart' : 'GracefulRestart', signal },
      run.flags.wait
        ? { timeoutMs: run.flags.timeout, onPhase: (phase) => progress.update({ target: `bmc/${name}`, phase }) }
        : undefined,
    );
    return { object, line: `bmc/${name} ${end === 'back' ? 'restarted' : 'told to restart'}` };
  } finally {
    progress.done();
  }
}
