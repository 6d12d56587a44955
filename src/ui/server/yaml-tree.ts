/** A YAML text in block style as a tree of its lines: what belongs to what, and what a fold leaves to be seen. Pure. */

export interface YamlLine {
  readonly text: string;
  /** `metadata/labels`, `spec/taints/0`: what the line is about, whatever stands above it. */
  readonly path: string;
  /** The line it belongs to; -1 for those at the top. */
  readonly parent: number;
  /** The last line that belongs to it; itself where nothing does. */
  readonly last: number;
}

export type YamlTree = readonly YamlLine[];

const trees = new WeakMap<readonly unknown[], YamlTree>();

/** The tree of lines, made once for each text. */
export function treeOf(lines: readonly { readonly text: string }[]): YamlTree {
  const known = trees.get(lines);
  if (known !== undefined) return known;
  const made = grown(lines.map(({ text }) => text));
  trees.set(lines, made);
  return made;
}

interface Open {
  readonly at: number;
  readonly level: number;
  readonly path: string;
  /** A block of literal text: what stands in it is no YAML. */
  readonly isText: boolean;
  children: number;
}

function grown(texts: readonly string[]): YamlTree {
  const open: Open[] = [{ at: -1, level: -1, path: '', isText: false, children: 0 }];
  const placed = texts.map((text, at) => {
    const level = levelOf(text);
    // An empty line is part of the literal text around it.
    while (open.length > 1 && level !== undefined && (open.at(-1)?.level ?? 0) >= level) open.pop();
    const above = open.at(-1) as Open;
    const key = above.isText || level === undefined ? `~${above.children}` : keyOf(text, above.children);
    above.children += 1;
    const path = above.path === '' ? key : `${above.path}/${key}`;
    const isText = above.isText || /: [|>][-+]?$/.test(text);
    if (level !== undefined && !above.isText) open.push({ at, level, path, isText, children: 0 });
    return { text, path, parent: above.at };
  });
  return withEnds(placed);
}

/** How deep a line stands. Items of a list stand below the key at whose indent they are written. */
function levelOf(text: string): number | undefined {
  const indent = text.search(/\S/);
  if (indent === -1) return undefined;
  return indent * 2 + (/^- |^-$/.test(text.slice(indent)) ? 1 : 0);
}

function keyOf(text: string, place: number): string {
  const bare = text.trimStart();
  return /^- |^-$/.test(bare) ? String(place) : bare.replace(/:(?: .*)?$/, '');
}

function withEnds(placed: readonly Omit<YamlLine, 'last'>[]): YamlTree {
  const last = placed.map((_, at) => at);
  for (let at = placed.length - 1; at >= 0; at -= 1) {
    const parent = placed[at]?.parent ?? -1;
    if (parent >= 0) last[parent] = Math.max(last[parent] ?? parent, last[at] ?? at);
  }
  return placed.map((line, at) => ({ ...line, last: last[at] ?? at }));
}

/** Whether a line has something below it. */
export const isHead = (tree: YamlTree, at: number): boolean => (tree[at]?.last ?? at) > at;

export type Folds = ReadonlySet<string>;

/** Places of the lines that are to be seen. */
export function seenIn(tree: YamlTree, folds: Folds): readonly number[] {
  const seen: number[] = [];
  for (let at = 0; at < tree.length; at += 1) {
    seen.push(at);
    const line = tree[at] as YamlLine;
    if (folds.has(line.path)) at = line.last;
  }
  return seen;
}

/** The line itself, or the outermost fold it is hidden in. */
export function seenAs(tree: YamlTree, folds: Folds, at: number): number {
  let seen = at;
  for (let line = tree[at]; line !== undefined && line.parent >= 0; line = tree[line.parent]) {
    if (folds.has(tree[line.parent]?.path ?? '')) seen = line.parent;
  }
  return seen;
}

/** The folds without those that hide a line. */
export function unfoldedTo(tree: YamlTree, folds: Folds, at: number): Folds {
  const open = new Set(folds);
  for (let line = tree[at]; line !== undefined && line.parent >= 0; line = tree[line.parent]) {
    open.delete(tree[line.parent]?.path ?? '');
  }
  return open.size === folds.size ? folds : open;
}

/** A line as it is shown: `managedFields: … 42 lines`. */
export function shownText(tree: YamlTree, folds: Folds, at: number): string {
  const line = tree[at];
  if (line === undefined) return '';
  const hidden = line.last - at;
  return hidden > 0 && folds.has(line.path) ? `${line.text} … ${hidden} line${hidden === 1 ? '' : 's'}` : line.text;
}
