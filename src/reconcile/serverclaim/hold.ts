/**
 * Bound: keep the boot configuration as the claim says, and notice when the server is lost.
 * Reads   the server.
 * Asks    the boot configuration as the claim describes it now.
 * Leaves  Unbound when the server is gone or no longer names this claim (upstream: never; §15).
 */
import { Server } from '../../api/metal/v1alpha1/index.js';
import { type Decision, go, rest, stay } from '../runtime/decision.js';
import { isParked } from '../server/park.js';
import { bootConfigurationEffects } from './boot.js';
import { type ClaimInput, isOurs, sayWaiting, serverNaming } from './reader.js';

export async function hold(input: ClaimInput): Promise<Decision<'Unbound'>> {
  const { claim, read } = input;
  const name = claim.spec?.serverRef?.name ?? '';
  const server = serverNaming(input) ?? read.get(Server, { name });
  if (server === undefined || !isOurs(server, claim)) {
    const sentence = `server ${name} is gone or serves another claim`;
    return go('Unbound', 'ServerLost', { message: sentence, effects: [sayWaiting('ServerLost', sentence)] });
  }
  if (isParked({ server })) return rest('ServerParked', { message: `server ${server.metadata.name} is parked` });
  if (server.status?.state !== 'Reserved') {
    return stay('ServerNotReserved', {
      message: `server ${server.metadata.name} is ${server.status?.state ?? 'without state'}`,
    });
  }
  const boot = bootConfigurationEffects(server, input);
  if (boot.length > 0) return stay('UpdatingBootConfiguration', { effects: boot, recheckMs: 1_000 });
  return rest('Bound', { message: `server ${server.metadata.name}` });
}
