/**
 * kubectl's JSONPath dialect: templates with `{…}`, `range`/`end`, filters, slices, unions and recursive descent. The
 * expression is parsed into steps and walked; nothing is evaluated as code, and every walk is bounded.
 *
 * Source: Kubernetes documentation, "JSONPath Support".
 */

export type PathStep =
  | { readonly kind: 'field'; readonly names: readonly string[] }
  | { readonly kind: 'index'; readonly at: readonly number[] }
  | { readonly kind: 'slice'; readonly from?: number; readonly to?: number; readonly step: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'deep' }
  | { readonly kind: 'filter'; readonly left: Operand; readonly operator?: string; readonly right?: Operand };

type Operand = { readonly path: readonly PathStep[]; readonly isRoot: boolean } | { readonly literal: unknown };

type Piece =
  | { readonly text: string }
  | { readonly path: readonly PathStep[]; readonly isRoot: boolean }
  | { readonly range: readonly PathStep[]; readonly isRoot: boolean; readonly body: readonly Piece[] };

/** A template that does not parse; the message says where. The caller turns it into a usage error. */
export class JsonPathError extends Error {}

const mostResults = 1_000_000;

/** Parses one path: `.spec.power`, `$.items[0]`, `{.status.state}`; braces and the leading dot may be missing. */
export function parsePath(text: string): readonly PathStep[] {
  const bare = text
    .trim()
    .replace(/^\{(.*)\}$/s, '$1')
    .trim();
  const relative = bare.replace(/^[$@]/, '');
  const dotted = relative === '' || /^[.[]/.test(relative) ? relative : `.${relative}`;
  return new PathReader(dotted).all();
}

/** All values a path reaches below a value; a missing member is no value. */
export function select(steps: readonly PathStep[], value: unknown, root: unknown = value): unknown[] {
  let found: unknown[] = [value];
  for (const step of steps) {
    found = found.flatMap((each) => walk(step, each, root));
    if (found.length > mostResults) throw new JsonPathError('the expression reaches too many values');
  }
  return found;
}

/** The first value a path reaches. */
export const first = (steps: readonly PathStep[], value: unknown): unknown => select(steps, value)[0];

/** A cell or a result as kubectl prints it: strings bare, everything else as compact JSON. */
export const printed = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);

/**
 * Prepares a template: `{range .items[*]}{.metadata.name}{"\n"}{end}`. Without any brace the whole text is one path.
 * `show` makes foreign values safe to print; the template's own text is left as it is.
 * @throws JsonPathError
 */
export function parseTemplate(template: string): (value: unknown, show?: (text: string) => string) => string {
  const pieces = template.includes('{') ? piecesOf(template) : [{ path: parsePath(template), isRoot: false }];
  return (value, show = (text) => text) => render(pieces, value, value, show);
}

function render(pieces: readonly Piece[], value: unknown, root: unknown, show: (text: string) => string): string {
  return pieces
    .map((piece) => {
      if ('text' in piece) return piece.text;
      const from = piece.isRoot ? root : value;
      if ('path' in piece)
        return select(piece.path, from, root)
          .map((each) => show(printed(each)))
          .join(' ');
      return select(piece.range, from, root)
        .map((each) => render(piece.body, each, root, show))
        .join('');
    })
    .join('');
}

interface Tag {
  readonly text?: string;
  readonly action?: string;
}

function piecesOf(template: string): readonly Piece[] {
  const tags = tagsOf(template);
  let at = 0;
  const until = (isNested: boolean): Piece[] => {
    const pieces: Piece[] = [];
    for (; at < tags.length; at += 1) {
      const { text, action = '' } = tags[at] ?? {};
      if (text !== undefined) pieces.push({ text });
      else if (action === 'end') {
        if (!isNested) throw new JsonPathError('{end} without {range}');
        return pieces;
      } else if (/^range\b/.test(action)) {
        at += 1;
        const path = action.slice('range'.length).trim();
        pieces.push({ range: parsePath(path), isRoot: path.startsWith('$'), body: until(true) });
      } else pieces.push(...actionPieces(action));
    }
    if (isNested) throw new JsonPathError('{range} without {end}');
    return pieces;
  };
  return until(false);
}

