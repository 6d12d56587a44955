/** Body of `get`. */
import { type Key, type KindDef, type KubeObject, keyText } from '../../api/kind.js';
import { UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import { first, parsePath } from '../../lib/jsonpath.js';
import { parseSelector } from '../../lib/labels.js';
import { parseQuantity } from '../../lib/quantity.js';
import type { getCommand } from '../get.js';
import { watchGroup } from './get-watch.js';
import { type FieldFilter, fieldFilter } from './kit/fields.js';
import { findKind, ownKinds } from './kit/kinds.js';
import { missing } from './kit/missing.js';
import { wantedIn } from './kit/named-in-files.js';
import type { ListOptions, ObjectGroup } from './kit/out.js';
import { columnsOf } from './kit/own-columns.js';
import { isProblem } from './kit/problems.js';
import type { Run } from './kit/run.js';

export type GetRun = Run<typeof getCommand>;

/** What is asked of one kind: everything that passes, or the names. */
export interface Ask {
  readonly kind: KindDef;
  readonly names: readonly string[];
  /** Where a file says the namespace of each. */
  readonly keys?: readonly Key[];
}

export default async function (run: GetRun): Promise<ExitName | undefined> {
  checkSelector(run.flags.selector);
  const asks = await asksOf(run);
  warnAboutNamespace(run, asks);
  if (run.flags.watch || run.flags.watchOnly) return watchGroup(run, only(asks));
  const failures: Error[] = [];
  const groups: ObjectGroup[] = [];
  for (const ask of asks) groups.push(await groupOf(run, ask, failures));
  const isSingle = asks.length === 1 && asks[0]?.names.length === 1;
  const count = groups.reduce((sum, group) => sum + group.items.length, 0);
  if (count > 0 || (failures.length === 0 && !isTable(run)))
    await run.out.objects(groups, { ...listOptions(run), isSingle });
  if (failures[0] !== undefined) throw joined(failures);
  if (count === 0) run.talk.note(`No ${asks.map(({ kind }) => kind.plural).join(', ')} found.`);
  return undefined;
}

const isTable = ({ out }: GetRun): boolean => ['table', 'wide', 'crd', 'name'].includes(out.format.kind);

/** What the flags say about printing. */
export const listOptions = ({ flags, globals }: GetRun): ListOptions => ({
  headers: globals.headers !== false,
  showLabels: globals.showLabels,
  labelColumns: globals.labelColumns,
  allNamespaces: globals.allNamespaces,
  showManagedFields: flags.showManagedFields,
});

/** @throws UserError USAGE */
function checkSelector(selector: string | undefined): void {
  if (selector === undefined || parseSelector(selector) !== undefined) return;
  throw new UserError('USAGE', `-l ${selector} is not a label selector`, {
    hint: "-l rack=r12,pool!=lab,'env in (a,b)'",
  });
}

async function asksOf(run: GetRun): Promise<Ask[]> {
  const { kind, names } = run.args;
  const { cluster } = run.ports;
  if (run.flags.file.length > 0) return asksInFiles(run);
  if (kind === undefined) {
    throw new UserError('USAGE', 'no kind was named', {
      hint: ['metalctl get servers', 'metalctl get -f FILE', 'metalctl api-resources   the kinds there are'],
    });
  }
  if (kind.includes('/')) return Promise.all([kind, ...names].map((word) => askOfPair(run, word)));
  if (kind === 'all') return ownKinds.map((each) => ({ kind: each, names }));
  const words = kind.split(',').filter((word) => word !== '');
  return Promise.all(words.map(async (word) => ({ kind: await findKind(word, cluster, run.signal), names })));
}

/** What manifests name, kind by kind in the order of the files. @throws UserError USAGE beside words or a selector */
async function asksInFiles(run: GetRun): Promise<Ask[]> {
  const { selector, file, watch, watchOnly } = run.flags;
  const other = run.args.kind ?? (selector === undefined ? undefined : '-l');
  if (other !== undefined) throw new UserError('USAGE', `${other} and -f do not go together`);
  if (watch || watchOnly) {
    throw new UserError('USAGE', '--watch follows one kind, or one object of it', {
      hint: 'metalctl get KIND/NAME -w',
    });
  }
  const asks = new Map<string, { kind: KindDef; keys: Key[] }>();
  for (const { kind, key } of await wantedIn(run, file)) {
    const id = `${kind.plural}.${kind.group}`;
    const ask = asks.get(id) ?? { kind, keys: [] };
    ask.keys.push(key);
    asks.set(id, ask);
  }
  return [...asks.values()].map(({ kind, keys }) => ({ kind, keys, names: keys.map(({ name }) => name) }));
}

async function askOfPair(run: GetRun, word: string): Promise<Ask> {
  const [kind = '', name = '', more] = word.split('/');
  if (name === '' || more !== undefined) throw new UserError('USAGE', `"${word}" is not KIND/NAME`);
  return { kind: await findKind(kind, run.ports.cluster, run.signal), names: [name] };
}

function only(asks: readonly Ask[]): Ask {
  const [ask, second] = asks;
  if (ask !== undefined && second === undefined && ask.names.length <= 1) return ask;
  throw new UserError('USAGE', '--watch follows one kind, or one object of it');
}

function warnAboutNamespace({ globals, talk }: GetRun, asks: readonly Ask[]): void {
  if (globals.namespace === undefined || asks.some(({ kind }) => kind.scope === 'Namespaced')) return;
  talk.warn(`${asks.map(({ kind }) => kind.plural).join(', ')} are not namespaced: -n ${globals.namespace} is ignored`);
}

async function groupOf(run: GetRun, ask: Ask, failures: Error[]): Promise<ObjectGroup> {
  const { kind, names } = ask;
  const namespace = await scopeOf(run, kind);
  const items = names.length > 0 ? await named(run, ask, namespace, failures) : await listed(run, kind, namespace);
  const shown = sorted(items.filter(filterOf(run, kind)), run.globals.sortBy).slice(0, run.flags.limit);
  return { kind, items: shown, columns: await columnsFor(run, kind) };
}

/** Columns of a kind in the form that was asked for. */
export const columnsFor = (run: GetRun, kind: KindDef): ReturnType<typeof columnsOf> => {
  const form = run.out.format.kind;
  const isWide = ['wide', 'csv', 'tsv', 'markdown'].includes(form);
  if (!isWide && form !== 'table' && form !== 'crd') return Promise.resolve([]);
  return columnsOf(run.ports.cluster, kind, { declaredOnly: form === 'crd', isWide, signal: run.signal });
};

/** `--field` and `--problems`, as a test of one object. */
export function filterOf(run: GetRun, kind: KindDef): FieldFilter {
  const nowMs = run.ports.clock.now().getTime();
  const passes = fieldFilter(kind.kind, run.flags.field, nowMs);
  return (object) => passes(object) && (!run.flags.problems || isProblem(object, nowMs));
}

/** The namespace to look in; undefined for all of them and for cluster-scoped kinds. */
export async function scopeOf(run: GetRun, kind: KindDef): Promise<string | undefined> {
  if (kind.scope === 'Cluster' || run.globals.allNamespaces) return undefined;
  return run.namespace();
}

async function listed(run: GetRun, kind: KindDef, namespace: string | undefined): Promise<readonly KubeObject[]> {
  const { selector, chunkSize } = run.flags;
  const { items } = await run.ports.cluster.list(kind, {
    signal: run.signal,
    chunkSize,
    ...(namespace === undefined ? {} : { namespace }),
    ...(selector === undefined ? {} : { labelSelector: selector }),
  });
  return items;
}

async function named(
  run: GetRun,
  { kind, names, keys }: Ask,
  namespace: string | undefined,
  failures: Error[],
): Promise<readonly KubeObject[]> {
  if (kind.scope === 'Namespaced' && namespace === undefined && keys === undefined) {
    throw new UserError('USAGE', 'a name cannot be looked up in all namespaces', {
      hint: 'name the namespace with -n',
    });
  }
  const found: KubeObject[] = [];
  for (const key of keys ?? names.map((name): Key => (namespace === undefined ? { name } : { namespace, name }))) {
    const object = await run.ports.cluster.get(kind, key, run.signal);
    if (object === undefined) failures.push(await missing(run.ports.cluster, kind, key, run.signal));
    else found.push(object);
  }
  return found;
}

/** One failure as it is; several as one sentence. */
function joined(failures: readonly Error[]): Error {
  const [failure, second] = failures;
  if (failure !== undefined && second === undefined) return failure;
  return new UserError('NOT_FOUND', `${failures.length} objects were not found`, {
    why: failures.map((each) => each.message).join('\n'),
  });
}

/** By namespace and name, or by what a path reaches: numbers and quantities as numbers, the rest as text. */
export function sorted(items: readonly KubeObject[], sortBy: string | undefined): readonly KubeObject[] {
  const byName = sortedBy(items, ({ metadata }) => keyText(metadata), compare);
  if (sortBy === undefined) return byName;
  const path = pathOf(sortBy);
  return sortedBy(byName, (item) => first(path, item), compareValues);
}

function pathOf(text: string): ReturnType<typeof parsePath> {
  try {
    return parsePath(text);
  } catch (error) {
    throw new UserError('USAGE', `--sort-by ${text} is not a JSONPath`, { why: (error as Error).message });
  }
}

/** Keys are made once per item, not once per comparison. */
function sortedBy<T, K>(items: readonly T[], keyOf: (item: T) => K, order: (a: K, b: K) => number): readonly T[] {
  const keyed = items.map((item) => ({ item, key: keyOf(item) }));
  return keyed.sort((a, b) => order(a.key, b.key)).map(({ item }) => item);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compareValues(a: unknown, b: unknown): number {
  const [x, y] = [parseQuantity(String(a ?? '')), parseQuantity(String(b ?? ''))];
  return x !== undefined && y !== undefined ? x - y : compare(String(a ?? ''), String(b ?? ''));
}
