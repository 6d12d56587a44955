/**
 * Entering a BMC with another credential from now on, without changing anything on it. Proven before it is written; the
 * record names the new secret before it exists, so that an interrupted run leaves none that nobody knows.
 */
import { BMC } from '../../api/metal/v1alpha1/bmc.js';
import { BMCSecret } from '../../api/metal/v1alpha1/bmcsecret.js';
import { ownAnnotations } from '../../api/metal/v1alpha1/constants.js';
import { recordPatch, rotationOf } from '../../reconcile/bmc/rotation.js';
import { bmcSecretOf } from '../bmc-secret.js';
import type { Credential } from '../discover/credentials.js';
import { type Door, isReferenced, type RotatePorts } from './rotate.js';

export interface AdoptWish {
  readonly bmc: BMC;
  readonly door: Door;
  readonly credential: Credential;
  readonly keepOld?: boolean;
  readonly signal: AbortSignal;
}

/** @throws PermanentError BMC_AUTH_FAILED when the BMC does not take it; nothing was written then */
export async function adoptCredential(
  { cluster, bmcs, now, suffix }: RotatePorts,
  { bmc, door, credential, keepOld, signal }: AdoptWish,
): Promise<{ readonly secret: string; readonly previous: string }> {
  const { name } = bmc.metadata;
  const { username, password } = credential;
  await bmcs.open({ ...door, id: `${name}#given`, username, password, credentialVersion: 'given' }).authenticate();
  signal.throwIfAborted();
  const secret = `${name.slice(0, 200)}-${suffix()}`;
  const previous = bmc.spec?.bmcSecretRef.name ?? '';
  const at = now().toISOString();
  const interrupted = rotationOf(bmc)?.next;
  await cluster.patch(BMC, { name }, { metadata: { annotations: recordPatch({ old: secret, at }) } }, 'merge');
  const made = bmcSecretOf(secret, credential);
  const annotations = { [ownAnnotations.rotatedFor]: name };
  await cluster.create(BMCSecret, { ...made, metadata: { ...made.metadata, annotations } });
  const marks = { ...recordPatch({ old: previous, at }), [ownAnnotations.credentialsRefused]: null };
  await cluster.patch(
    BMC,
    { name },
    { metadata: { annotations: marks }, spec: { bmcSecretRef: { name: secret } } },
    'merge',
  );
  for (const left of keepOld ? [] : [previous, interrupted]) {
    if (left !== undefined && left !== '' && !(await isReferenced(cluster, left))) {
      await cluster.delete(BMCSecret, { name: left });
    }
  }
  await cluster.patch(BMC, { name }, { metadata: { annotations: recordPatch(null) } }, 'merge');
  return { secret, previous };
}
