/** Indexes over Servers that more than one reconciler reads. Each registration names all that it reads itself. */
import { Server } from '../api/metal/v1alpha1/index.js';
import { indexOf } from './runtime/registration.js';

export const serversByUUID = indexOf(Server, 'systemUUID', ({ spec }) => [spec?.systemUUID?.toLowerCase() ?? '']);
export const serversByBmc = indexOf(Server, 'bmc', ({ spec }) => [spec?.bmcRef?.name ?? '']);
export const serversByClaim = indexOf(Server, 'claim', ({ spec }) => {
  const ref = spec?.serverClaimRef;
  return ref === undefined ? [] : [`${ref.namespace}/${ref.name}`];
});
