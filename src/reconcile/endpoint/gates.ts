/** What must hold before an Endpoint becomes a BMC: ordered, as data, for the machine and `metalctl why`. */
import { annotations, type Endpoint, operations } from '../../api/metal/v1alpha1/index.js';
import type { MacPrefix } from '../reads.js';
import { type GateList, gate, gates } from '../runtime/gates.js';

export interface EndpointFacts {
  readonly endpoint: Endpoint;
  /** The entry of the MAC prefix database; undefined when there is none, or nobody knows the database here. */
  readonly entry: MacPrefix | undefined;
  /** Whether a BMC of its name is there already, by whomever it was made. */
  readonly hasBmc: boolean;
}

const nameOf = ({ endpoint }: EndpointFacts): string => endpoint.metadata.name;
const edit = (facts: EndpointFacts): string => `metalctl edit endpoint ${nameOf(facts)}`;

export const endpointGates: GateList<EndpointFacts> = gates<EndpointFacts>()([
  gate(
    'Ignored',
    'reconciliation is switched on',
    ({ endpoint }) => endpoint.metadata.annotations?.[annotations.operation] !== operations.ignore,
    () => 'reconciliation is switched off by annotation',
    (facts) => `metalctl annotate endpoint ${nameOf(facts)} ${annotations.operation}-`,
  ),
  gate(
    'BeingDeleted',
    'exists, not being deleted',
    ({ endpoint }) => endpoint.metadata.deletionTimestamp === undefined,
    () => 'it is being deleted',
    (facts) => `metalctl wait endpoint ${nameOf(facts)} --for delete`,
  ),
  gate(
    'NoAddress',
    'its IP address is known',
    ({ endpoint }) => Boolean(endpoint.spec?.ip),
    () => 'it has no IP address',
    edit,
  ),
  gate(
    'NoPrefixMatches',
    'its MAC address is in the prefix database, or its BMC exists',
    ({ entry, hasBmc }) => entry !== undefined || hasBmc,
    ({ endpoint }) =>
      endpoint.spec?.macAddress
        ? `the MAC prefix database (--mac-prefixes-file) has no entry for ${endpoint.spec.macAddress}`
        : 'it has no MAC address',
    edit,
  ),
]);
