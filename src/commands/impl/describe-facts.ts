/** What `describe` tells of the kinds people look at daily: titled facts, those without a value left out. */
import { keyText } from '../../api/kind.js';
import type { BMC } from '../../api/metal/v1alpha1/bmc.js';
import { labels, ownAnnotations } from '../../api/metal/v1alpha1/constants.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import type { ServerClaim } from '../../api/metal/v1alpha1/serverclaim.js';
import { formatBytes, parseQuantity } from '../../lib/quantity.js';
import { coresOf } from '../../workflows/claim/requirements.js';
import { ageText, type Times } from './kit/columns.js';
import { claimOf } from './kit/own-columns.js';

export type Facts = readonly (readonly [title: string, values: string | readonly string[]])[];

/** Parts that have a value, three blanks apart. */
const line = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join('   ');

const named = (name: string, value: string | number | undefined): string => (value ? `${name} ${value}` : '');

/** `fra / rack r12 / u18 (1U)`, as far as the labels say. */
function placeOf({ metadata }: Server): string {
  const at = metadata.labels ?? {};
  const [rack, shelf, height] = [at[labels.rack], at[labels.shelf], at[labels.height]];
  const unit = shelf && `u${shelf.padStart(2, '0')}${height ? ` (${height}U)` : ''}`;
  return [at[labels.location], rack && `rack ${rack}`, unit].filter(Boolean).join(' / ');
}

export function serverFacts(server: Server, times: Times): Facts {
  const { spec, status, metadata } = server;
  return [
    ['Where', placeOf(server)],
    [
      'Identity',
      line(named('UUID', spec?.systemUUID), named('serial', status?.serialNumber), named('SKU', status?.sku)),
    ],
    ['Claimable', claimable(server, times)],
    ['Claim', claimOf(server)],
    ['Power', line(status?.powerState, named('LED', status?.indicatorLED))],
    ['Boot', spec?.bootConfigurationRef === undefined ? '' : keyText(spec.bootConfigurationRef)],
    [
      'Hardware',
      line(status?.manufacturer, status?.model, processors(server), named('memory', status?.totalSystemMemory)),
    ],
    ['Firmware', named('BIOS', status?.biosVersion)],
    ['Storage', (status?.storages ?? []).map((storage) => line(storage.name, drives(storage.drives ?? [])))],
    ['Network', (status?.networkInterfaces ?? []).map(nic)],
    ['BMC', spec?.bmcRef?.name ?? spec?.bmc?.address ?? ''],
    [
      'Taints',
      (spec?.taints ?? [])
        .map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect ?? 'NoBind'}`)
        .join(', '),
    ],
    ['Deleting', deleting(metadata, times)],
  ];
}

function claimable({ spec, status, metadata }: Server, times: Times): string {
  if (spec?.unclaimable === true) {
    const marks = metadata.annotations ?? {};
    const by = marks[ownAnnotations.cordonedBy];
    const at = marks[ownAnnotations.cordonedAt];
    const why = marks[ownAnnotations.cordonReason];
    const until = marks[ownAnnotations.cordonUntil];
    return `no: cordoned${by ? ` by ${by}` : ''}${at ? ` ${ageText(at, times)} ago` : ''}${why ? ` ("${why}")` : ''}${until ? ` until ${until}` : ''}   metalctl uncordon ${metadata.name}`;
  }
  if (spec?.serverClaimRef !== undefined) return 'no: claimed';
  if (status?.state !== 'Available') return `no: state is ${status?.state ?? 'not known yet'}`;
  if (status.powerState !== 'Off') return `no: power is ${status.powerState ?? 'not known'}, it must be Off`;
  const isTainted = spec?.taints?.some(({ effect }) => (effect ?? 'NoBind') === 'NoBind') === true;
  return isTainted ? 'only by claims that tolerate its taints' : 'yes';
}

function processors(server: Server): string {
  const list = server.status?.processors ?? [];
  const cpus = list.filter(({ type }) => type === undefined || type === '' || type === 'CPU');
  if (cpus.length === 0) return '';
  return `${cpus.length} × ${cpus[0]?.model ?? 'CPU'} (${coresOf(server)} cores)`;
}

const drives = (list: readonly { capacity?: string | number | undefined; mediaType?: string | undefined }[]): string =>
  list.map(({ capacity, mediaType }) => [mediaType, sizeText(capacity)].filter(Boolean).join(' ')).join(', ');

/** `1.7Ti` for `1875000000Ki`; what is no quantity as it stands. */
function sizeText(capacity: string | number | undefined): string {
  const bytes = capacity === undefined ? undefined : parseQuantity(capacity);
  return bytes === undefined ? String(capacity ?? '') : formatBytes(bytes);
}

type Nic = NonNullable<NonNullable<Server['status']>['networkInterfaces']>[number];

const nic = ({ name, macAddress, carrierStatus, ips, neighbors }: Nic): string =>
  line(
    name,
    macAddress,
    carrierStatus,
    ips?.join(', '),
    neighbors?.map(({ systemName, portID }) => `→ ${[systemName, portID].filter(Boolean).join(' ')}`).join(', '),
  );

const deleting = (metadata: { deletionTimestamp?: string; finalizers?: string[] }, times: Times): string =>
  metadata.deletionTimestamp === undefined
    ? ''
    : `since ${ageText(metadata.deletionTimestamp, times)}, held by ${metadata.finalizers?.join(', ') ?? 'nothing'}`;

export function claimFacts({ spec, metadata }: ServerClaim, times: Times): Facts {
  return [
    ['Server', spec?.serverRef?.name ?? ''],
    ['Waiting', metadata.annotations?.[ownAnnotations.waiting] ?? ''],
    ['Wants', spec?.serverSelector === undefined ? '' : JSON.stringify(spec.serverSelector)],
    ['Power', spec?.power ?? ''],
    ['Image', spec?.image ?? ''],
    ['Ignition', named('secret', spec?.ignitionSecretRef?.name)],
    ['Tolerates', (spec?.tolerations ?? []).map(({ key, value }) => `${key}${value ? `=${value}` : ''}`).join(', ')],
    ['Deleting', deleting(metadata, times)],
  ];
}

export function bmcFacts({ spec, status, metadata }: BMC, times: Times): Facts {
  const { scheme, port } = spec?.protocol ?? {};
  const ip = status?.ip ?? spec?.access?.ip;
  return [
    ['Address', line(ip && `${scheme ?? 'https'}://${ip}:${port ?? ''}`, named('MAC', status?.macAddress))],
    [
      'Identity',
      line(status?.manufacturer, status?.model, named('serial', status?.serialNumber), named('UUID', spec?.bmcUUID)),
    ],
    ['Firmware', status?.firmwareVersion ?? ''],
    ['Power', status?.powerState ?? ''],
    ['Secret', spec?.bmcSecretRef.name ?? ''],
    ['Reset', status?.lastResetTime ? `${ageText(status.lastResetTime, times)} ago` : ''],
    [
      'Refused',
      metadata.annotations?.[ownAnnotations.credentialsRefused] === undefined
        ? ''
        : 'the credentials were refused; no attempt is made until the secret changes',
    ],
    ['Deleting', deleting(metadata, times)],
  ];
}
