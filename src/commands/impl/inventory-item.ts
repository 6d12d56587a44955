/** The hardware of a server, as its object tells it. */
import { labels } from '../../api/metal/v1alpha1/constants.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import { formatBytes, parseQuantity } from '../../lib/quantity.js';
import { coresOf, disksText, memoryOf, whereOf } from '../../workflows/claim/requirements.js';

export interface Item {
  readonly server: string;
  readonly uuid: string;
  readonly vendor: string;
  readonly model: string;
  readonly serial: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly disks: string;
  readonly diskBytes: number;
  readonly nics: readonly string[];
  readonly bios: string;
  readonly state: string;
  readonly where: string;
  readonly rack: string;
  readonly location: string;
}

export function itemOf(server: Server): Item {
  const { metadata, spec, status } = server;
  const drives = (status?.storages ?? []).flatMap((storage) => storage.drives ?? []);
  return {
    server: metadata.name,
    uuid: spec?.systemUUID ?? '',
    vendor: status?.manufacturer ?? '',
    model: status?.model ?? '',
    serial: status?.serialNumber ?? '',
    cores: coresOf(server),
    memoryBytes: memoryOf(server),
    disks: disksText(server),
    diskBytes: drives.reduce((sum, { capacity }) => sum + (parseQuantity(String(capacity ?? '0')) ?? 0), 0),
    nics: (status?.networkInterfaces ?? []).map(({ macAddress }) => macAddress).sort(),
    bios: status?.biosVersion ?? '',
    state: status?.state ?? '',
    where: whereOf(server),
    rack: metadata.labels?.[labels.rack] ?? '',
    location: metadata.labels?.[labels.location] ?? '',
  };
}

/** Nothing where nothing is known. */
export const bytes = (value: number): string => (value === 0 ? '' : formatBytes(value));
