/** What must hold before a machine boots with a ServerBootConfiguration: ordered, as data, for `metalctl why`. */
import type { ServerBootConfiguration } from '../../api/metal/v1alpha1/index.js';
import { type GateList, gate, gates } from '../runtime/gates.js';

export interface BootFacts {
  readonly boot: ServerBootConfiguration;
}

const words = ({ boot }: BootFacts): string =>
  `serverbootconfiguration ${boot.metadata.name} -n ${boot.metadata.namespace ?? ''}`;

export const bootGates: GateList<BootFacts> = gates<BootFacts>()([
  gate(
    'BeingDeleted',
    'exists, not being deleted',
    ({ boot }) => boot.metadata.deletionTimestamp === undefined,
    () => 'it is being deleted',
    (facts) => `metalctl wait ${words(facts)} --for delete`,
  ),
  gate(
    'NotLookedAt',
    'its operator has seen it',
    ({ boot }) => Boolean(boot.status?.state),
    () => 'nobody has looked at it yet',
    () => 'metalctl reconcile --once --settle',
  ),
  gate(
    'Failed',
    'the boot operator did not fail',
    ({ boot }) => boot.status?.state !== 'Error',
    () => 'the boot operator failed, and says why in its own log or in the conditions',
    // Whoever asked for it makes it anew, and the boot operator tries again.
    (facts) => `metalctl delete ${words(facts)}`,
  ),
  gate(
    'WaitingForBootOperator',
    'the boot operator has prepared it',
    ({ boot }) => boot.status?.state === 'Ready',
    ({ boot }) => `the boot operator has not made it Ready: it is ${boot.status?.state ?? 'new'}`,
    (facts) => `metalctl wait ${words(facts)} --for state=Ready`,
  ),
]);
