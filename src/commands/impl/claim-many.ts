/** `claim --count`: several claims made together, each told by its name; one document and one exit code for all. */
import type { MetalError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import { type ClaimEvent, planClaim } from '../../workflows/claim/claim.js';
import { type ClaimOutcome, claimMany as makeThem, requestsOf, spreadOf } from '../../workflows/claim/many.js';
import { type ClaimRequest, claimObject, secretsOf } from '../../workflows/claim/request.js';
import { carriedOut, idOf, lineOf, membersOf } from './claim-follow.js';
import { printDryRun } from './claim-print.js';
import { type ClaimRun, serversOf } from './claim-request.js';
import { failureOf } from './kit/each.js';

/** Makes `--count` claims, and prints what became of them. */
export async function claimMany(run: ClaimRun, request: ClaimRequest): Promise<ExitName | undefined> {
  const requests = requestsOf(request, run.flags.count, serversOf(run));
  if (run.globals.dryRun !== 'none') return dryRun(run, request, requests);
  const outcomes = await makeMany(run, requests);
  await printMany(run, outcomes);
  return undefined;
}

/** Prints what was made. @throws what failed, summed up */
export async function printMany(run: ClaimRun, outcomes: readonly ClaimOutcome[]): Promise<void> {
  await print(run, outcomes);
  const failure = failureOfMany(outcomes);
  if (failure !== undefined) throw failure;
}

export const failureOfMany = (outcomes: readonly ClaimOutcome[]): MetalError | undefined =>
  failureOf({ values: outcomes.flatMap(({ view }) => view ?? []), failures: outcomes.flatMap(failed) });

const failed = ({ request, error }: ClaimOutcome): { target: string; error: MetalError }[] =>
  error === undefined ? [] : [{ target: `claim/${request.namespace}/${request.name}`, error }];

/** Who is told instead of stderr. */
export interface ManyListener {
  readonly onEvent: (request: ClaimRequest, event: ClaimEvent) => void;
  readonly onOutcome: (outcome: ClaimOutcome) => void;
}

/** Makes the claims as the flags say. */
export function makeMany(
  run: ClaimRun,
  requests: readonly ClaimRequest[],
  listener?: ManyListener,
): Promise<ClaimOutcome[]> {
  const { atomic, spread, wait } = run.flags;
  // All or none is known only when all are bound.
  return carriedOut(run, requests, wait ?? (atomic ? 'bound' : undefined), (how, told) =>
    makeThem(run.ports, requests, {
      ...how,
      atomic,
      spread,
      concurrency: run.globals.concurrency,
      onEvent: (request, event) => told(request, event, listener && ((each) => listener.onEvent(request, each))),
      ...(listener === undefined ? {} : { onOutcome: listener.onOutcome }),
    }),
  );
}

async function print({ out, flags, talk }: ClaimRun, outcomes: readonly ClaimOutcome[]): Promise<void> {
  const views = outcomes.flatMap(({ view }) => view ?? []);
  const { spread } = flags;
  const counts =
    spread === undefined
      ? undefined
      : spreadOf(
          views.flatMap(({ server }) => server ?? []),
          spread,
        );
  const document = {
    kind: 'ClaimReportList' as const,
    items: outcomes.map(({ request, view, error, isWithdrawn = false }) => ({
      name: request.name,
      ...(view === undefined ? { isWithdrawn } : membersOf(view)),
      ...(error === undefined ? {} : { code: error.code, why: error.why ?? error.message }),
    })),
    ...(counts === undefined ? {} : { spread: Object.fromEntries(counts) }),
  };
  const text = (): string => views.map((view) => `${lineOf(view)}\n`).join('');
  await out.document(
    document,
    text,
    views.map(({ claim }) => idOf(claim)),
  );
  const back = outcomes.filter(({ isWithdrawn }) => isWithdrawn === true).length;
  if (back > 0) talk.note(`${back} that were made are withdrawn again: all or none was asked for`);
  if (counts !== undefined)
    talk.note(`spread over ${spread}s: ${[...counts].map(([place, count]) => `${place} ${count}`).join(', ')}`);
}

async function dryRun(run: ClaimRun, request: ClaimRequest, requests: readonly ClaimRequest[]): Promise<undefined> {
  // Judges that there is one server at least; which claim gets which is chosen when they are made.
  await planClaim(run.ports.cluster, request);
  const objects = requests.flatMap((each) => [claimObject(each), ...secretsOf(each)]);
  await printDryRun(run, objects, 'client');
}
