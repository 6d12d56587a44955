/** Reads a config file: YAML with positions, held against the schema, no aliases that multiply, no unknown key. */
import { readFileSync } from 'node:fs';
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import { UserError } from '../../../../errors/classes.js';
import { parseDuration } from '../../../../lib/duration.js';
import { nearest } from '../../../../lib/nearest.js';
import { keysAt } from './keys.js';
import { configSchema, type Schema, type Where } from './schema.js';

export interface ConfigFile {
  readonly path: string;
  readonly document: Document;
  /** The plain values. */
  readonly value: Readonly<Record<string, unknown>>;
}

/** The text of a file; undefined when there is none. @throws UserError FILE_NOT_FOUND when it cannot be read */
export function configText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UserError('FILE_NOT_FOUND', `the config ${path} cannot be read`, { cause });
  }
}

/** @throws UserError CONFIG_INVALID · CONFIG_KEY_UNKNOWN, naming line and column */
export function readConfig(path: string, text: string): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, logLevel: 'error' });
  const [broken] = document.errors;
  const at = (node: { range?: readonly [number, ...unknown[]] | null | undefined }): string => {
    const { line, col } = lines.linePos(node.range?.[0] ?? 0);
    return `${path}:${line}:${col}`;
  };
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw new UserError('CONFIG_INVALID', `${path}:${line}:${col} is not YAML`, { why: broken.message.split('\n')[0] });
  }
  if (document.contents !== null) check(configSchema, document.contents as Node, [], at);
  return { path, document, value: (document.toJS({ maxAliasCount: 10 }) ?? {}) as Record<string, unknown> };
}

function check(schema: Schema, node: Node, path: readonly string[], at: Where): void {
  if (schema.is === 'object' || schema.is === 'map') {
    checkMembers(schema, node, path, at);
    return;
  }
  if (schema.is === 'keys') {
    keysAt(node, path, at);
    return;
  }
  const problem =
    isSeq(node) && schema.is === 'flag' && schema.flag.type === 'list' ? undefined : scalarProblem(schema, node);
  if (problem === undefined) return;
  throw new UserError('CONFIG_INVALID', `${path.join('.')} ${problem}`, {
    why: at(node),
    hint: schema.is === 'choice' ? `one of ${schema.choices.join(', ')}` : 'metalctl explain flags',
  });
}

function checkMembers(
  schema: Extract<Schema, { is: 'object' | 'map' }>,
  node: Node,
  path: readonly string[],
  at: Where,
): void {
  if (isScalar(node) && node.value === null) return;
  if (!isMap(node))
    throw new UserError('CONFIG_INVALID', `${path.join('.') || 'the config'} is not a mapping`, { why: at(node) });
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : '';
    const member =
      schema.is === 'map' ? schema.of : Object.hasOwn(schema.members, name) ? schema.members[name] : undefined;
    if (member === undefined)
      throw unknownKey([...path, name], schema.is === 'object' ? schema.members : {}, at(key as Node));
    if (value !== null) check(member, value as Node, [...path, name], at);
  }
  if (schema.is === 'object') schema.together?.(node as YAMLMap<Node, Node>, at);
}

/** The refusal of a key, with the nearest one that exists. */
export function unknownKey(
  path: readonly string[],
  members: Readonly<Record<string, Schema>>,
  where?: string,
): UserError {
  const [close] = nearest(path.at(-1) ?? '', Object.keys(members));
  return new UserError('CONFIG_KEY_UNKNOWN', `unknown key "${path.join('.')}" in the config`, {
    ...(where === undefined ? {} : { why: where }),
    hint:
      close === undefined
        ? `known: ${akin(path.at(-1) ?? '', Object.keys(members))
            .slice(0, 12)
            .join(', ')}`
        : `did you mean: ${close}`,
  });
}

/** What is wrong with a value, as the rest of a sentence; undefined when nothing is. */
function scalarProblem(schema: Schema, node: Node): string | undefined {
  const value = isScalar(node) ? node.value : undefined;
  if (value === undefined || value === null || typeof value === 'object') return 'is not a single value';
  if (schema.is === 'number') return typeof value === 'number' && value >= 0 ? undefined : 'is not a number';
  if (schema.is === 'choice') return schema.choices.includes(String(value)) ? undefined : `does not know "${value}"`;
  return schema.is === 'flag' ? flagProblem(schema.flag, value) : undefined;
}

function flagProblem({ type, choices }: Extract<Schema, { is: 'flag' }>['flag'], value: unknown): string | undefined {
  if (type === 'toggle') return typeof value === 'boolean' ? undefined : 'is neither true nor false';
  if (type === 'integer' || type === 'count') return /^\d+$/.test(String(value)) ? undefined : 'is not a whole number';
  if (type === 'duration') return parseDuration(String(value)) === undefined ? 'is not a duration' : undefined;
  return choices === undefined || choices.includes(String(value)) ? undefined : `does not know "${value}"`;
}

/** Those that begin as it does, `top.` for `top.nosuch`, where there are any. */
function akin(key: string, known: readonly string[]): readonly string[] {
  const beginning = key.includes('.') ? key.slice(0, key.indexOf('.') + 1) : '';
  const close = known.filter((each) => each.startsWith(beginning));
  return close.length > 0 ? close : known;
}
