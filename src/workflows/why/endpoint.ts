/** Why an Endpoint does not become a BMC: its gates. */
import { BMC, type Endpoint } from '../../api/metal/v1alpha1/index.js';
import { endpointGates } from '../../reconcile/endpoint/gates.js';
import { longestPrefix } from '../../reconcile/endpoint/prefix.js';
import type { MacPrefix } from '../../reconcile/index.js';
import type { Store } from '../../reconcile/runtime/store.js';
import { type Answer, answer } from './answer.js';

/** The prefix database belongs to the daemon: where it is not at hand, only an existing BMC shows that it knows the address. */
export function whyEndpoint(endpoint: Endpoint, store: Store, database: readonly MacPrefix[] = []): Answer {
  const { name } = endpoint.metadata;
  const lines = endpointGates.explain({
    endpoint,
    entry: longestPrefix(endpoint.spec?.macAddress ?? '', database),
    hasBmc: store.get(BMC, { name }) !== undefined,
  });
  return answer(`endpoint/${name}`, lines, (isBlocked) =>
    isBlocked ? 'does not become a BMC' : 'is or becomes a BMC',
  );
}
