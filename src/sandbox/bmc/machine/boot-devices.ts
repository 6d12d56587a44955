/** Which devices a boot tries, in order: the override first, then the boot order of the firmware. */
import type { BootOptionFacts } from '../tree/system.js';
import type { BootSettings } from './boot-settings.js';

/** Names that vendors use for one kind of device; X10's own among them. */
const kinds: Readonly<Record<string, string>> = {
  Pxe: 'Pxe',
  UefiPxe: 'Pxe',
  UefiHttp: 'UefiHttp',
  Hdd: 'Hdd',
  UefiHdd: 'Hdd',
  BiosSetup: 'BiosSetup',
  Cd: 'Cd',
  'CD/DVD': 'Cd',
  UefiCd: 'Cd',
  Usb: 'Usb',
};

/** Devices to try. A target of its own kind is tried alone first; when it fails, firmware walks the order as usual. */
export function bootDevices(
  target: string | undefined,
  boot: BootSettings,
  options: readonly BootOptionFacts[],
): readonly string[] {
  const order = boot.order ?? options.map(({ id }) => id);
  const walk = order.flatMap((id) => options.find((option) => option.id === id)?.device ?? []);
  if (target === undefined) return walk;
  return [overridden(target, boot, options), ...walk].filter((device) => device !== undefined);
}

function overridden(target: string, { override }: BootSettings, options: readonly BootOptionFacts[]) {
  const next = target === 'UefiBootNext' ? options.find(({ id }) => id === override.bootNext) : undefined;
  if (next) return next.device;
  if (target === 'UefiTarget') return override.uefiTarget?.includes('MAC(') ? 'Pxe' : 'Hdd';
  return kinds[target];
}
