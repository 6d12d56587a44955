/** What the `bmc credentials` commands share: BMC objects, and the way to a BMC without its present credential. */
import { randomBytes } from 'node:crypto';
import type { BMC } from '../../api/metal/v1alpha1/bmc.js';
import { ownAnnotations } from '../../api/metal/v1alpha1/constants.js';
import { PermanentError } from '../../errors/classes.js';
import { rotationOf } from '../../reconcile/bmc/rotation.js';
import type { Door, RotatePorts } from '../../workflows/credentials/rotate.js';
import { type BmcWish, bmcObjects } from './kit/bmc-places.js';
import { accessOfBmc } from './kit/machine.js';
import type { AnyRun } from './kit/run.js';

/** @throws PermanentError BMC_UNSUPPORTED for credentials written into a Server */
export async function credentialTargets(run: AnyRun, wish: BmcWish): Promise<readonly BMC[]> {
  const found = await bmcObjects(run, wish);
  return found.map(({ name, object }) => {
    if (object !== undefined) return object;
    throw new PermanentError('BMC_UNSUPPORTED', `server/${name} has its BMC written inline`, {
      why: 'there is no BMC object whose BMCSecret could be switched',
      hint: 'change the BMCSecret itself',
    });
  });
}

/** A rotation that was interrupted keeps others out for a while, and its refused password is expected: neither stops us. */
export async function doorOf(run: AnyRun, bmc: BMC): Promise<Door> {
  const { [ownAnnotations.credentialRotation]: _, ...others } = bmc.metadata.annotations ?? {};
  const annotations = { ...others };
  if (rotationOf(bmc) !== undefined) delete annotations[ownAnnotations.credentialsRefused];
  const { url, tlsPin, allowPlainHttp, managerUUID } = await accessOfBmc(run, {
    ...bmc,
    metadata: { ...bmc.metadata, annotations },
  });
  return {
    url,
    ...(tlsPin === undefined ? {} : { tlsPin }),
    ...(allowPlainHttp === undefined ? {} : { allowPlainHttp }),
    ...(managerUUID === undefined ? {} : { managerUUID }),
  };
}

export const rotatePorts = async (run: AnyRun): Promise<RotatePorts> => ({
  cluster: await run.open('cluster'),
  bmcs: await run.open('bmc'),
  now: () => new Date(),
  suffix: () => randomBytes(4).toString('hex'),
});
