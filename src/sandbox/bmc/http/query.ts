/** Query parameters of GET (DSP0266 section 7.3): $expand, $select, $filter, $top, $skip, only. */
import { isObject, type Json, type JsonObject } from '../json.js';
import type { ExpandAbility, Quirks } from '../profile.js';
import type { Message } from './messages.js';

export interface Query {
  readonly expand?: { readonly kind: '.' | '~' | '*'; readonly levels: number };
  readonly select?: readonly string[];
  readonly filter?: Filter;
  readonly top?: number;
  readonly skip?: number;
  readonly only?: boolean;
}

export type QueryFailure = { readonly status: 400 | 501; readonly message: Message };
type Parsed = Partial<Query> | QueryFailure;

const bad = (value: string, name: string): QueryFailure => ({
  status: 400,
  message: { key: 'QueryParameterValueFormatError', args: [value, name] },
});

/** Reads the query of a request by the abilities of the profile. */
export function parseQuery(quirks: Quirks, params: URLSearchParams): Query | QueryFailure {
  let query: Query = {};
  for (const [name, value] of params) {
    const part = parseOne(quirks, name, value);
    if ('status' in part) return part;
    query = { ...query, ...part };
  }
  return query;
}

function parseOne(quirks: Quirks, name: string, value: string): Parsed {
  const lacks = unsupported(quirks);
  switch (name) {
    case '$expand':
      return quirks.expand ? parseExpand(quirks.expand, value) : lacks;
    case '$select':
      return quirks.select ? { select: value.split(',').map((item) => item.trim()) } : lacks;
    case '$filter':
      return quirks.filter ? parseFilter(value) : lacks;
    case '$top':
    case '$skip':
      return quirks.topSkip ? parseCount(name, value) : lacks;
    case 'only':
      if (!quirks.only) return lacks;
      return value === '' ? { only: true } : bad(value, name);
    default:
      // Parameters without a dollar sign are to be ignored, those with one are not (DSP0266 section 7.3.1).
      return name.startsWith('$') ? lacks : {};
  }
}

function unsupported({ unsupportedQuery }: Quirks): Parsed {
  if (unsupportedQuery === 'ignore') return {};
  return { status: unsupportedQuery, message: { key: 'QueryNotSupported' } };
}

function parseExpand(ability: ExpandAbility, value: string): Parsed {
  const match = /^([.~*])(?:\(\$levels=(\d+)\))?$/.exec(value.trim());
  if (!match) return bad(value, '$expand');
  const kind = match[1] as '.' | '~' | '*';
  const isOffered = { '.': ability.noLinks, '~': ability.links, '*': ability.all }[kind];
  if (!isOffered) return { status: 400, message: { key: 'QueryNotSupported' } };
  const levels = Number(match[2] ?? 1);
  if (levels < 1 || levels > ability.maxLevels) {
    const range = `1 to ${ability.maxLevels}`;
    return { status: 400, message: { key: 'QueryParameterOutOfRange', args: [String(levels), '$expand', range] } };
  }
  return { expand: { kind, levels } };
}

function parseCount(name: '$top' | '$skip', value: string): Parsed {
  if (!/^\d+$/.test(value)) return bad(value, name);
  return name === '$top' ? { top: Number(value) } : { skip: Number(value) };
}

export type Filter = (member: JsonObject) => boolean;

/** Comparisons of a member's properties with `not`, `and`, `or` and brackets (DSP0266 section 7.3.5). */
function parseFilter(value: string): Parsed {
  const words = value.match(/\(|\)|'[^']*'|[^\s()']+/g) ?? [];
  const reader = new FilterReader(words);
  const filter = reader.alternatives();
  return filter === undefined || !reader.isAtEnd ? bad(value, '$filter') : { filter };
}

const operators = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];
const deepestBrackets = 16;

