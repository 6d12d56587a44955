/** Makes a claim and tells how far it has come: lines on stderr while it waits, the claim and its server on stdout. */
import type { Server } from '../../api/metal/v1alpha1/server.js';
import { ServerClaim } from '../../api/metal/v1alpha1/serverclaim.js';
import { cleaned } from '../../lib/output/clean.js';
import { type ClaimEvent, type ClaimPlan, claimServer } from '../../workflows/claim/claim.js';
import type { ClaimStep, ClaimView } from '../../workflows/claim/follow.js';
import { type Funnel, funnelText } from '../../workflows/claim/funnel.js';
import type { ClaimRequest } from '../../workflows/claim/request.js';
import { coresOf, whereOf } from '../../workflows/claim/requirements.js';
import type { Driver } from '../../workflows/driver.js';
import { openDriver } from './claim-driver.js';
import { clockText } from './claim-print.js';
import type { ClaimRun } from './claim-request.js';
import { qualified } from './kit/out.js';

/** Writes the claim and waits as the flags say, telling each step on stderr, or to the view. */
export const claimAndWait = (
  run: ClaimRun,
  request: ClaimRequest,
  onEvent?: (event: ClaimEvent) => void,
): Promise<ClaimView> =>
  carriedOut(run, [request], run.flags.wait, (how, told) =>
    claimServer(run.ports, request, { ...how, onEvent: (event) => told(request, event, onEvent) }),
  );

/** How claims are made, by the flags: what one and many have in common. */
interface How {
  readonly driver: Driver;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly retries: number;
  readonly adopt: boolean;
  readonly waitFor?: ClaimStep;
}

/** Told every event of every claim; it goes to `instead`, or is said on stderr. */
type Told = (request: ClaimRequest, event: ClaimEvent, instead?: (event: ClaimEvent) => void) => void;

/** Opens the driver, lets `make` make the claims, and says how far they came when it is interrupted. */
export async function carriedOut<T>(
  run: ClaimRun,
  requests: readonly ClaimRequest[],
  wait: ClaimRun['flags']['wait'],
  make: (how: How, told: Told) => Promise<T>,
): Promise<T> {
  const { flags, ports, signal } = run;
  const { driver, close } = await openDriver(run, ports, {
    mode: flags.driver,
    takeOver: flags.takeOver,
    waits: wait !== undefined,
  });
  const startedMs = ports.clock.monotonicMs();
  const waitFor = stepOf(wait);
  const begun = new Set<ClaimRequest>();
  const told: Told = (request, event, instead) => {
    if (event.type === 'created' || event.type === 'unchanged') begun.add(request);
    const prefix = requests.length > 1 ? `${request.name}  ` : '';
    if (instead === undefined) tell(run, request, event, ports.clock.monotonicMs() - startedMs, prefix);
    else instead(event);
  };
  const { timeout: timeoutMs, retries, adopt } = flags;
  try {
    return await make({ driver, timeoutMs, signal, retries, adopt, ...(waitFor ? { waitFor } : {}) }, told);
  } catch (error) {
    if (signal.aborted) await (await import('./claim-interrupted.js')).tellInterrupted(run, requests, begun);
    throw error;
  } finally {
    await close();
  }
}

/** The step that `--wait` names. */
const stepOf = (wait: string | undefined): ClaimStep | undefined =>
  wait === undefined ? undefined : wait === 'bound' ? 'bound' : 'power';

/** Tells one event of a claim on stderr. */
function tell({ talk }: ClaimRun, request: ClaimRequest, event: ClaimEvent, ms: number, prefix: string): void {
  const ok = talk.style.glyph('good');
  const { namespace, name } = request;
  if (event.type === 'plan' && event.plan.funnel.steps.length > 0) talk.note(planLine(request, event.plan));
  if (event.type === 'queued') talk.note(queuedLine(request, event.funnel));
  if (event.type === 'lost') talk.note(`server ${event.server} went to claim ${event.holder}; trying the next one`);
  if (event.type === 'unchanged') talk.note(`claim ${namespace}/${name} unchanged`);
  if (event.type === 'step')
    talk.note(`${prefix}${ok} ${event.step.step.padEnd(12)} ${clockText(ms)}  ${event.step.detail}`);
}

/** A claim that waits for a server: how far the candidates came, and what another terminal can ask meanwhile. */
const queuedLine = ({ namespace, name }: ClaimRequest, funnel: Funnel): string =>
  `no server is free for claim ${namespace}/${name}: ${funnelText(funnel)}; waiting (why: metalctl why claim/${name} -n ${namespace})`;

/** What is about to be made, and where it will land. */
export function planLine(request: ClaimRequest, plan: ClaimPlan): string {
  const { namespace, name, power, server } = request;
  const chosen = plan.chosen?.server.metadata.name;
  const target = chosen
    ? ` -> ${chosen} (pinned: ${server ? 'named' : 'hardware filters'})`
    : plan.likely
      ? ` -> a server with these labels, such as ${plan.likely.server.metadata.name}`
      : '';
  const parts = [
    `PLAN  1 ServerClaim ${namespace}/${name}${target}`,
    ...(plan.secrets.length > 0 ? [`${plan.secrets.length} Secret${plan.secrets.length === 1 ? '' : 's'}`] : []),
    `powers ${power.toUpperCase()}`,
  ];
  return parts.join(' · ');
}

/** The claim and its server: the result on stdout. */
export async function printView({ out, talk }: ClaimRun, { claim, server, boot }: ClaimView): Promise<void> {
  const view = { claim, ...(server ? { server } : {}), ...(boot ? { boot } : {}) };
  await out.document({ kind: 'ClaimReport', ...membersOf(view) }, () => `${lineOf(view)}\n`, [idOf(claim)]);
  const { namespace, name } = claim.metadata;
  if (claim.status?.phase === 'Bound') return;
  talk.hint(`Next: metalctl wait claim/${name} -n ${namespace} --for phase=Bound      where a daemon reconciles`);
  talk.hint('      metalctl reconcile --once --settle      where none does');
}

/** `serverclaim.metal.ironcore.dev/db-07` */
export const idOf = ({ metadata }: ServerClaim): string => `${qualified(ServerClaim)}/${metadata.name}`;

/** A claim in one line. */
export const lineOf = ({ claim, server }: ClaimView): string =>
  claim.status?.phase === 'Bound' && server
    ? `${idOf(claim)} bound to ${server.metadata.name}`
    : `${idOf(claim)} created`;

/** What a document says of a claim. */
export const membersOf = ({ claim, server, boot }: ClaimView) => ({
  claim: cleaned(claim),
  ...(server ? { server: summaryOf(server) } : {}),
  ...(boot ? { bootConfiguration: { name: boot.metadata.name, state: boot.status?.state } } : {}),
});

const summaryOf = (server: Server) => ({
  name: server.metadata.name,
  systemUUID: server.spec?.systemUUID,
  state: server.status?.state,
  power: server.status?.powerState,
  manufacturer: server.status?.manufacturer,
  model: server.status?.model,
  serialNumber: server.status?.serialNumber,
  cores: coresOf(server),
  memory: server.status?.totalSystemMemory,
  where: whereOf(server),
});
