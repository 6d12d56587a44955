/** Why a server is not claimed, or not as its claim wants it: the gates of claims, and below `state` those of its state. */
import type { Server, ServerClaim, ServerState } from '../../api/metal/v1alpha1/index.js';
import type { Settings } from '../../reconcile/reads.js';
import type { GateLine } from '../../reconcile/runtime/gates.js';
import type { Store } from '../../reconcile/runtime/store.js';
import { factsOf } from '../../reconcile/server/facts.js';
import { claimable } from '../../reconcile/server/gates.js';
import { everyState, serverGates } from '../../reconcile/server/state-gates.js';
import { type Answer, answer, lastVisit, type WhyLine } from './answer.js';

export interface ServerQuestion {
  readonly server: Server;
  readonly store: Store;
  readonly settings: Pick<Settings, 'enforceFirstBoot'>;
  /** The claim that asks; absent: any claim, or the one that holds the server. */
  readonly claim?: ServerClaim | undefined;
}

const anyClaim = { metadata: { name: '', namespace: '' }, spec: {} } as unknown as ServerClaim;

export function whyServer(question: ServerQuestion): Answer {
  const { server, claim } = question;
  const subject = `server/${server.metadata.name}`;
  const holder = server.spec?.serverClaimRef;
  // Available and named by a claim: it is about to become Reserved, and other claims are told who holds it.
  const isHeld = holder !== undefined && server.status?.state !== 'Available';
  if (isHeld && server.status?.state !== 'Released' && (claim === undefined || isHolder(claim, server))) {
    const held = `${holder.namespace}/${holder.name}`;
    return answer(subject, ownState(question), (isBlocked) =>
      isBlocked ? `is held by claim ${held}, and waits` : `is held by claim ${held}, and as it wants it`,
    );
  }
  if (server.status?.state === 'Released')
    return answer(subject, ownState(question), (isBlocked) =>
      isBlocked ? 'is kept from new claims' : 'is about to be offered again',
    );
  return answer(subject, forClaim(question), (isBlocked) => (isBlocked ? 'cannot be claimed' : 'can be claimed'));
}

const isHolder = ({ metadata }: ServerClaim, { spec }: Server): boolean =>
  spec?.serverClaimRef?.name === metadata.name && spec.serverClaimRef.namespace === metadata.namespace;

/** Gates of a claim; what keeps the server out of Available stands below that gate. */
function forClaim(question: ServerQuestion): WhyLine[] {
  const { server, claim = anyClaim } = question;
  const lines = claimable.explain({ server, claim });
  const below = ownState(question).filter(({ isOpen }) => !isOpen);
  if (below.length === 0) return lines;
  if (lines.every(({ reason, isOpen }) => isOpen || reason !== 'NotAvailable'))
    return [...lines, ...lastVisit(server, lines)];
  return lines.map((line) => (line.reason === 'NotAvailable' ? { ...line, below } : line));
}

/** What its present state waits for. */
export function ownState({ server, store, settings }: ServerQuestion): GateLine[] {
  const last = server.status?.conditions?.find(({ type }) => type === 'Ready');
  const facts = factsOf({ server, read: store, settings }, { hasRegistry: last?.reason !== 'NoRegistry' });
  const state = server.status?.state as ServerState | undefined;
  const own = state === undefined ? undefined : serverGates[state];
  const lines = [...everyState.explain(facts), ...(own?.explain(facts) ?? [])];
  return [...lines, ...lastVisit(server, lines)];
}
