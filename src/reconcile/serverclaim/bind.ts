/**
 * Unbound: find a server, win it, hand it the claim's boot configuration.
 * Reads   servers (cache for the search, fresh for the one that is taken).
 * Asks    the compare-and-swap that binds; then serverRef, boot configuration and its reference on the server.
 * Leaves  Bound when server, claim and boot configuration name each other.
 * Source  upstream §9; §15: the UID is compared, the order is fixed, the reason is said.
 */
import { ownAnnotations, Server } from '../../api/metal/v1alpha1/index.js';
import { ConflictError } from '../../errors/classes.js';
import { type Effect, patchSelf } from '../effects.js';
import { type Decision, go, stay } from '../runtime/decision.js';
import { claimable } from '../server/gates.js';
import { bootConfigurationEffects } from './boot.js';
import { type ClaimInput, isOurs, sayNothing, sayWaiting, serverNaming } from './reader.js';
import { isWanted } from './selection.js';

export async function bind(input: ClaimInput): Promise<Decision<'Bound'>> {
  const held = serverNaming(input);
  if (held === undefined) return take(input);
  if (!isOurs(held, input.claim)) {
    const sentence = `server ${held.metadata.name} is still being released from an earlier claim of this name`;
    return stay('ServerStillReleasing', { message: sentence, effects: [sayWaiting('ServerStillReleasing', sentence)] });
  }
  return handOver(held, input);
}

/** Takes the first claimable server. Losing the race is a conflict: read again, decide again. */
async function take(input: ClaimInput): Promise<Decision<'Bound'>> {
  const { claim, read } = input;
  const candidates = read.list(Server).filter((server) => isWanted(server, claim));
  const free = candidates.filter((server) => claimable.firstShut({ server, claim }) === undefined);
  const chosen = [...free].sort(byName)[0];
  if (chosen === undefined) return wait(candidates, input);

  const fresh = await read.fresh(Server, { name: chosen.metadata.name });
  if (fresh === undefined || claimable.firstShut({ server: fresh, claim }) !== undefined) {
    throw new ConflictError('CONFLICT', `server ${chosen.metadata.name} is no longer free`);
  }
  return stay('Binding', {
    message: `taking server ${fresh.metadata.name}`,
    effects: [bindServer(fresh, input)],
    recheckMs: 1_000,
  });
}

const byName = (a: Server, b: Server): number => (a.metadata.name < b.metadata.name ? -1 : 1);

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

/** Nothing free: say what the nearest ones lack. */
function wait(candidates: readonly Server[], { claim, read }: ClaimInput): Decision<never> {
  const total = read.list(Server).length;
  const shut = [...candidates].sort(byName).map((server) => claimable.firstShut({ server, claim }));
  const reasons = [...new Set(shut.map((line) => line?.because))].slice(0, 3).join('; ');
  const sentence =
    candidates.length === 0
      ? `none of ${total} servers is what the claim asks for`
      : `none of ${candidates.length} matching servers is free: ${reasons}`;
  return stay('NoServerAvailable', { message: sentence, effects: [sayWaiting('NoServerAvailable', sentence)] });
}

/** The server is ours: complete what a bound claim needs, each part only if it is missing. */
function handOver(server: Server, input: ClaimInput): Decision<'Bound'> {
  const { claim } = input;
  const { name } = server.metadata;
  const chosen = claim.spec?.serverRef?.name;
  if (chosen !== undefined && chosen !== '' && chosen !== name) {
    return stay('ServerReferenceMismatch', {
      message: `the claim names server ${chosen}, but ${name} names the claim`,
    });
  }
  if (chosen !== name)
    return stay('RecordingServer', { effects: [patchSelf({ spec: { serverRef: { name } } })], recheckMs: 1_000 });
  if (server.status?.state !== 'Reserved') {
    return stay('WaitingForReservation', { message: `server ${name} is not Reserved yet`, recheckMs: 5_000 });
  }
  const boot = bootConfigurationEffects(server, input);
  if (boot.length > 0) return stay('PreparingBoot', { effects: boot, recheckMs: 1_000 });
  return go('Bound', 'Bound', { message: `server ${name}`, effects: [sayNothing()] });
}
