/** Changes a config file: one value at a time, comments kept, checked before it replaces the old one. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parse } from 'yaml';
import { UserError } from '../../../../errors/classes.js';
import { type ConfigFile, configText, readConfig, unknownKey } from './read.js';
import { configSchema, type Schema } from './schema.js';

const empty = 'apiVersion: cli.metalctl.dev/v1\nkind: Config\n';

/** The file, or what it begins as. */
export const openConfig = (path: string): ConfigFile => readConfig(path, configText(path) ?? empty);

/** `a.b.c`, checked against what a file may hold. @throws UserError CONFIG_KEY_UNKNOWN */
export function pathOfKey(key: string): readonly string[] {
  const path = key.split('.');
  let at: Schema = configSchema;
  for (const [depth, name] of path.entries()) {
    if (at.is === 'map') {
      at = at.of;
      continue;
    }
    const members: Readonly<Record<string, Schema>> = at.is === 'object' ? at.members : {};
    // Names of keys have a dot of their own: `keys.discover.onboard`.
    const isDotted = Object.keys(members).some((member) => member.includes('.'));
    const own = isDotted ? path.slice(depth).join('.') : name;
    if (!Object.hasOwn(members, own)) throw unknownKey([...path.slice(0, depth), own], members);
    if (isDotted) return [...path.slice(0, depth), own];
    at = members[own] as Schema;
  }
  return path;
}

/** Value at a path; undefined when nothing is set. */
export const valueAt = ({ value }: ConfigFile, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (at, name) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, name)
        ? (at as Record<string, unknown>)[name]
        : undefined,
    value,
  );

/** Sets or (undefined) removes a value. False when it was so already. @throws UserError CONFIG_INVALID · CONFIG_KEY_UNKNOWN */
export function changeConfig(path: string, key: readonly string[], value: unknown): boolean {
  const file = openConfig(path);
  if (JSON.stringify(valueAt(file, key)) === JSON.stringify(value)) return false;
  const { document } = file;
  if (value === undefined) document.deleteIn(key);
  else document.setIn(key, document.createNode(value));
  const text = document.toString();
  readConfig(path, text);
  replaceConfig(path, text);
  return true;
}

/** A value as typed on the command line: YAML, or the text itself where that is none. */
export function typedValue(text: string): unknown {
  try {
    return parse(text, { logLevel: 'error' });
  } catch {
    return text;
  }
}

/** The new text is there whole or not at all. */
export function replaceConfig(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, path);
  } catch (cause) {
    throw new UserError('FILE_NOT_FOUND', `the config ${path} cannot be written`, { cause });
  }
}