/** Blanks that separate the parts of an action: those in quotes or brackets belong to a part. */
const outsideQuotes = /\s+(?=(?:[^"'[\]]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[(?:[^\]"']|"[^"]*"|'[^']*')*\])*$)/g;

/** `{"text"}` is literal; `{.a .b}` is two paths. */
function actionPieces(action: string): Piece[] {
  const parts =
    action.match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?:\[(?:[^\]"']|"[^"]*"|'[^']*')*\]|[^\s"'[])+/g) ?? [];
  if (parts.join('').length !== action.replace(outsideQuotes, '').length) {
    throw new JsonPathError(`"{${action}}" has unmatched brackets or quotes`);
  }
  return parts.map((part) =>
    /^["']/.test(part) ? { text: unquote(part) } : { path: parsePath(part), isRoot: part.startsWith('$') },
  );
}

function tagsOf(template: string): Tag[] {
  const tags: Tag[] = [];
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf('{', at);
    if (open === -1) return [...tags, { text: template.slice(at) }];
    if (open > at) tags.push({ text: template.slice(at, open) });
    const close = closingBrace(template, open);
    tags.push({ action: template.slice(open + 1, close).trim() });
    at = close + 1;
  }
  return tags;
}

function closingBrace(template: string, open: number): number {
  let quote = '';
  for (let at = open + 1; at < template.length; at += 1) {
    const char = template[at] ?? '';
    if (quote !== '') {
      if (char === '\\') at += 1;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '}') return at;
  }
  throw new JsonPathError(`"{" at ${open + 1} is not closed`);
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

const unquote = (quoted: string): string =>
  quoted.slice(1, -1).replace(/\\(.)/gs, (_, char: string) => escapes[char] ?? char);

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

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function walk(step: PathStep, value: unknown, root: unknown): unknown[] {
  if (!isObject(value)) return [];
  switch (step.kind) {
    case 'field':
      return step.names.filter((name) => Object.hasOwn(value, name)).map((name) => value[name]);
    case 'index':
      return Array.isArray(value)
        ? step.at.filter((at) => at < value.length && at >= -value.length).map((at) => value.at(at))
        : [];
    case 'slice':
      return Array.isArray(value) ? value.slice(step.from, step.to).filter((_, at) => at % step.step === 0) : [];
    case 'all':
      return Object.values(value);
    case 'deep':
      return descend(value);
    case 'filter':
      return Object.values(value).filter((each) => holds(step, each, root));
  }
}

function descend(value: unknown): unknown[] {
  const found: unknown[] = [];
  const queue: unknown[] = [value];
  for (let next = queue.shift(); next !== undefined && found.length < mostResults; next = queue.shift()) {
    found.push(next);
    if (isObject(next)) queue.push(...Object.values(next));
  }
  return found;
}

function holds(filter: Extract<PathStep, { kind: 'filter' }>, value: unknown, root: unknown): boolean {
  const left = evaluated(filter.left, value, root);
  if (filter.operator === undefined || filter.right === undefined) return left.length > 0;
  const [a] = left;
  const [b] = evaluated(filter.right, value, root);
  if (filter.operator === '==') return a === b;
  if (filter.operator === '!=') return a !== b;
  if (typeof a !== typeof b || (typeof a !== 'number' && typeof a !== 'string')) return false;
  const [x, y] = [a, b] as [number, number];
  if (filter.operator === '<') return x < y;
  if (filter.operator === '>') return x > y;
  return filter.operator === '<=' ? x <= y : x >= y;
}

const evaluated = (operand: Operand, value: unknown, root: unknown): unknown[] =>
  'literal' in operand ? [operand.literal] : select(operand.path, operand.isRoot ? root : value, root);
