/** `claim --explain`: how the requirements narrow the fleet, and what keeps the nearest misses out. */
import type { Server } from '../../api/metal/v1alpha1/server.js';
import type { ExitName } from '../../errors/exit.js';
import { formatBytes } from '../../lib/quantity.js';
import { explainClaim } from '../../workflows/claim/claim.js';
import { type Funnel, funnelText, missesText } from '../../workflows/claim/funnel.js';
import type { ClaimRequest } from '../../workflows/claim/request.js';
import { coresOf, memoryOf, modelOf, whereOf } from '../../workflows/claim/requirements.js';
import type { ClaimRun } from './claim-request.js';

/** Prints the funnel. Exit OK when the claim, or all of --count, could be met; NO_CAPACITY when not. */
export async function explain(run: ClaimRun, request: ClaimRequest): Promise<ExitName | undefined> {
  const funnel = await explainClaim(run.ports.cluster, request);
  const misses = funnel.misses.map(({ server, gates }) => ({
    server: server.metadata.name,
    shut: gates.flatMap(({ reason, because, isOpen }) => (isOpen ? [] : [{ reason, because }])),
  }));
  const free = funnel.free.map(({ server }) => server.metadata.name);
  const document = { kind: 'ClaimFunnel' as const, steps: funnel.steps, free, misses };
  await run.out.document(
    document,
    () => explanation(funnel),
    free.map((name) => `server.metal.ironcore.dev/${name}`),
  );
  return funnel.free.length >= run.flags.count ? undefined : 'NO_CAPACITY';
}

function explanation(funnel: Funnel): string {
  const free = funnel.free.map(({ server }) => `  ${server.metadata.name}  ${traits(server)}`);
  const misses = missesText(funnel, missesExplained).map((miss) => `  ${miss}`);
  return [
    funnelText(funnel),
    ...(free.length > 0 ? ['claimable now:', ...free] : ['claimable now: none']),
    ...(misses.length > 0 ? ['nearest misses:', ...misses] : []),
    '',
  ].join('\n');
}

const missesExplained = 5;

/** `Dell R660  64c/512Gi  fra/r12/u18` */
const traits = (server: Server): string =>
  [modelOf(server), `${coresOf(server)}c/${formatBytes(memoryOf(server))}`, whereOf(server)].filter(Boolean).join('  ');
