/** What stands before a Server's table beside the common rules: its clean-up on deletion. */
import { ServerBootConfiguration } from '../../api/metal/v1alpha1/index.js';
import { forgetProbe } from '../effects.js';
import { type Decision, stay } from '../runtime/decision.js';
import { bootConfigurationOf, isInternal, type ServerInput } from './reader.js';

/**
 * Deletion of a Server: its discovery boot configuration goes; a claim's boot configuration and the machine's power are
 * left alone, because the claim's owner has not been asked. Needs no BMC, so that a dead one blocks nothing.
 */
export async function cleanUp(input: ServerInput): Promise<Decision | undefined> {
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
