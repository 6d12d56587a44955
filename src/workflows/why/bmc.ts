/** Why a BMC does not serve: its gates. */
import { type BMC, BMCSecret, Endpoint } from '../../api/metal/v1alpha1/index.js';
import { bmcGates } from '../../reconcile/bmc/gates.js';
import { bmcTwinsOf } from '../../reconcile/bmc/twins.js';
import type { Store } from '../../reconcile/runtime/store.js';
import { type Answer, answer } from './answer.js';

export function whyBmc(bmc: BMC, store: Store): Answer {
  const secret = store.get(BMCSecret, { name: bmc.spec?.bmcSecretRef.name ?? '' });
  const endpoint = store.get(Endpoint, { name: bmc.spec?.endpointRef?.name ?? '' });
  const lines = bmcGates.explain({ bmc, secret, endpoint, twins: bmcTwinsOf(bmc, store) });
  return answer(`bmc/${bmc.metadata.name}`, lines, (isBlocked) => (isBlocked ? 'does not serve' : 'serves'));
}
