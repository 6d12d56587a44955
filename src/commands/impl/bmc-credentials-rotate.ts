/** Body of `bmc credentials rotate`. */
import type { BMC } from '../../api/metal/v1alpha1/bmc.js';
import { isMetalError, type MetalError } from '../../errors/classes.js';
import { restOf, rotationOf } from '../../reconcile/bmc/rotation.js';
import {
  checkedLength,
  type Rotated,
  type RotationStep,
  rotateCredential,
} from '../../workflows/credentials/rotate.js';
import type { bmcCredentialsRotateCommand } from '../bmc-access.js';
import { credentialTargets, doorOf, rotatePorts } from './bmc-credentials.js';
import { failureOf } from './kit/each.js';
import type { Run } from './kit/run.js';

type RotateRun = Run<typeof bmcCredentialsRotateCommand>;

interface Outcome {
  readonly bmc: string;
  readonly step?: RotationStep;
  readonly rotated?: Rotated;
  readonly error?: MetalError;
  /** Ended by Ctrl-C, or never begun. */
  readonly stopped?: boolean;
}

export default async function (run: RotateRun): Promise<void> {
  const length = checkedLength(run.flags.length);
  const bmcs = await credentialTargets(run, { names: run.args.targets, ...run.flags });
  const begun = bmcs.filter((bmc) => rotationOf(bmc) !== undefined || restOf(bmc) !== undefined).length;
  const wave = Math.max(1, run.flags.wave);
  const plan = [
    `PLAN  ${bmcs.length} ${bmcs.length === 1 ? 'BMC' : 'BMCs'}, ${wave} at a time, no reboot; old passwords are kept until the new login is proven${begun === 0 ? '' : ` · finishes ${begun} that were interrupted`}`,
  ];
  if (run.globals.dryRun !== 'none') {
    run.talk.note(plan[0] ?? '');
    await print(
      run,
      bmcs.map(({ metadata }) => ({ bmc: metadata.name })),
    );
    return;
  }
  const what =
    bmcs.length === 1
      ? `rotating the credential of bmc/${bmcs[0]?.metadata.name}`
      : `rotating ${bmcs.length} credentials`;
  await run.confirm({ level: 2, what, plan });
  const outcomes = await rotateAll(run, bmcs, wave, length);
  await print(run, outcomes);
  sayWhatStopped(run, outcomes);
  run.signal.throwIfAborted();
  const failed = outcomes.flatMap(({ bmc, error }) => (error === undefined ? [] : [{ target: `bmc/${bmc}`, error }]));
  const failure = failureOf({ values: outcomes.filter(({ rotated }) => rotated !== undefined), failures: failed });
  if (failure !== undefined) throw failure;
}

/** Every rotation that was begun is waited for, whatever became of the others. */
async function rotateAll(
  run: RotateRun,
  bmcs: readonly BMC[],
  wave: number,
  length: number | undefined,
): Promise<Outcome[]> {
  const ports = await rotatePorts(run);
  const outcomes: Outcome[] = bmcs.map(({ metadata }) => ({ bmc: metadata.name, stopped: true }));
  const progress = run.talk.progress('rotate');
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < bmcs.length && !run.signal.aborted; at = next++) {
      outcomes[at] = await rotateOne(run, ports, bmcs[at] as BMC, length, (bmc, phase) =>
        progress.update({ target: `bmc/${bmc}`, phase }),
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(wave, bmcs.length) }, work));
  progress.done();
  return outcomes;
}

async function rotateOne(
  run: RotateRun,
  ports: Awaited<ReturnType<typeof rotatePorts>>,
  bmc: BMC,
  length: number | undefined,
  tell: (bmc: string, step: RotationStep) => void,
): Promise<Outcome> {
  const { name } = bmc.metadata;
  let step: RotationStep | undefined;
  const reached = () => (step === undefined ? {} : { step });
  try {
    const rotated = await rotateCredential(ports, {
      bmc,
      door: await doorOf(run, bmc),
      ...(length === undefined ? {} : { length }),
      keepOld: run.flags.keepOld,
      signal: run.signal,
      onStep: (now) => {
        step = now;
        tell(name, now);
      },
    });
    const { account } = rotated;
    if (account?.isLocked || account?.isEnabled === false)
      run.talk.warn(`bmc/${name}: the account is locked or disabled`);
    return { bmc: name, rotated };
  } catch (error) {
    if (isMetalError(error)) return { bmc: name, error, ...reached() };
    if (run.signal.aborted) return { bmc: name, stopped: true, ...reached() };
    throw error;
  }
}

/** What was done, what is in flight, how to go on. */
function sayWhatStopped(run: RotateRun, outcomes: readonly Outcome[]): void {
  const stopped = outcomes.filter((each) => each.stopped === true);
  if (!run.signal.aborted || stopped.length === 0) return;
  const done = outcomes.filter(({ rotated }) => rotated !== undefined).length;
  run.talk.note(`stopped: ${done} rotated, ${stopped.length} kept the old password, nothing is half done`);
  run.talk.note(
    `to go on: metalctl bmc credentials rotate ${stopped
      .slice(0, 10)
      .map(({ bmc }) => bmc)
      .join(' ')}`,
  );
}

const outcomeOf = ({ rotated, error, stopped }: Outcome): string => {
  if (rotated !== undefined) return rotated.resumed ? 'finished' : 'rotated';
  if (error !== undefined) return 'failed';
  return stopped ? 'kept the old password' : 'would be rotated';
};

async function print(run: RotateRun, outcomes: readonly Outcome[]): Promise<void> {
  const items = outcomes.map((each) => ({
    bmc: each.bmc,
    outcome: outcomeOf(each),
    ...(each.rotated === undefined ? {} : { secret: each.rotated.secret, previous: each.rotated.previous }),
    ...(each.rotated?.account?.roleId === undefined ? {} : { role: each.rotated.account.roleId }),
    ...(each.error === undefined ? {} : { code: each.error.code, why: each.error.why ?? each.error.message }),
    ...(each.error === undefined || each.step === undefined ? {} : { reached: each.step }),
  }));
  await run.out.document({ kind: 'RotationReport', items }, () => ({
    columns: [
      { header: 'BMC' },
      { header: 'OUTCOME' },
      { header: 'SECRET' },
      { header: 'ROLE' },
      { header: 'WHY', drop: 1 },
    ],
    rows: items.map((item) => [item.bmc, item.outcome, item.secret ?? '', item.role ?? '', item.why ?? '']),
  }));
}
