/**
 * Unbound: find a server, win it, hand it the claim's boot configuration.
 * Reads   servers (cache for the search, fresh for the one that is taken).
 * Asks    the compare-and-swap that binds; then serverRef, boot configuration and its reference on the server.
 * Leaves  Bound when server, claim and boot configuration name each other.
 * Source  upstream §9; §15: the UID is compared, the order is fixed, the reason is said.
 */
import { ownAnnotations, Server, ServerClaim } from '../../api/metal/v1alpha1/index.js';
import { ConflictError } from '../../errors/classes.js';
import { isEqual } from '../../lib/merge-patch.js';
import { preferred } from '../../lib/rendezvous.js';
import { type Effect, patchSelf } from '../effects.js';
import { type Decision, go, stay } from '../runtime/decision.js';
import type { GateLine } from '../runtime/gates.js';
import { claimable } from '../server/gates.js';
import { bootConfigurationEffects } from './boot.js';
import { type ClaimFacts, claimFactsOf, freeOf, serverClaimGates } from './gates.js';
import { type ClaimInput, sayNothing, sayWaiting } from './reader.js';

export async function bind(input: ClaimInput): Promise<Decision<'Bound'>> {
  const facts = claimFactsOf(input);
  const shut = serverClaimGates.Unbound.firstShut(facts);
  const { server } = facts;
  if (server !== undefined && mayRecord(facts, shut)) {
    return stay('RecordingServer', { effects: [recordServer(server)], recheckMs: 1_000 });
  }
  if (shut !== undefined) return wait(shut, input);
  return server === undefined ? take(facts, input) : handOver(server, input);
}

/** The server is won: that is written down before anything is waited for. */
const mayRecord = ({ claim, isBound }: ClaimFacts, shut: GateLine | undefined): boolean =>
  isBound && !claim.spec?.serverRef?.name && shut?.reason !== 'Ignored';

const recordServer = ({ metadata }: Server): Effect => patchSelf({ spec: { serverRef: { name: metadata.name } } });

/** Says what holds the claim back. A reservation comes by itself within moments; it is looked for, and not said. */
function wait({ reason, because = '' }: GateLine, { claim }: ClaimInput): Decision<never> {
  if (reason === 'WaitingForReservation') return stay(reason, { message: because, recheckMs: 5_000 });
  return stay(reason, { message: because, effects: sayWaiting(claim, reason, because) });
}

/**
 * Takes the free server this claim likes best: each claim its own, so that claims of one moment rarely want the same
 * one. Both sides are read live first. Losing the race is a conflict: read again, decide again.
 */
async function take(facts: ClaimFacts, input: ClaimInput): Promise<Decision<'Bound'>> {
  const { claim, read } = input;
  const { name = '' } = preferred(claim.metadata.uid ?? '', freeOf(facts), nameOf)?.metadata ?? {};
  const [fresh, now] = await Promise.all([read.fresh(Server, { name }), read.fresh(ServerClaim, claim.metadata)]);
  if (now === undefined || !stillAsks(now, claim)) {
    throw new ConflictError('CONFLICT', `claim ${claim.metadata.name} is gone or served by now`);
  }
  if (fresh === undefined || claimable.firstShut({ server: fresh, claim }) !== undefined) {
    throw new ConflictError('CONFLICT', `server ${name} is no longer free`);
  }
  return stay('Binding', {
    message: `taking server ${fresh.metadata.name}`,
    effects: [bindServer(fresh, input)],
    recheckMs: 1_000,
  });
}

const nameOf = ({ metadata }: Server): string => metadata.name;

/** A claim that another process has served since, that changed its wish, or that goes, takes nothing by what we knew. */
const stillAsks = ({ metadata, spec, status }: ServerClaim, known: ServerClaim): boolean =>
  metadata.uid === known.metadata.uid &&
  metadata.deletionTimestamp === undefined &&
  status?.phase !== 'Bound' &&
  isEqual(spec, known.spec);

/** The binding: reference and UID in one compare-and-swap on the version that was judged. */
function bindServer(server: Server, { claim }: ClaimInput): Effect {
  const { namespace = '', name, uid = '' } = claim.metadata;
  return {
    do: 'patch',
    kind: Server,
    key: { name: server.metadata.name },
    resourceVersion: server.metadata.resourceVersion ?? '',
    patch: {
      metadata: { annotations: { [ownAnnotations.claimUID]: uid } },
      spec: { serverClaimRef: { namespace, name } },
    },
  };
}

/** The server is ours and Reserved: complete what a bound claim needs, each part only if it is missing. */
function handOver(server: Server, input: ClaimInput): Decision<'Bound'> {
  const boot = bootConfigurationEffects(server, input);
  if (boot.length > 0) return stay('PreparingBoot', { effects: boot, recheckMs: 1_000 });
  return go('Bound', 'Bound', { message: `server ${server.metadata.name}`, effects: [sayNothing()] });
}
