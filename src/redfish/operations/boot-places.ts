/** Where boot settings are written: on the system itself, or on its settings resource. */
import type { Resources } from '../resources.js';
import type { ComputerSystem } from '../schema/computer-system.js';
import type { Path } from '../transport/link.js';
import type { BootQuirks } from '../vendors/vendor.js';

/** Refusals after which the other place is tried: Boot is read-only on the system itself (iDRAC10, XCC). */
export const elsewhere: readonly string[] = ['BMC_REFUSED', 'BMC_CONFLICT', 'BMC_FORBIDDEN'];

/** The places in the order they are tried; just the system where it has no settings resource. */
export function settingsFirst(
  resources: Resources,
  path: Path,
  system: ComputerSystem,
  writeTo: BootQuirks['writeTo'],
): Path[] {
  const link = system['@Redfish.Settings']?.SettingsObject;
  if (link === undefined) return [path];
  const settings = resources.service.path(link);
  if (settings === path) return [path];
  const isBare = system.Boot?.['BootSourceOverrideTarget@Redfish.AllowableValues'] === undefined;
  const isFirst = writeTo === 'settings' || (writeTo === 'settingsIfBare' && isBare);
  return isFirst ? [settings, path] : [path, settings];
}
