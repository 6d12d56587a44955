/** `claim --count`: several claims made together, each told by its name; one document and one exit code for all. */
import type { MetalError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import { planClaim } from '../../workflows/claim/claim.js';
import { type ClaimOutcome, claimMany as makeThem, requestsOf, spreadOf } from '../../workflows/claim/many.js';
import { type ClaimRequest, claimObject, secretsOf } from '../../workflows/claim/request.js';
import { carriedOut, idOf, lineOf, membersOf } from './claim-follow.js';
import { printDryRun } from './claim-print.js';
import type { ClaimRun } from './claim-request.js';
import { failureOf } from './kit/each.js';

/** Makes `--count` claims, and prints what became of them. */
export async function claimMany(run: ClaimRun, request: ClaimRequest): Promise<ExitName | undefined> {
  const requests = requestsOf(request, run.flags.count);
  if (run.globals.dryRun !== 'none') return dryRun(run, request, requests);
  const outcomes = await make(run, requests);
  await print(run, outcomes);
  const values = outcomes.flatMap(({ view }) => view ?? []);
  const failure = failureOf({ values, failures: outcomes.flatMap(failed) });
  if (failure !== undefined) throw failure;
  return undefined;
}

const failed = ({ request, error }: ClaimOutcome): { target: string; error: MetalError }[] =>
  error === undefined ? [] : [{ target: `claim/${request.namespace}/${request.name}`, error }];

function make(run: ClaimRun, requests: readonly ClaimRequest[]): Promise<ClaimOutcome[]> {
  const { atomic, spread, wait } = run.flags;
  // All or none is known only when all are bound.
  return carriedOut(run, requests, wait ?? (atomic ? 'bound' : undefined), (how, told) =>
    makeThem(run.ports, requests, {
      ...how,
      atomic,
      spread,
      concurrency: run.globals.concurrency,
      onEvent: told,
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
    kind: 'ClaimReportList',
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
