/** What stands before a Server's table beside the common rules: its clean-up on deletion. */
import {
  annotations,
  BMC,
  operations,
  ownAnnotations,
  ServerBootConfiguration,
  ServerClaim,
} from '../../api/metal/v1alpha1/index.js';
import { forgetProbe, warn } from '../effects.js';
import { type Decision, stay } from '../runtime/decision.js';
import { factsOf } from './facts.js';
import { bootConfigurationOf, isInternal, type ServerInput } from './reader.js';

/**
 * Deletion of a Server: its discovery boot configuration goes; a claim's boot configuration and the machine's power are
 * left alone, because the claim's owner has not been asked: he is told, and so is who reads the server's events. Needs
 * no BMC, so that a dead one blocks nothing. `ignore` does not stop it, as upstream has it: it takes our own traces only.
 */
export async function cleanUp(input: ServerInput): Promise<Decision | undefined> {
  if (waitsForMaintenance(input)) {
    const { name } = input.server.metadata;
    const allow = `kubectl annotate server ${name} ${annotations.operation}=${operations.allowInProgressDelete}`;
    return stay('DeletionPostponed', { message: `Deleted when its maintenance is over, or at once after: ${allow}` });
  }
  return removeDiscoveryBoot(input) ?? tellClaim(input);
}

/** As v0.7.0 has it: not from under its maintenance, unless somebody says so or there is no BMC to maintain it by. */
function waitsForMaintenance({ server, read }: ServerInput): boolean {
  const isHeld = server.status?.state === 'Maintenance' && server.spec?.serverMaintenanceRef !== undefined;
  const isAllowed = server.metadata.annotations?.[annotations.operation] === operations.allowInProgressDelete;
  const bmc = server.spec?.bmcRef?.name;
  return isHeld && !isAllowed && (!bmc || read.get(BMC, { name: bmc }) !== undefined);
}

/** The sentence on the claim is the proof that it was told: it is written once. */
function tellClaim(input: ServerInput): Decision | undefined {
  const { name } = input.server.metadata;
  const { claim } = factsOf(input);
  if (claim === undefined || claim.metadata.deletionTimestamp !== undefined) return undefined;
  const sentence = `server ${name} was deleted; its machine was left as it runs`;
  const told = `ServerLost: ${sentence}`;
  if (claim.metadata.annotations?.[ownAnnotations.waiting] === told) return undefined;
  const { namespace = '', name: claimName } = claim.metadata;
  const patch = { metadata: { annotations: { [ownAnnotations.waiting]: told } } };
  const note = `Deleted while claim ${namespace}/${claimName} holds it: the machine is left ${input.server.status?.powerState ?? 'as it is'}`;
  return stay('TellingClaim', {
    effects: [
      warn('DeletedWhileReserved', 'Delete', note),
      { do: 'patch', kind: ServerClaim, key: { namespace, name: claimName }, patch },
    ],
    recheckMs: 1_000,
  });
}

function removeDiscoveryBoot(input: ServerInput): Decision | undefined {
  const boot = bootConfigurationOf(input);
  if (boot === undefined || !isInternal(boot) || boot.metadata.deletionTimestamp !== undefined) return undefined;
  const { name, namespace = '', uid = '' } = boot.metadata;
  return stay('CleaningUp', {
    effects: [
      { do: 'delete', kind: ServerBootConfiguration, key: { namespace, name }, uid },
      forgetProbe(input.server.spec?.systemUUID ?? ''),
    ],
    recheckMs: 1_000,
  });
}
