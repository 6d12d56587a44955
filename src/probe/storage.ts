/** Block devices, from `/sys/block` and, where it is mounted, udev's database. */
import { numberAt, type Root } from './root.js';
import type { BlockDevice } from './wire.js';

const sectorBytes = 512;

/** Every block device but loop devices without a file behind them. */
export function blockDevices(root: Root): readonly BlockDevice[] {
  return root
    .names('/sys/block')
    .filter((name) => !name.startsWith('loop') || (numberAt(root, `/sys/block/${name}/size`) ?? 0) > 0)
    .map((name) => deviceOf(root, name));
}

function deviceOf(root: Root, name: string): BlockDevice {
  const base = `/sys/block/${name}`;
  const udev = udevOf(root, root.text(`${base}/dev`));
  const flag = (path: string): boolean => root.text(`${base}/${path}`) === '1';
  const number = (path: string): number => numberAt(root, `${base}/${path}`) ?? 0;
  const known = (keys: readonly string[], paths: readonly string[]): string =>
    keys.map((key) => udev.get(key)).find(Boolean) ??
    paths.map((path) => root.text(`${base}/${path}`)).find(Boolean) ??
    'unknown';
  return {
    path: known(['ID_PATH'], []),
    name,
    rotational: flag('queue/rotational'),
    removable: flag('removable'),
    readOnly: flag('ro'),
    vendor: known([], ['device/vendor']),
    model: known(['ID_MODEL'], ['device/model']),
    serial: known(['SCSI_IDENT_SERIAL', 'ID_SCSI_SERIAL', 'ID_SERIAL_SHORT', 'ID_SERIAL'], ['device/serial', 'serial']),
    wwid: known(['ID_WWN_WITH_EXTENSION', 'ID_WWN', 'DM_WWN'], ['device/wwid', 'wwid']),
    physicalBlockSize: number('queue/physical_block_size'),
    logicalBlockSize: number('queue/logical_block_size'),
    hWSectorSize: number('queue/hw_sector_size'),
    sizeBytes: number('size') * sectorBytes,
    numaNodeID: numaNodeOf(root, base),
  };
}

/** udev's properties of a block device; none in a container that does not mount `/run/udev`. */
function udevOf(root: Root, majorMinor: string | undefined): ReadonlyMap<string, string> {
  if (majorMinor === undefined) return new Map();
  const lines = (root.text(`/run/udev/data/b${majorMinor}`) ?? '').split('\n');
  return new Map(lines.filter((line) => /^E:[^=]+=/.test(line)).map(pair));
}

function pair(line: string): [string, string] {
  const at = line.indexOf('=');
  return [line.slice(2, at), line.slice(at + 1)];
}

/** Of the nearest device above that knows its node; -1 when none does. */
function numaNodeOf(root: Root, base: string): number {
  let path = root.target(`${base}/device`);
  while (path?.startsWith('/sys/devices/')) {
    const node = numberAt(root, `${path}/numa_node`);
    if (node !== undefined) return node;
    path = path.slice(0, path.lastIndexOf('/'));
  }
  return -1;
}
