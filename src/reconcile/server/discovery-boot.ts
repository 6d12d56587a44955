/**
 * The objects of a discovery boot: the boot configuration, the Secret with the ignition that starts the probe, and the
 * Secret with the account of whoever must look why it does not.
 */
import { apiVersionOf, type OwnerReference } from '../../api/kind.js';
import type { Secret } from '../../api/kubernetes.js';
import {
  annotations,
  ignitionFormat,
  ignitionSecretKeys,
  internalType,
  type Server,
  ServerBootConfiguration,
  sshSecretKeys,
} from '../../api/metal/v1alpha1/index.js';
import { PermanentError } from '../../errors/classes.js';
import { sha512Crypt } from '../../lib/crypt.js';
import type { IdSource, Settings } from '../reads.js';
import { type ProbeBoot, probeIgnition, renderIgnition } from './discovery-ignition.js';
import type { ServerInput } from './reader.js';

/**
 * Name of a server's discovery boot configuration and of its Secret. Not the server's own name, as upstream has it: a
 * claim of that name in the manager's namespace would adopt it.
 */
const discoveryName = (server: Server): string => `${server.metadata.name}-discovery`;

/** The boot configuration of a discovery, complete. */
export function discoveryBootConfiguration(server: Server, settings: Settings): ServerBootConfiguration {
  const name = discoveryName(server);
  return {
    apiVersion: apiVersionOf(ServerBootConfiguration),
    kind: ServerBootConfiguration.kind,
    metadata: {
      name,
      namespace: settings.managerNamespace,
      annotations: { [annotations.type]: internalType, [annotations.isDefaultOsImage]: 'true' },
    },
    spec: { serverRef: { name: server.metadata.name }, image: settings.probeOsImage, ignitionSecretRef: { name } },
  };
}

/** Who may enter the machine while it is discovered: `pem`, `pub` and `password` of its user `metal`. */
export interface DiscoveryAccount {
  readonly pem: string;
  readonly pub: string;
  readonly password: string;
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const passwordLength = 20;
const saltLength = 16;
/** The fewest there may be: twenty random characters are not guessed, however fast, and a fleet is discovered at once. */
const hashRounds = 1_000;

const pick = (length: number, ids: IdSource): string =>
  Array.from({ length }, () => letters[ids.below(letters.length)]).join('');

/** A new key and a new password. */
export const newAccount = (ids: IdSource): DiscoveryAccount => ({
  ...ids.sshKey(),
  password: pick(passwordLength, ids),
});

/** The account on record, if all of it is there: what a machine already booted with must not be made anew. */
export function accountOf(secret: Secret | undefined): DiscoveryAccount | undefined {
  const { privateKey, publicKey, password: passwordKey } = sshSecretKeys;
  const [pem, pub, password] = [privateKey, publicKey, passwordKey].map((key) => {
    const encoded = secret?.data?.[key];
    return encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  });
  return pem && pub && password ? { pem, pub, password } : undefined;
}

/** Where the account of a discovery is kept; it goes with the boot configuration. */
export const accountKey = (boot: ServerBootConfiguration): { namespace: string; name: string } => ({
  namespace: boot.metadata.namespace ?? '',
  name: `${boot.metadata.name}-ssh`,
});

export const accountSecret = (boot: ServerBootConfiguration, account: DiscoveryAccount): Secret =>
  ownedSecret(boot, accountKey(boot).name, { ...account });

/** Ignition Secret of a discovery. The token travels inside the registry URL, so that an unmodified probe carries it. */
export function discoverySecret(
  { server, settings, ids }: Pick<ServerInput, 'server' | 'settings' | 'ids'>,
  boot: ServerBootConfiguration,
  { registry, token }: { readonly registry: string; readonly token: string },
  account: DiscoveryAccount,
): Secret {
  const values: ProbeBoot = {
    Image: settings.probeImage,
    Flags: probeFlags(server, registry, token),
    SSHPublicKey: account.pub,
    PasswordHash: sha512Crypt(account.password, pick(saltLength, ids), hashRounds),
  };
  const { discoveryIgnition: template } = settings;
  const ignition = template === undefined ? JSON.stringify(probeIgnition(values)) : renderIgnition(template, values);
  return ownedSecret(boot, boot.metadata.name, {
    [ignitionSecretKeys.ignition]: ignition,
    // What is no Ignition is Butane, as upstream's templates are; who serves it converts it.
    ...(ignition.startsWith('{') ? {} : { [ignitionSecretKeys.format]: ignitionFormat }),
  });
}

function ownedSecret(boot: ServerBootConfiguration, name: string, texts: Readonly<Record<string, string>>): Secret {
  const data = Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  const { namespace = '' } = boot.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, ownerReferences: [ownerOf(boot)] },
    type: 'Opaque',
    data: Object.fromEntries(data),
  };
}

/** Flags of upstream's metalprobe. @throws PermanentError SPEC_INVALID for a UUID that is more than a word */
function probeFlags({ metadata, spec }: Server, registry: string, token: string): string {
  const uuid = spec?.systemUUID ?? '';
  if (/^[\w-]{1,64}$/.test(uuid)) return `--registry-url=${registry}/t/${token} --server-uuid=${uuid}`;
  throw new PermanentError('SPEC_INVALID', `the system UUID of server/${metadata.name} is no UUID`);
}

/**
 * Whether the Secret on record already carries a token for this registry whose hash is the one recorded. A repeated
 * visit then keeps it: a boot operator may have served it already.
 */
export function secretMatches(
  secret: Secret | undefined,
  registry: string,
  hash: string | undefined,
  ids: IdSource,
): boolean {
  const encoded = secret?.data?.[ignitionSecretKeys.ignition];
  if (encoded === undefined || hash === undefined) return false;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const prefix = `--registry-url=${registry}/t/`;
  const at = text.indexOf(prefix);
  if (at < 0) return false;
  const token = /^[A-Za-z0-9_-]+/.exec(text.slice(at + prefix.length))?.[0] ?? '';
  return ids.hash(token) === hash;
}

/** Controller reference to a namespaced or cluster-scoped owner. */
export function ownerOf(owner: {
  apiVersion: string;
  kind: string;
  metadata: { name: string; uid?: string };
}): OwnerReference {
  const { apiVersion, kind } = owner;
  const { name, uid = '' } = owner.metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}
