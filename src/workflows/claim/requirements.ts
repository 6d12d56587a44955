/** Minimum hardware of a claim: read from flags, evaluated on what a Server's status says. */
import { labels } from '../../api/metal/v1alpha1/constants.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import { UserError } from '../../errors/classes.js';
import { formatBytes, parseQuantity } from '../../lib/quantity.js';
import { vendorName } from '../vendor-name.js';
import { type NicSpeeds, parseSpeed } from './nic-speeds.js';

/** What a person asked for, as typed. */
export interface HardwareFlags {
  readonly cpu?: number | undefined;
  readonly cpuModel?: string | undefined;
  readonly arch?: string | undefined;
  readonly memory?: string | undefined;
  /** `Q`, `Q:ssd` or `Q:nvme`: one drive at least that large. */
  readonly disk?: string | undefined;
  /** `25G`: one network card at least that fast. */
  readonly nicSpeed?: string | undefined;
  /** At least so many GPUs. */
  readonly gpu?: number | undefined;
  readonly vendor?: string | undefined;
  readonly model?: string | undefined;
  readonly rack?: string | undefined;
  readonly location?: string | undefined;
}

/** One thing a server must have. */
export interface Requirement {
  /** Continues "21 …": `have ≥ 64 cores`. */
  readonly phrase: string;
  readonly isMet: (server: Server) => boolean;
}

/** @param speeds of the network cards, as far as they are known. @throws UserError USAGE naming the flag */
export function readRequirements(flags: HardwareFlags, speeds: NicSpeeds = new Map()): Requirement[] {
  const { cpu, cpuModel, arch, memory, disk, nicSpeed, gpu, vendor, model, rack, location } = flags;
  return [
    ...(location ? [labelled('location', labels.location, location)] : []),
    ...(rack ? [labelled('rack', labels.rack, rack)] : []),
    ...(vendor ? [named('vendor', vendor, ({ status }) => status?.manufacturer)] : []),
    ...(model ? [named('model', model, ({ status }) => status?.model)] : []),
    ...(cpuModel ? [withCpu('model', cpuModel, ({ model: named }) => [named])] : []),
    ...(arch ? [withCpu('architecture', arch, (cpu) => [cpu.architecture, cpu.instructionSet])] : []),
    ...(cpu ? [atLeastCores(cpu)] : []),
    ...(memory ? [atLeastMemory(memory)] : []),
    ...(disk ? [withDrive(disk)] : []),
    ...(nicSpeed ? [withNic(nicSpeed, speeds)] : []),
    ...(gpu ? [withGpus(gpu)] : []),
  ];
}

const labelled = (word: string, key: string, value: string): Requirement => ({
  phrase: `are in ${word} ${value}`,
  isMet: ({ metadata }) => metadata.labels?.[key] === value,
});

const named = (word: string, wanted: string, read: (server: Server) => string | undefined): Requirement => {
  const matches = globOf(wanted);
  return { phrase: `are of ${word} ${wanted}`, isMet: (server) => matches(read(server) ?? '') };
};

type Processor = NonNullable<NonNullable<Server['status']>['processors']>[number];

/** A server that has such a processor. */
function withCpu(
  word: string,
  wanted: string,
  read: (processor: Processor) => readonly (string | undefined)[],
): Requirement {
  const matches = globOf(wanted);
  const isMet = ({ status }: Server): boolean =>
    (status?.processors ?? []).some((processor) => read(processor).some((text) => matches(text ?? '')));
  return { phrase: `have a processor of ${word} ${wanted}`, isMet };
}

/** Case is ignored; without `*` the text may stand anywhere. Compared piece by piece: no expression to blow up. */
function globOf(pattern: string): (text: string) => boolean {
  const pieces = pattern.toLowerCase().split('*');
  if (pieces.length === 1) return (text) => text.toLowerCase().includes(pieces[0] ?? '');
  return (text) => {
    const lower = text.toLowerCase();
    const [head = '', tail = ''] = [pieces[0], pieces.at(-1)];
    if (!lower.startsWith(head) || !lower.endsWith(tail) || lower.length < head.length + tail.length) return false;
    let at = head.length;
    return pieces.slice(1, -1).every((piece) => {
      const found = lower.indexOf(piece, at);
      at = found + piece.length;
      return found !== -1 && at <= lower.length - tail.length;
    });
  };
}

