/** What stands before a claim's table beside the common rules: its clean-up on deletion. */
import { ServerBootConfiguration } from '../../api/metal/v1alpha1/index.js';
import { type Decision, stay } from '../runtime/decision.js';
import type { ClaimInput } from './reader.js';

/**
 * Deletion of a claim: its own boot configuration goes (ownership is checked, unlike upstream); the server is released
 * by its own reconciler, which sees that the claim is gone.
 */
export async function cleanUp({ claim, read }: ClaimInput): Promise<Decision | undefined> {
  const { name, namespace = '' } = claim.metadata;
  const boot = read.get(ServerBootConfiguration, { namespace, name });
  const isOwn = boot?.metadata.ownerReferences?.some(({ uid }) => uid === claim.metadata.uid);
  if (boot === undefined || !isOwn || boot.metadata.deletionTimestamp !== undefined) return undefined;
  const remove = {
    do: 'delete',
    kind: ServerBootConfiguration,
    key: { namespace, name },
    uid: boot.metadata.uid ?? '',
  } as const;
  return stay('CleaningUp', { effects: [remove], recheckMs: 1_000 });
}
