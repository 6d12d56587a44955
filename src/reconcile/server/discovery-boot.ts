/** The two objects of a discovery boot: the boot configuration, and the Secret with the ignition that starts the probe. */
import { apiVersionOf, type OwnerReference } from '../../api/kind.js';
import type { Secret } from '../../api/kubernetes.js';
import {
  annotations,
  ignitionSecretKeys,
  internalType,
  type Server,
  ServerBootConfiguration,
} from '../../api/metal/v1alpha1/index.js';
import type { IdSource, Settings } from '../reads.js';

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

/** Ignition Secret of a discovery. The token travels inside the registry URL, so that an unmodified probe carries it. */
export function discoverySecret(
  server: Server,
  boot: ServerBootConfiguration,
  registry: string,
  token: string,
  settings: Settings,
): Secret {
  const ignition = probeIgnition(settings.probeImage, probeFlags(server, registry, token));
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: boot.metadata.name,
      namespace: boot.metadata.namespace ?? settings.managerNamespace,
      ownerReferences: [ownerOf(boot)],
    },
    type: 'Opaque',
    data: { [ignitionSecretKeys.ignition]: Buffer.from(JSON.stringify(ignition)).toString('base64') },
  };
}

/** Flags of upstream's metalprobe. */
const probeFlags = (server: Server, registry: string, token: string): string =>
  `--registry-url=${registry}/t/${token} --server-uuid=${server.spec?.systemUUID ?? ''}`;

/** Ignition 3.2: one unit that pulls and runs the probe, privileged and on the host's network. */
function probeIgnition(image: string, flags: string): Record<string, unknown> {
  const unit = [
    '[Unit]',
    'Description=Report this machine to metalctl',
    'After=containerd.service network-online.target',
    'Requires=containerd.service',
    'Wants=network-online.target',
    '[Service]',
    'Restart=on-failure',
    'RestartSec=20',
    'TimeoutSec=600',
    `ExecStartPre=/usr/bin/ctr images pull --skip-metadata ${image}`,
    'ExecStartPre=-/usr/bin/ctr tasks delete --force metalprobe',
    'ExecStartPre=-/usr/bin/ctr containers delete metalprobe',
    `ExecStart=/usr/bin/ctr run --rm --net-host --privileged ${image} metalprobe ./launch.sh ${flags}`,
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n');
  return {
    ignition: { version: '3.2.0' },
    systemd: {
      units: [
        { name: 'containerd.service', enabled: true },
        { name: 'metalprobe.service', enabled: true, contents: unit },
      ],
    },
  };
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
