/** Writes a claim so that nothing half-written stays: Secrets first, claim next, then the Secrets are given to the claim. */
import { apiVersionOf } from '../../api/kind.js';
import { Secret, type SecretObject } from '../../api/kubernetes.js';
import { ServerClaim } from '../../api/metal/v1alpha1/serverclaim.js';
import { ConflictError, isMetalError, PermanentError } from '../../errors/classes.js';
import { isEqual } from '../../lib/merge-patch.js';
import type { Cluster } from '../../ports/cluster.js';

export interface WriteOptions {
  /** Take an existing claim of the same name if it asks for the same. */
  readonly adopt?: boolean;
  readonly dryRun?: boolean;
}

export interface Written {
  readonly claim: ServerClaim;
  readonly isNew: boolean;
}

/**
 * Creates the claim and its Secrets, or adopts an equal claim.
 * @throws ConflictError ALREADY_EXISTS when the name is taken
 */
export async function writeClaim(
  cluster: Cluster,
  wanted: ServerClaim,
  secrets: readonly SecretObject[],
  { adopt = false, dryRun = false }: WriteOptions = {},
): Promise<Written> {
  const existing = await cluster.get(ServerClaim, wanted.metadata as { name: string });
  if (existing !== undefined) {
    const claim = adopted(existing, wanted, adopt);
    if (!dryRun) for (const secret of secrets) await giveIfLeft(cluster, secret, claim);
    return { claim, isNew: false };
  }
  const made: SecretObject[] = [];
  const claim = await makeBoth().catch(async (error: unknown) => {
    if (!dryRun) for (const secret of made) await takeBack(cluster, secret, error);
    throw error;
  });
  // What fails from here on leaves a claim that has what it needs; adopting it finishes the work.
  if (!dryRun) for (const secret of made) await giveTo(cluster, secret, claim);
  return { claim, isNew: true };

  async function makeBoth(): Promise<ServerClaim> {
    for (const secret of secrets) made.push(await makeSecret(cluster, secret, dryRun));
    return createClaim(cluster, wanted, dryRun);
  }
}

async function createClaim(cluster: Cluster, wanted: ServerClaim, dryRun: boolean): Promise<ServerClaim> {
  try {
    return await cluster.create(ServerClaim, wanted, { dryRun });
  } catch (error) {
    throw isMetalError(error) && error.code === 'ALREADY_EXISTS' ? taken(wanted) : error;
  }
}

/** @throws the refusal, with the name of the Secret, when it cannot be taken back */
const takeBack = (cluster: Cluster, secret: SecretObject, refusal: unknown): Promise<unknown> =>
  removeSecret(cluster, secret).catch((left: unknown) => {
    throw leftBehind(refusal, secret, left);
  });

/** The refusal of a claim whose Secret could not be taken back. */
function leftBehind(error: unknown, { metadata }: SecretObject, left: unknown): unknown {
  if (!isMetalError(error)) return error;
  const remains = `secret ${metadata.namespace}/${metadata.name} is left behind`;
  const reason = isMetalError(left) ? (left.why ?? left.message) : String(left);
  return new PermanentError(error.code, error.message, {
    why: [...(error.why === undefined ? [] : [error.why]), `${remains}: ${reason}`].join('; '),
    hint: [...error.hints, `metalctl delete secret ${metadata.name} -n ${metadata.namespace}`],
    context: error.context,
    cause: error,
  });
}

function adopted(existing: ServerClaim, wanted: ServerClaim, adopt: boolean): ServerClaim {
  if (!adopt) throw taken(wanted);
  if (existing.metadata.deletionTimestamp === undefined && asksTheSame(existing, wanted)) return existing;
  const { namespace, name } = wanted.metadata;
  throw new ConflictError('ALREADY_EXISTS', `claim ${namespace}/${name} exists and asks for something else`, {
    hint: ['Choose another name.', `metalctl get serverclaim ${name} -n ${namespace} -o yaml   shows it`],
  });
}

const taken = ({ metadata: { namespace, name } }: ServerClaim): ConflictError =>
  new ConflictError('ALREADY_EXISTS', `claim ${namespace}/${name} already exists`, {
    hint: ['Choose another name.', '--adopt   takes it if it asks for the same'],
  });

/** A server chosen later is no difference. */
function asksTheSame(existing: ServerClaim, wanted: ServerClaim): boolean {
  const server = wanted.spec?.serverRef ?? existing.spec?.serverRef;
  return isEqual(existing.spec, { ...wanted.spec, ...(server ? { serverRef: server } : {}) });
}

/** A run that was killed after the claim left its Secret to nobody: it would outlive the claim. */
async function giveIfLeft(cluster: Cluster, secret: SecretObject, claim: ServerClaim): Promise<void> {
  const found = await cluster.get(Secret, { namespace: secret.metadata.namespace ?? '', name: secret.metadata.name });
  if (found !== undefined && isLeft(found, secret)) await giveTo(cluster, found, claim);
}

/** Whether it is what was wanted, and nobody's. */
const isLeft = (found: SecretObject, wanted: SecretObject): boolean =>
  (found.metadata.ownerReferences ?? []).length === 0 &&
  typeOf(found) === typeOf(wanted) &&
  isEqual(found.data, wanted.data);

async function makeSecret(cluster: Cluster, secret: SecretObject, dryRun: boolean): Promise<SecretObject> {
  const key = { namespace: secret.metadata.namespace ?? '', name: secret.metadata.name };
  const existing = await cluster.get(Secret, key);
  if (existing === undefined) return cluster.create(Secret, secret, { dryRun });
  // By a run that was killed between Secret and claim.
  if (isLeft(existing, secret)) return existing;
  throw new ConflictError('ALREADY_EXISTS', `secret ${key.namespace}/${key.name} exists and is not this claim's`, {
    hint: [
      `metalctl delete secret ${key.name} -n ${key.namespace}`,
      'secret/NAME in place of the file   uses an existing one',
    ],
  });
}

/** The API server's own default for a Secret that does not say. */
const typeOf = ({ type = 'Opaque' }: SecretObject): string => type;

async function giveTo(cluster: Cluster, secret: SecretObject, { metadata }: ServerClaim): Promise<void> {
  const owner = {
    apiVersion: apiVersionOf(ServerClaim),
    kind: ServerClaim.kind,
    name: metadata.name,
    uid: metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
  const key = { namespace: secret.metadata.namespace ?? '', name: secret.metadata.name };
  await cluster.patch(Secret, key, { metadata: { ownerReferences: [owner] } }, 'merge');
}

const removeSecret = (cluster: Cluster, { metadata }: SecretObject): Promise<boolean> =>
  cluster.delete(Secret, { namespace: metadata.namespace ?? '', name: metadata.name }, uidOf(metadata));

/** Takes a claim back, this very one; its Secret follows its owner. */
export async function withdrawClaim(cluster: Cluster, { metadata }: ServerClaim): Promise<void> {
  await cluster.delete(
    ServerClaim,
    { namespace: metadata.namespace ?? '', name: metadata.name },
    { ...uidOf(metadata), propagation: 'Background' },
  );
}

const uidOf = ({ uid }: { uid?: string }): { uid?: string } => (uid ? { uid } : {});
