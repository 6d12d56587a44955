/** Ctrl-C during a claim: what was done, what goes on without us, and how to go on or back. */
import { ServerClaim } from '../../api/metal/v1alpha1/serverclaim.js';
import { isMetalError } from '../../errors/classes.js';
import { viewClaim } from '../../workflows/claim/follow.js';
import type { ClaimRequest } from '../../workflows/claim/request.js';
import type { ClaimRun } from './claim-request.js';

/** @param begun those whose claim is in the cluster */
export async function tellInterrupted(
  run: ClaimRun,
  requests: readonly ClaimRequest[],
  begun: ReadonlySet<ClaimRequest>,
): Promise<void> {
  const { talk } = run;
  const [first] = requests;
  if (first === undefined) return;
  if (begun.size === 0) {
    talk.note('interrupted: nothing was written, nothing is in flight; the same command begins again');
    return;
  }
  for (const request of begun) talk.note(`interrupted: ${await stateOf(run, request)}`);
  const left = requests.length - begun.size;
  if (left > 0) talk.note(`             ${left} ${left === 1 ? 'claim was' : 'claims were'} not made`);
  const names = [...begun].map(({ name }) => name);
  const where = `-n ${first.namespace}`;
  talk.note(`go on    metalctl wait ${names.map((name) => `claim/${name}`).join(' ')} ${where} --for phase=Bound`);
  talk.note('         metalctl reconcile --once --settle   where no daemon reconciles');
  talk.note(`go back  metalctl release ${names.join(' ')} ${where}`);
}

/** How far it is: read once more, by a signal of its own, because that of the run is over. */
async function stateOf({ ports }: ClaimRun, { namespace, name }: ClaimRequest): Promise<string> {
  const written = `claim ${namespace}/${name} is written`;
  try {
    const claim = await ports.cluster.get(ServerClaim, { namespace, name }, AbortSignal.timeout(2_000));
    if (claim === undefined) return `claim ${namespace}/${name} is gone; nothing is in flight`;
    const { server } = await viewClaim(ports.cluster, claim);
    if (claim.status?.phase !== 'Bound' || server === undefined) return `${written}, no server is bound yet`;
    const { powerState = 'unknown', state = 'not set yet' } = server.status ?? {};
    const wanted = claim.spec?.power ?? powerState;
    const flight =
      powerState === wanted ? 'nothing is in flight' : `power ${wanted} may be under way: it is ${powerState}`;
    return `${written} and bound to ${server.metadata.name} (${state}); ${flight}`;
  } catch (error) {
    if (!isMetalError(error) && !(error instanceof Error && error.name === 'TimeoutError')) throw error;
    return `${written}; how far it is could not be read`;
  }
}
