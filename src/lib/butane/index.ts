/**
 * Butane to Ignition, as far as boot servers convert it: variants `fcos` and `flatcar`, without a folder of local files.
 * What Butane only warns of is warned of here; what needs files beside the document is refused.
 * *Source*: coreos/butane, its specifications of fcos 1.0–1.7 and flatcar 1.0–1.1; upstream's inband §7.4.
 */
import { mountUnits } from './mount-unit.js';
import { butaneShape } from './shape.js';
import { ButaneError, type Json, translate } from './translate.js';

export { ButaneError } from './translate.js';

/** Ignition's version for each variant and version of Butane. */
const versions: Readonly<Record<string, string>> = {
  'fcos 1.0.0': '3.0.0',
  'fcos 1.1.0': '3.1.0',
  'fcos 1.2.0': '3.2.0',
  'fcos 1.3.0': '3.2.0',
  'fcos 1.4.0': '3.3.0',
  'fcos 1.5.0': '3.4.0',
  'fcos 1.6.0': '3.5.0',
  'fcos 1.7.0': '3.6.0',
  'flatcar 1.0.0': '3.3.0',
  'flatcar 1.1.0': '3.4.0',
};

/** What is made of more than one member, or of files: said clearly instead of half done. */
const unsupported = ['boot_device', 'grub'];

export interface Converted {
  readonly config: Json & { readonly ignition: Json };
  /** What Butane would warn of: members it does not know, and leaves out. */
  readonly warnings: readonly string[];
}

/** The Ignition config of a Butane document. @throws ButaneError */
export function convertButane(document: unknown): Converted {
  if (!isRecord(document)) throw new ButaneError('the document is no mapping');
  const version = versionOf(document);
  for (const member of unsupported) {
    if (document[member] !== undefined)
      throw new ButaneError(`${member} is not supported; write what it stands for, or use Ignition JSON`);
  }
  const warnings: string[] = [];
  const { variant: _, version: __, ...rest } = document;
  const made = (translate(rest, butaneShape, '', warnings) ?? {}) as Json;
  if (made.kernelArguments !== undefined && version < '3.3.0') {
    delete made.kernelArguments;
    warnings.push('kernel_arguments: not known to this version, left out');
  }
  const units = mountUnits(document, made);
  const { ignition = {}, ...parts } = made;
  return { config: { ignition: { version, ...(ignition as Json) }, ...parts, ...units }, warnings };
}

function versionOf({ variant, version }: Json): string {
  if (typeof variant !== 'string' || variant === '') throw new ButaneError('it has no variant, such as fcos');
  if (typeof version !== 'string' || !/^\d+\.\d+\.\d+$/.test(version))
    throw new ButaneError('its version is no text such as "1.5.0"');
  const known = versions[`${variant} ${version}`];
  if (known !== undefined) return known;
  throw new ButaneError(`variant ${variant.slice(0, 32)} ${version} is none of ${Object.keys(versions).join(', ')}`);
}

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