/** Reads a filter from left to right; undefined stands for one that cannot be read. */
class FilterReader {
  readonly #words: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#words.length;
  }

  alternatives(): Filter | undefined {
    return this.#joined(
      'or',
      () => this.#conjunction(),
      (parts) => (member) => parts.some((part) => part(member)),
    );
  }

  #conjunction(): Filter | undefined {
    return this.#joined(
      'and',
      () => this.#term(),
      (parts) => (member) => parts.every((part) => part(member)),
    );
  }

  #joined(word: string, read: () => Filter | undefined, join: (parts: Filter[]) => Filter): Filter | undefined {
    const parts: Filter[] = [];
    do {
      const part = read();
      if (part === undefined) return undefined;
      parts.push(part);
    } while (this.#take(word));
    return join(parts);
  }

  #term(): Filter | undefined {
    if (this.#take('not')) {
      const inner = this.#term();
      return inner && ((member) => !inner(member));
    }
    return this.#take('(') ? this.#bracketed() : this.#comparison();
  }

  #bracketed(): Filter | undefined {
    this.#depth += 1;
    const inner = this.#depth > deepestBrackets ? undefined : this.alternatives();
    this.#depth -= 1;
    return this.#take(')') ? inner : undefined;
  }

  #comparison(): Filter | undefined {
    const [path = '', operator = '', wanted] = this.#words.slice(this.#at, this.#at + 3);
    if (!/^[\w/@.]+$/.test(path) || !operators.includes(operator) || wanted === undefined) return undefined;
    this.#at += 3;
    return (member) => compare(operator, valueAt(member, path), wanted.replace(/^'(.*)'$/, '$1'));
  }

  #take(word: string): boolean {
    if (this.#words[this.#at] !== word) return false;
    this.#at += 1;
    return true;
  }
}

const valueAt = (doc: Json | undefined, path: string): Json | undefined =>
  path.split('/').reduce<Json | undefined>((at, key) => (isObject(at) ? at[key] : undefined), doc);

function compare(operator: string, found: Json | undefined, wanted: string): boolean {
  if (operator === 'eq') return String(found) === wanted;
  if (operator === 'ne') return String(found) !== wanted;
  const [a, b] = [Number(found), Number(wanted)];
  if (operator === 'gt') return a > b;
  if (operator === 'ge') return a >= b;
  return operator === 'lt' ? a < b : a <= b;
}

/** The part of a document `$select` asks for; what identifies it always stays (DSP0266 section 7.3.4). */
export function select(doc: JsonObject, wanted: readonly string[]): JsonObject {
  const out: JsonObject = {};
  for (const key of Object.keys(doc)) if (key.startsWith('@')) out[key] = doc[key];
  for (const path of wanted) copyPath(doc, out, path.split('/'));
  return out;
}

function copyPath(from: JsonObject, to: JsonObject, [key = '', ...rest]: readonly string[]): void {
  const value = from[key];
  if (value === undefined) return;
  if (rest.length === 0 || !isObject(value)) {
    to[key] = value;
    return;
  }
  const inner = isObject(to[key]) ? { ...(to[key] as JsonObject) } : {};
  copyPath(value, inner, rest);
  to[key] = inner;
}

/** Replaces links of the kind asked for by the documents they name. Links that lead nowhere stay links. */
export function expand(
  doc: JsonObject,
  request: { kind: '.' | '~' | '*'; levels: number },
  read: (path: string) => JsonObject | undefined,
): JsonObject {
  return expandObject(doc, request, read, false);
}

function expandObject(
  doc: JsonObject,
  request: { kind: '.' | '~' | '*'; levels: number },
  read: (path: string) => JsonObject | undefined,
  isInLinks: boolean,
): JsonObject {
  const out: JsonObject = {};
  for (const key in doc) {
    const value = doc[key];
    if (value === undefined) continue;
    // Settings objects and actions are not subordinate resources.
    const isKept = key === '@Redfish.Settings' || key === 'Actions';
    out[key] = isKept ? value : expandValue(value, request, read, isInLinks || key === 'Links');
  }
  return out;
}

function expandValue(
  value: Json,
  request: { kind: '.' | '~' | '*'; levels: number },
  read: (path: string) => JsonObject | undefined,
  isInLinks: boolean,
): Json {
  if (Array.isArray(value)) return value.map((item: Json) => expandValue(item, request, read, isInLinks));
  if (!isObject(value)) return value;
  const target = value['@odata.id'];
  if (typeof target !== 'string' || Object.keys(value).length > 1) return expandObject(value, request, read, isInLinks);
  if (!isWanted(request.kind, isInLinks)) return value;
  const found = target.includes('#') ? undefined : read(target);
  if (!found) return value;
  return request.levels > 1 ? expandObject(found, { ...request, levels: request.levels - 1 }, read, false) : found;
}

const isWanted = (kind: '.' | '~' | '*', isInLinks: boolean): boolean => kind === '*' || (kind === '~') === isInLinks;
