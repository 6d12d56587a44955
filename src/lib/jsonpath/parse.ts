/** From the text of a JSONPath to its steps. */

/** One step of a path, from a value to those below it. */
export type PathStep =
  | { readonly kind: 'field'; readonly names: readonly string[] }
  | { readonly kind: 'index'; readonly at: readonly number[] }
  | { readonly kind: 'slice'; readonly from?: number; readonly to?: number; readonly step: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'deep' }
  | { readonly kind: 'filter'; readonly left: Operand; readonly operator?: string; readonly right?: Operand };

/** One side of a comparison: what a path reaches, or a literal. */
export type Operand = { readonly path: readonly PathStep[]; readonly isRoot: boolean } | { readonly literal: unknown };

/** A template that does not parse; the message says where. The caller turns it into a usage error. */
export class JsonPathError extends Error {}

/** Longest template or path: what is taken apart by expressions costs up to its length squared. */
const longest = 2_048;

/** @throws JsonPathError when the text is longer than anybody writes */
export function requireShort(text: string): string {
  if (text.length > longest) throw new JsonPathError(`a JSONPath has at most ${longest} characters`);
  return text;
}

/** Parses one path: `.spec.power`, `$.items[0]`, `{.status.state}`; braces and the leading dot may be missing. */
export function parsePath(text: string): readonly PathStep[] {
  const bare = requireShort(text)
    .trim()
    .replace(/^\{(.*)\}$/s, '$1')
    .trim();
  const relative = bare.replace(/^[$@]/, '');
  const dotted = relative === '' || /^[.[]/.test(relative) ? relative : `.${relative}`;
  return new PathReader(dotted).all();
}

/** Reads steps from a path text; the position is kept for messages. */
class PathReader {
  #at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  all(): PathStep[] {
    const steps: PathStep[] = [];
    while (this.#at < this.#text.length) steps.push(...this.#step());
    return steps;
  }

  #step(): PathStep[] {
    if (this.#take('..')) {
      const next = this.#text[this.#at];
      return next === '[' || next === undefined ? [{ kind: 'deep' }] : [{ kind: 'deep' }, ...this.#name()];
    }
    if (this.#take('.')) return this.#text[this.#at] === '[' ? [] : this.#name();
    if (this.#text[this.#at] === '[') return [this.#bracket()];
    throw this.#wrong('a "." or "[" was expected');
  }

  #name(): PathStep[] {
    if (this.#take('*')) return [{ kind: 'all' }];
    let name = '';
    for (; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#text[this.#at] ?? '';
      if (char === '\\') {
        this.#at += 1;
        name += this.#text[this.#at] ?? '';
      } else if (char === '.' || char === '[') break;
      else name += char;
    }
    return name === '' && this.#at >= this.#text.length ? [] : [{ kind: 'field', names: [name] }];
  }

  #bracket(): PathStep {
    const close = this.#closing();
    const inner = this.#text.slice(this.#at + 1, close).trim();
    const start = this.#at;
    this.#at = close + 1;
    if (inner === '*') return { kind: 'all' };
    if (inner.startsWith('?(') && inner.endsWith(')')) return filterOf(inner.slice(2, -1));
    if (/^["']/.test(inner)) return { kind: 'field', names: quotedNames(inner) };
    if (/^-?\d+(?:\s*,\s*-?\d+)*$/.test(inner)) return { kind: 'index', at: inner.split(',').map(Number) };
    const slice = /^(-?\d+)?:(-?\d+)?(?::(\d+))?$/.exec(inner);
    if (slice !== null) return sliceOf(slice);
    this.#at = start;
    throw this.#wrong(`"[${inner}]" is no index, slice, name or filter`);
  }

  #closing(): number {
    let depth = 0;
    let quote = '';
    for (let at = this.#at; at < this.#text.length; at += 1) {
      const char = this.#text[at] ?? '';
      if (quote !== '') {
        if (char === '\\') at += 1;
        else if (char === quote) quote = '';
      } else if (char === '"' || char === "'") quote = char;
      else if (char === '[') depth += 1;
      else if (char === ']') {
        depth -= 1;
        if (depth === 0) return at;
      }
    }
    throw this.#wrong('"[" is not closed');
  }

  #take(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #wrong(what: string): JsonPathError {
    return new JsonPathError(`${what} at ${this.#at + 1} of "${this.#text}"`);
  }
}

function sliceOf(match: RegExpExecArray): PathStep {
  const [, from, to, step] = match;
  return {
    kind: 'slice',
    ...(from === undefined ? {} : { from: Number(from) }),
    ...(to === undefined ? {} : { to: Number(to) }),
    step: Math.max(1, Number(step ?? 1)),
  };
}

const quotedNames = (inner: string): string[] =>
  (inner.match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g) ?? []).map(unquote);

const comparison = /^((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^=!<>"'])*?)\s*(==|!=|<=|>=|<|>)\s*(.+)$/s;

function filterOf(text: string): PathStep {
  const match = comparison.exec(text.trim());
  if (match === null) return { kind: 'filter', left: operandOf(text.trim()) };
  const [, left = '', operator = '', right = ''] = match;
  return { kind: 'filter', left: operandOf(left.trim()), operator, right: operandOf(right.trim()) };
}

function operandOf(text: string): Operand {
  if (/^["']/.test(text)) return { literal: unquote(text) };
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return { literal: Number(text) };
  if (text === 'true' || text === 'false') return { literal: text === 'true' };
  if (text === 'null') return { literal: null };
  return { path: parsePath(text), isRoot: text.startsWith('$') };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** The text of a quoted literal, with its escapes resolved. */
export const unquote = (quoted: string): string =>
  quoted.slice(1, -1).replace(/\\(.)/gs, (_, char: string) => escapes[char] ?? char);
