/** From a Butane value to an Ignition value by its shape: names in camel case, what is empty left out. */
import { resourceOf } from './resource.js';

export type Json = Record<string, unknown>;

/** How a value is translated: as it is, as a source of contents, member by member, entry by entry, or not at all. */
export type Shape =
  | 'value'
  | 'resource'
  | { readonly list: Shape }
  | { readonly members: Readonly<Record<string, Shape>> }
  | { readonly refused: string }
  /** For somebody else: left out here without a word. */
  | 'elsewhere';

/** What cannot be converted, and where. Values are never quoted: they may be secret. */
export class ButaneError extends Error {}

/** The value in Ignition's form; undefined when nothing of it is left. @throws ButaneError */
export function translate(value: unknown, shape: Shape, path: string, warnings: string[]): unknown {
  if (value === undefined || value === null || shape === 'elsewhere') return undefined;
  if (shape === 'value') return kept(value);
  if (shape === 'resource') return kept(resourceOf(recordAt(value, path), path, warnings));
  if ('refused' in shape) throw new ButaneError(`${path} ${shape.refused}`);
  if ('list' in shape) return listOf(value, shape.list, path, warnings);
  const made: Json = {};
  for (const [name, member] of Object.entries(recordAt(value, path))) {
    const at = path === '' ? name : `${path}.${name}`;
    const known = Object.hasOwn(shape.members, name) ? shape.members[name] : undefined;
    if (known === undefined) warnings.push(`${at.slice(0, 200)}: not known, left out`);
    else define(made, camel(name), translate(member, known, at, warnings));
  }
  return kept(made);
}

function listOf(value: unknown, shape: Shape, path: string, warnings: string[]): unknown {
  if (!Array.isArray(value)) throw new ButaneError(`${path} is no list`);
  return kept(
    value.map((entry, at) => translate(entry, shape, `${path}.${at}`, warnings)).filter((entry) => entry !== undefined),
  );
}

function define(made: Json, name: string, value: unknown): void {
  if (value !== undefined) made[name] = value;
}

/** Empty texts, lists and mappings say nothing. */
function kept(value: unknown): unknown {
  if (value === '') return undefined;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0 ? undefined : value;
}

function recordAt(value: unknown, path: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new ButaneError(`${path === '' ? 'the document' : path} is no mapping`);
}

/** `ssh_authorized_keys` → `sshAuthorizedKeys`, `size_mib` → `sizeMiB`. */
export const camel = (name: string): string =>
  name.replace(/_mib$/, 'MiB').replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
