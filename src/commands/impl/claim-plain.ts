/** `claim` without a view: judges the flags, then explains, plans or makes the claim. */
import type { ExitName } from '../../errors/exit.js';
import { checkReferences, planClaim } from '../../workflows/claim/claim.js';
import type { ClaimRequest } from '../../workflows/claim/request.js';
import { writeClaim } from '../../workflows/claim/write.js';
import { explain } from './claim-explain.js';
import { claimAndWait, planLine, printView } from './claim-follow.js';
import { printDryRun } from './claim-print.js';
import { type ClaimRun, refuseOpenQuestions, requestOf } from './claim-request.js';
import { isMany } from './claim-selection.js';

export async function claimPlainly(run: ClaimRun): Promise<ExitName | undefined> {
  refuseOpenQuestions(run);
  const request = await requestOf(run);
  if (run.flags.explain) return explain(run, request);
  await checkReferences(run.ports.cluster, request);
  if (isMany(run)) return (await import('./claim-many.js')).claimMany(run, request);
  if (run.globals.dryRun !== 'none') return dryRun(run, request);
  const view = await claimAndWait(run, request);
  await printView(run, view);
  return undefined;
}

/** `client` builds and judges; `server` also has the API server admit the objects. Nothing is stored. */
async function dryRun(run: ClaimRun, request: ClaimRequest): Promise<undefined> {
  const plan = await planClaim(run.ports.cluster, request);
  run.talk.note(planLine(request, plan));
  const objects = [plan.claim, ...plan.secrets];
  if (run.globals.dryRun === 'server') {
    const { claim } = await writeClaim(run.ports.cluster, plan.claim, plan.secrets, {
      dryRun: true,
      adopt: run.flags.adopt,
    });
    await printDryRun(run, [claim, ...objects.slice(1)], 'server');
    return;
  }
  await printDryRun(run, objects, 'client');
}
