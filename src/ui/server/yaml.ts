/** The YAML tab: a cursor on lines, folds, and a search. Pure. */
import { edit, type Field } from '../shared/field.js';
import { isMove, moved, type Press } from '../shared/keymap.js';
import { firstShown } from '../shared/layout.js';
import { type Folds, isHead, seenAs, seenIn, unfoldedTo, type YamlTree } from './yaml-tree.js';

export interface Yaml {
  /** Paths of what is folded: they outlive every change of the object. */
  readonly folds: Folds;
  /** The line the cursor stands on, of all lines. */
  readonly cursor: number;
  /** The first line shown, of those that are to be seen. */
  readonly first: number;
  readonly sought: string;
  /** The search as it is typed, and where it began. */
  readonly search: { readonly field: Field; readonly from: Pick<Yaml, 'folds' | 'cursor' | 'sought'> } | undefined;
}

/** Who wrote which field is half of the object, and for few to read. */
export const initialYaml: Yaml = {
  folds: new Set(['metadata/managedFields']),
  cursor: 0,
  first: 0,
  sought: '',
  search: undefined,
};

const actions = ['fold', 'unfold', 'toggle', 'search', 'next match', 'previous match'] as const;
export type YamlAction = (typeof actions)[number];
export const isYamlAction = (action: string): action is YamlAction => actions.some((each) => each === action);

/** What a key made of it, and what the message line says. */
export interface Turned {
  readonly yaml: Yaml;
  readonly message: string;
}

/** A move, or one of the keys of this tab. */
export function yamlTurned(yaml: Yaml, tree: YamlTree, action: string, height: number): Turned {
  if (isMove(action)) return { yaml: steered(yaml, tree, action, height), message: '' };
  if (action === 'search') return { yaml: begun(yaml), message: '' };
  if (action === 'next match' || action === 'previous match') return sought(yaml, tree, action);
  return { yaml: folded(yaml, tree, action), message: '' };
}

function steered(yaml: Yaml, tree: YamlTree, action: Parameters<typeof moved>[0], height: number): Yaml {
  const seen = seenIn(tree, yaml.folds);
  const at = seen.indexOf(seenAs(tree, yaml.folds, yaml.cursor));
  return { ...yaml, cursor: seen[moved(action, at, seen.length, height)] ?? 0 };
}

/** Folds what the cursor stands on; where nothing is to be folded, left goes to what the line belongs to. */
function folded(yaml: Yaml, tree: YamlTree, action: string): Yaml {
  const { folds, cursor } = yaml;
  const { path = '', parent = -1 } = tree[cursor] ?? {};
  const isFolded = folds.has(path);
  if (!isHead(tree, cursor) || (action === 'fold' && isFolded)) {
    return action === 'fold' && parent >= 0 ? { ...yaml, cursor: parent } : yaml;
  }
  if (action === 'unfold' && !isFolded) return yaml;
  const next = new Set(folds);
  if (!next.delete(path)) next.add(path);
  return { ...yaml, folds: next };
}

// --- Search --------------------------------------------------------------------------------------------------------

const begun = (yaml: Yaml): Yaml => {
  const { folds, cursor, sought } = yaml;
  return { ...yaml, search: { field: { label: 'search', text: '' }, from: { folds, cursor, sought } } };
};

/** A key while the search is typed: the cursor goes to the first match from where it began; Esc takes it back. */
export function searchTyped(yaml: Yaml, tree: YamlTree, press: Press): Turned {
  const { search } = yaml;
  if (search === undefined) return { yaml, message: '' };
  const edited = edit(search.field, press);
  const start = { ...yaml, ...search.from };
  if (edited === 'left') return { yaml: { ...start, search: undefined }, message: '' };
  const isOver = 'entered' in edited;
  const text = isOver ? edited.entered : edited.field.text;
  const now = isOver ? undefined : { ...search, field: edited.field };
  // An empty search repeats the last one.
  if (text === '') return { yaml: { ...start, search: now }, message: '' };
  const found = went({ ...start, sought: text }, tree, search.from.cursor - 1, 1);
  return { yaml: { ...found.yaml, search: now }, message: found.message };
}

function sought(yaml: Yaml, tree: YamlTree, action: 'next match' | 'previous match'): Turned {
  if (yaml.sought === '') return { yaml, message: 'nothing was searched for yet: / searches' };
  return went(yaml, tree, yaml.cursor, action === 'next match' ? 1 : -1);
}

/** To the next match behind a line, or the one before it, round and round. Folds are looked into, and opened, only where nothing else has it. */
function went(yaml: Yaml, tree: YamlTree, from: number, step: 1 | -1): Turned {
  const text = yaml.sought.toLowerCase();
  const all = tree.flatMap((line, at) => (line.text.toLowerCase().includes(text) ? [at] : []));
  const seen = all.filter((at) => seenAs(tree, yaml.folds, at) === at);
  const matches = seen.length > 0 ? seen : all;
  const [first, last] = [matches[0], matches.at(-1)];
  if (first === undefined || last === undefined) return { yaml, message: `no line has "${yaml.sought}"` };
  const cursor =
    step === 1 ? (matches.find((at) => at > from) ?? first) : (matches.findLast((at) => at < from) ?? last);
  const message = `"${yaml.sought}" ${matches.indexOf(cursor) + 1} of ${matches.length}`;
  return { yaml: { ...yaml, cursor, folds: unfoldedTo(tree, yaml.folds, cursor) }, message };
}

// --- Where it stands -----------------------------------------------------------------------------------------------

/** The cursor on the line that is about the same, in another text: by its path, else by its place. */
export function anchored(yaml: Yaml, before: YamlTree, now: YamlTree): Yaml {
  if (before === now) return yaml;
  const path = before[yaml.cursor]?.path;
  const at = now.findIndex((line) => line.path === path);
  return { ...yaml, cursor: at === -1 ? Math.max(0, Math.min(yaml.cursor, now.length - 1)) : at };
}

/** The cursor on a line that is to be seen, and that line on the screen. */
export function settled(yaml: Yaml, tree: YamlTree, height: number): Yaml {
  const seen = seenIn(tree, yaml.folds);
  const cursor = seenAs(tree, yaml.folds, yaml.cursor);
  const first = firstShown(Math.max(0, seen.indexOf(cursor)), seen.length, height, yaml.first);
  return cursor === yaml.cursor && first === yaml.first ? yaml : { ...yaml, cursor, first };
}