const atLeastCores = (cores: number): Requirement => ({
  phrase: `have ≥ ${cores} cores`,
  isMet: (server) => coresOf(server) >= cores,
});

function atLeastMemory(text: string): Requirement {
  const bytes = bytesOf(text, '--memory 512Gi');
  return { phrase: `have ≥ ${text} memory`, isMet: (server) => memoryOf(server) >= bytes };
}

function withDrive(text: string): Requirement {
  const [size = '', media, ...rest] = text.split(':');
  const usage = '--disk 1Ti, --disk 1Ti:ssd or --disk 1Ti:nvme';
  if (rest.length > 0 || !(media === undefined || media === 'ssd' || media === 'nvme')) throw notQuantity(text, usage);
  const bytes = bytesOf(size, usage);
  const fits = (drive: Drive): boolean => (drive.bytes >= bytes && (!media || drive[media])) || false;
  return { phrase: `have a ${media ?? 'disk'} ≥ ${size}`, isMet: (server) => drivesOf(server).some(fits) };
}

function withNic(text: string, speeds: NicSpeeds): Requirement {
  const wanted = parseSpeed(text);
  return {
    phrase: `have a network card ≥ ${text}`,
    isMet: ({ metadata }) => (speeds.get(metadata.name) ?? 0) >= wanted,
  };
}

const withGpus = (count: number): Requirement => ({
  phrase: `have ≥ ${count} ${count === 1 ? 'GPU' : 'GPUs'}`,
  isMet: ({ status }) => (status?.processors ?? []).filter(({ type }) => type === 'GPU').length >= count,
});

function bytesOf(text: string, usage: string): number {
  const bytes = parseQuantity(text);
  if (bytes === undefined || bytes <= 0) throw notQuantity(text, usage);
  return bytes;
}

const notQuantity = (text: string, usage: string): UserError =>
  new UserError('USAGE', `"${text}" is not a size`, { hint: usage });

/** Physical cores of all CPUs; accelerators do not count. */
export const coresOf = ({ status }: Server): number =>
  (status?.processors ?? [])
    .filter(({ type }) => type === undefined || type === '' || type === 'CPU')
    .reduce((sum, { totalCores }) => sum + (totalCores ?? 0), 0);

/** `Dell PowerEdge R660` */
export const modelOf = ({ status }: Server): string =>
  [vendorName(status?.manufacturer), status?.model].filter(Boolean).join(' ');

/** Bytes of memory. */
export const memoryOf = ({ status }: Server): number => parseQuantity(String(status?.totalSystemMemory ?? '0')) ?? 0;

interface Drive {
  readonly bytes: number;
  readonly ssd: boolean;
  readonly nvme: boolean;
}

/** Drives that are there. */
const drivesOf = ({ status }: Server): Drive[] =>
  (status?.storages ?? [])
    .flatMap(({ drives }) => drives ?? [])
    .filter(({ state }) => state !== 'Absent')
    .map(({ capacity, mediaType, type, name, model }) => {
      // Redfish has no media type for NVMe: the protocol shows in names only, once mapped to our status.
      const nvme = /nvme/i.test(`${mediaType} ${type} ${name} ${model}`);
      return { bytes: parseQuantity(String(capacity ?? '0')) ?? 0, ssd: nvme || /ssd/i.test(mediaType ?? ''), nvme };
    });

/** `2N 7.0Ti`: drives by kind (N NVMe, S SSD, H other) and their sum. */
export function disksText(server: Server): string {
  const drives = drivesOf(server);
  if (drives.length === 0) return '-';
  const nvme = drives.filter((drive) => drive.nvme).length;
  const ssd = drives.filter((drive) => drive.ssd && !drive.nvme).length;
  const other = drives.length - nvme - ssd;
  const counts = [nvme && `${nvme}N`, ssd && `${ssd}S`, other && `${other}H`].filter(Boolean).join('');
  return `${counts} ${formatBytes(drives.reduce((sum, { bytes }) => sum + bytes, 0))}`;
}

/** `fra/r12/u18`, as far as the labels say. */
export const whereOf = ({ metadata }: Server): string => {
  const at = metadata.labels ?? {};
  const shelf = at[labels.shelf];
  return [at[labels.location], at[labels.rack], shelf && `u${shelf.padStart(2, '0')}`].filter(Boolean).join('/');
};
