/** `with_mount_unit`: the systemd unit that mounts a filesystem at boot, made from the filesystem itself. */
import { ButaneError, type Json } from './translate.js';

interface Filesystem {
  readonly path?: unknown;
  readonly device?: unknown;
  readonly format?: unknown;
  readonly mount_options?: unknown;
  readonly with_mount_unit?: unknown;
}

/** The systemd part of a config with the mount units in it; nothing when no filesystem asks for one. */
export function mountUnits({ storage }: Json, made: Json): Json {
  const all = ((storage as Json | undefined)?.filesystems ?? []) as readonly Filesystem[];
  const luks = ((made.storage as Json | undefined)?.luks ?? []) as readonly Json[];
  const asked = all.flatMap((each, at) => (each?.with_mount_unit === true ? [unitOf(each, at, luks)] : []));
  if (asked.length === 0) return {};
  const own = ((made.systemd as Json | undefined)?.units ?? []) as readonly Json[];
  // What somebody wrote about the unit himself goes before what is generated.
  const generated = asked.map((unit) => ({ ...unit, ...own.find(({ name }) => name === unit.name) }));
  const others = own.filter(({ name }) => !asked.some((unit) => unit.name === name));
  return { systemd: { ...(made.systemd as Json | undefined), units: [...generated, ...others] } };
}

function unitOf(filesystem: Filesystem, at: number, luks: readonly Json[]): Json {
  const path = textOf(filesystem, 'path', at);
  const device = textOf(filesystem, 'device', at);
  const isRemote = needsNetwork(device, luks);
  const given = Array.isArray(filesystem.mount_options) ? filesystem.mount_options.map(String) : [];
  const options = [...given, ...(isRemote ? ['_netdev'] : [])];
  const check = `systemd-fsck@${escapePath(device)}.service`;
  const lines = [
    '# Generated from storage.filesystems',
    '[Unit]',
    `Requires=${check}`,
    `After=${check}`,
    '',
    '[Mount]',
    `Where=${path}`,
    `What=${device}`,
    `Type=${textOf(filesystem, 'format', at)}`,
    ...(options.length > 0 ? [`Options=${options.join(',')}`] : []),
    '',
    '[Install]',
    `RequiredBy=${isRemote ? 'remote-fs.target' : 'local-fs.target'}`,
  ];
  return { name: `${escapePath(path)}.mount`, enabled: true, contents: `${lines.join('\n')}\n` };
}

/** A value becomes a line of a unit: one that breaks lines would become another line. */
function textOf(filesystem: Filesystem, name: 'path' | 'device' | 'format', at: number): string {
  const value = filesystem[name];
  if (typeof value === 'string' && /^[^\r\n]+$/.test(value)) return value;
  throw new ButaneError(`storage.filesystems.${at}.with_mount_unit needs ${name}, on one line`);
}

/** Whether the device is a volume whose key comes over the network. */
function needsNetwork(device: string, luks: readonly Json[]): boolean {
  return luks.some(({ name, clevis }) => {
    const { tang, custom } = (clevis ?? {}) as { tang?: unknown; custom?: { needsNetwork?: unknown } };
    const isHere = [`/dev/disk/by-id/dm-name-${name}`, `/dev/mapper/${name}`].includes(device);
    return isHere && (tang !== undefined || custom?.needsNetwork === true);
  });
}

/** The name systemd gives a path (systemd-escape --path). */
export function escapePath(path: string): string {
  const bare = path.split('/').filter(Boolean).join('/');
  if (bare === '') return '-';
  const bytes = [...Buffer.from(bare, 'utf8')];
  return bytes.map((byte, at) => escapeByte(byte, at)).join('');
}

function escapeByte(byte: number, at: number): string {
  const letter = String.fromCharCode(byte);
  if (letter === '/') return '-';
  const isPlain = /[A-Za-z0-9:_.]/.test(letter) && !(letter === '.' && at === 0);
  return isPlain ? letter : `\\x${byte.toString(16).padStart(2, '0')}`;
}
