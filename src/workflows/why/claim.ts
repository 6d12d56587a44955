/**
 * Why a claim has no server, or its server is not up: the claim's own gates; below one that its server shuts stand the
 * server's, and below one that the fleet shuts the nearest miss, with the funnel.
 */
import { Server, type ServerClaim } from '../../api/metal/v1alpha1/index.js';
import type { GateLine } from '../../reconcile/runtime/gates.js';
import { type ClaimFacts, claimFactsOf, serverClaimGates } from '../../reconcile/serverclaim/gates.js';
import { type Funnel, funnelOf } from '../claim/funnel.js';
import { type Answer, answer, type WhyLine } from './answer.js';
import { ownState, type ServerQuestion } from './server.js';

type ClaimQuestion = Omit<ServerQuestion, 'server' | 'claim'>;

export function whyClaim(claim: ServerClaim, question: ClaimQuestion): Answer {
  const facts = claimFactsOf({ claim, read: readsOf(question.store) });
  const isBound = claim.status?.phase === 'Bound';
  const funnel = facts.server === undefined && !isBound ? fleetOf(claim, question) : undefined;
  const gates = serverClaimGates[isBound ? 'Bound' : 'Unbound'].explain(facts);
  const lines = [...gates.map((line) => deepened(line, facts, funnel, question)), ...beyond(gates, facts, question)];
  const subject = `serverclaim/${claim.metadata.namespace}/${claim.metadata.name}`;
  const found = answer(subject, lines, (isBlocked) => verdictOf(facts, isBound, isBlocked));
  return funnel === undefined ? found : { ...found, funnel };
}

const readsOf = (store: ServerQuestion['store']): Parameters<typeof claimFactsOf>[0]['read'] => ({
  get: (kind, key) => store.get(kind, key),
  list: (kind) => store.all(kind),
  by: (kind, index, value) => store.by(kind, index, value),
});

/** Gates that the server shuts: its own say more. */
const ofServer = new Set(['ServerStillReleasing', 'WaitingForReservation', 'ServerInMaintenance', 'ServerNotReserved']);

function deepened(
  line: GateLine,
  { server }: ClaimFacts,
  funnel: Funnel | undefined,
  question: ClaimQuestion,
): WhyLine {
  if (line.isOpen) return line;
  const nearest = funnel?.misses[0]?.gates;
  const beneath =
    line.reason === 'NoServerAvailable'
      ? nearest
      : server !== undefined && ofServer.has(line.reason)
        ? ownState({ ...question, server })
        : undefined;
  const below = beneath?.filter(({ isOpen }) => !isOpen) ?? [];
  return below.length === 0 ? line : { ...line, below };
}

/** A claim nothing holds back still waits where its server does: for its boot configuration, for its power. */
function beyond(gates: readonly GateLine[], { server, claim }: ClaimFacts, question: ClaimQuestion): GateLine[] {
  const isHeld = server !== undefined && claim.status?.phase === 'Bound' && gates.every(({ isOpen }) => isOpen);
  return isHeld ? ownState({ ...question, server }) : [];
}

function verdictOf({ claim, server }: ClaimFacts, isBound: boolean, isBlocked: boolean): string {
  const name = server?.metadata.name ?? claim.spec?.serverRef?.name ?? '';
  if (isBound && server === undefined) return 'has lost its server';
  if (isBound) return `is bound to server/${name}, ${isBlocked ? 'which waits' : 'which is as it wants it'}`;
  if (server !== undefined) return isBlocked ? `waits for server/${name}` : `is about to be bound to server/${name}`;
  return isBlocked ? 'finds no server' : 'will be bound at the next pass: a server is free';
}

const fleetOf = (claim: ServerClaim, { store }: ClaimQuestion): Funnel =>
  funnelOf(store.all(Server), { claim, requirements: [], selector: selectorOf(claim) });

/** The server a claim names and its selector in kubectl's form, for the funnel's label. */
function selectorOf({ spec }: ServerClaim): string {
  const named = spec?.serverRef?.name;
  const { matchLabels = {}, matchExpressions = [] } = spec?.serverSelector ?? {};
  const equal = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const more = matchExpressions.map(({ key, operator, values = [] }) =>
    `${key} ${operator.toLowerCase()} ${values.length > 0 ? `(${values.join(',')})` : ''}`.trim(),
  );
  const all = [...(named ? [`server/${named}`] : []), ...equal, ...more];
  return all.join(',') || 'any server';
}
