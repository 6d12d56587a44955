/** Body of `release`. */
import { bareName } from '../../api/names.js';
import { catalogue } from '../../errors/catalogue.js';
import { isMetalError, type MetalError, PermanentError, UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import {
  findClaims,
  findHolder,
  finishRelease,
  planLine,
  type Release,
  type Released,
  type ReleaseStep,
  releaseClaim,
} from '../../workflows/release/release.js';
import type { releaseCommand } from '../release.js';
import { openDriver } from './claim-driver.js';
import { clockText } from './claim-print.js';
import type { Run } from './kit/run.js';

export type ReleaseRun = Run<typeof releaseCommand>;

export default async function (run: ReleaseRun): Promise<ExitName | undefined> {
  if (run.flags.finish !== undefined) return finish(run, run.flags.finish);
  const releases = await targetsOf(run);
  const isDry = run.globals.dryRun !== 'none';
  if (run.globals.dryRun === 'client') {
    for (const release of releases) run.talk.note(planLine(release));
    await print(
      run,
      releases.map((release) => ({ ...release, changed: true })),
    );
    return undefined;
  }
  if (!isDry) {
    const what =
      releases.length === 1 ? `releasing claim ${idOf(releases[0] as Release)}` : `releasing ${releases.length} claims`;
    const targets = releases.flatMap(({ server }) => server ?? []);
    await run.confirm({ level: 2, what, plan: releases.map(planLine), targets });
  }
  return releaseAll(run, releases, isDry);
}

/** @throws UserError USAGE when nothing is named */
async function targetsOf(run: ReleaseRun): Promise<Release[]> {
  const names = run.args.claims.map((name) => name.replace(/^(serverclaims?|scl|claim)\//, ''));
  if (names.length === 0 && run.flags.server.length === 0) {
    throw new UserError('USAGE', 'which claim to release is not said', {
      hint: ['metalctl release CLAIM', 'metalctl release --server SERVER', 'metalctl get serverclaims -A   lists them'],
    });
  }
  const { cluster } = run.ports;
  const named = names.length === 0 ? [] : await findClaims(cluster, await run.namespace(), [...new Set(names)]);
  const held = await Promise.all(run.flags.server.map((server) => findHolder(cluster, bareName(server, 'Server'))));
  return [...new Map([...named, ...held].map((release) => [idOf(release), release])).values()];
}

const idOf = ({ claim }: Pick<Release, 'claim'>): string => `${claim.metadata.namespace}/${claim.metadata.name}`;

async function releaseAll(
  run: ReleaseRun,
  releases: readonly Release[],
  isDry: boolean,
): Promise<ExitName | undefined> {
  const { flags, ports, signal } = run;
  const { driver, close } = await openDriver(run, ports, {
    mode: flags.driver,
    takeOver: flags.takeOver,
    waits: flags.wait && !isDry,
  });
  const startedMs = ports.clock.monotonicMs();
  const failures: MetalError[] = [];
  const done: Released[] = [];
  const releaseOne = async (release: Release): Promise<void> => {
    const prefix = releases.length > 1 ? `${idOf(release)}  ` : '';
    const onStep = (step: ReleaseStep): void => tell(run, prefix, step, ports.clock.monotonicMs() - startedMs);
    try {
      done.push(
        await releaseClaim(ports, release, {
          driver,
          wait: flags.wait,
          timeoutMs: flags.timeout,
          signal,
          dryRun: isDry,
          onStep,
        }),
      );
    } catch (error) {
      if (!isMetalError(error)) throw error;
      failures.push(error);
    }
  };
  try {
    await Promise.all(releases.map(releaseOne));
  } finally {
    await close();
  }
  await print(run, done);
  const isErased = done.every(({ server, changed }) => server === undefined || !changed);
  if (!isErased) run.talk.warn('disks were not erased');
  if (failures[0] === undefined) return undefined;
  throw summed(failures, releases.length);
}

function tell({ talk }: ReleaseRun, prefix: string, step: ReleaseStep, ms: number): void {
  const words = step.step === 'offered' ? step.state : step.step;
  talk.note(`${prefix}${talk.style.glyph('good')} ${words.padEnd(14)} ${clockText(ms)}`);
}

async function print({ out, globals }: ReleaseRun, done: readonly Released[]): Promise<void> {
  const suffix = globals.dryRun === 'none' ? '' : ` (${globals.dryRun} dry run)`;
  const changes = done.map(({ claim, changed }) => ({
    object: claim,
    line: `serverclaim.metal.ironcore.dev/${claim.metadata.name} ${changed ? 'released' : 'unchanged'}${suffix}`,
  }));
  await out.changes(changes);
}

/** One failure as it is; several as a partial one, or as their common cause when all have it. */
function summed(failures: readonly MetalError[], total: number): MetalError {
  const [first] = failures;
  if (first === undefined) return new PermanentError('UNKNOWN', 'nothing failed');
  if (total === 1) return first;
  const isCommon = failures.length === total && failures.every(({ code }) => code === first.code);
  return new PermanentError(
    isCommon ? first.code : 'PARTIAL',
    `${failures.length} of ${total} claims were not released`,
    {
      why: failures
        .slice(0, 3)
        .map(({ message }) => message)
        .join('\n'),
      hint: first.hints.length > 0 ? first.hints : catalogue[first.code].hint,
    },
  );
}

/** Level 0 in effect: nothing is powered or erased, the server only becomes claimable. */
async function finish(run: ReleaseRun, server: string): Promise<undefined> {
  const name = bareName(server, 'Server');
  const isDry = run.globals.dryRun !== 'none';
  if (!isDry) {
    const plan = [`server/${name} is offered to every claim again; data on its disks stays`];
    await run.confirm({ level: 2, what: `offering server "${name}" again`, plan });
  }
  const changed = await finishRelease(run.ports.cluster, name, isDry);
  if (changed === undefined) await run.out.text(`server/${name} unchanged\n`);
  else await run.out.changes([{ object: changed, line: `server/${name} offered again` }]);
  return undefined;
}
