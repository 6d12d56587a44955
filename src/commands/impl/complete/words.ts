/**
 * What may come next on a command line: a walk over the definitions, so that it never drifts from the parser. Pure;
 * values that only the cluster knows are named, not looked up.
 */
import { type KindNames, kindNames, resolveKind, wordsOf } from '../../../api/names.js';
import type { CommandDef } from '../../define.js';
import { type ArgDef, type Completion, type FlagDef, flagName } from '../../flags.js';
import { globalFlags } from '../../globals.js';

/** Something that may stand here. */
export interface Candidate {
  readonly value: string;
  readonly description?: string;
}

/** Names the cluster, or the kubeconfig, knows. */
export interface Lookup {
  /** Plural of a kind, or `contexts`, `namespaces`. */
  readonly names: string;
  /** Put before every name: `server/`. */
  readonly prefix?: string;
  /** Only of this namespace; absent: the context's own. */
  readonly namespace?: string | undefined;
}

export interface Next {
  readonly candidates: readonly Candidate[];
  readonly lookups: readonly Lookup[];
  /** Files may stand here: the shell completes them itself. */
  readonly takesFiles: boolean;
  /** What every candidate begins with: the word at the cursor. */
  readonly current: string;
  /** Words that stand there already. */
  readonly used: ReadonlySet<string>;
}

type Flags = Readonly<Record<string, FlagDef>>;

/** The words after the program, the last one being typed; commands that may be completed. */
export function nextWords(
  words: readonly string[],
  commands: readonly CommandDef[],
  errorCodes: readonly string[],
): Next {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const visible = commands.filter(({ hidden }) => hidden !== true);
  const read = readBefore(before, visible);
  const none: Next = { candidates: [], lookups: [], takesFiles: false, current, used: new Set(read.values) };
  const known = { errorCodes, namespace: read.namespace };
  if (read.open !== undefined) return { ...none, ...valuesOf(read.open.key, read.open.flag, known) };
  const [, name, begun] = /^(--[a-z-]+)=(.*)$/s.exec(current) ?? [];
  if (name !== undefined && begun !== undefined) return inOneWord(name, begun, read.flags, none, known);
  if (current.startsWith('-')) return { ...none, candidates: flagWords(read.flags, before) };
  if (read.command === undefined) return { ...none, candidates: commandWords(read.path, visible) };
  return { ...none, ...argumentWords(read.command, read.values, current, known) };
}

interface Before {
  /** Words of the command so far: `power`. */
  readonly path: string;
  readonly command: CommandDef | undefined;
  readonly flags: Flags;
  /** Arguments that stand there. */
  readonly values: readonly string[];
  /** A flag whose value is the word being typed. */
  readonly open: { readonly key: string; readonly flag: FlagDef } | undefined;
  readonly namespace: string | undefined;
}

function readBefore(words: readonly string[], commands: readonly CommandDef[]): Before {
  let path = '';
  let command: CommandDef | undefined;
  let open: Before['open'];
  let namespace: string | undefined;
  const values: string[] = [];
  const flags = (): Flags => ({ ...(globalFlags as Flags), ...command?.flags });
  for (const word of words) {
    if (open !== undefined) {
      if (open.key === 'namespace') namespace = word;
      open = undefined;
    } else if (word.startsWith('-') && word !== '-') {
      const found = flagOf(word, flags());
      if (word.startsWith('--namespace=')) namespace = word.slice('--namespace='.length);
      else if (found !== undefined && takesValue(found.flag) && !word.includes('=')) open = found;
    } else if (command === undefined) {
      path = `${path} ${word}`.trim();
      command = commands.find(({ name }) => name === path);
    } else values.push(word);
  }
  return { path, command, flags: flags(), values, open, namespace };
}

function flagOf(word: string, flags: Flags): { key: string; flag: FlagDef } | undefined {
  const [name = ''] = word.split('=');
  const found = Object.entries(flags).find(
    ([key, { short }]) => name === `--${flagName(key)}` || (short !== undefined && name === `-${short}`),
  );
  return found === undefined ? undefined : { key: found[0], flag: found[1] };
}

const takesValue = ({ type, bare }: FlagDef): boolean => type !== 'toggle' && type !== 'count' && bare === undefined;

interface Known {
  readonly errorCodes: readonly string[];
  readonly namespace: string | undefined;
}

type Values = Pick<Next, 'candidates' | 'lookups' | 'takesFiles'>;
const nothing: Values = { candidates: [], lookups: [], takesFiles: false };
const words = (values: readonly string[]): Candidate[] => values.map((value) => ({ value }));

const outputs = [
  'table',
  'wide',
  'name',
  'json',
  'yaml',
  'jsonl',
  'csv',
  'tsv',
  'markdown',
  'jsonpath=',
  'custom-columns=',
];

/** Flags whose values are names, by their key. */
const named: Readonly<Record<string, string>> = {
  context: 'contexts',
  namespace: 'namespaces',
  bmcSecret: 'bmcsecrets',
};

function valuesOf(key: string, flag: FlagDef, known: Known): Values {
  if (key === 'output') return { ...nothing, candidates: words(outputs) };
  const name = named[key];
  if (name !== undefined) return { ...nothing, lookups: [{ names: name }] };
  if (flag.choices !== undefined) return { ...nothing, candidates: words(flag.choices) };
  return completed(flag.complete, known);
}

function completed(complete: Completion | undefined, { errorCodes }: Known): Values {
  if (complete === 'files') return { ...nothing, takesFiles: true };
  if (complete === 'servers') return { ...nothing, lookups: [{ names: 'servers' }] };
  if (complete === 'kinds') return { ...nothing, candidates: words(kindNames.flatMap(wordsOf)) };
  if (complete === 'error-codes') return { ...nothing, candidates: words(errorCodes) };
  return complete === undefined ? nothing : { ...nothing, candidates: words(complete) };
}

/** `--output=j`: the shell replaces the whole word. */
function inOneWord(name: string, begun: string, flags: Flags, none: Next, known: Known): Next {
  const found = flagOf(name, flags);
  if (found === undefined) return none;
  const { candidates, lookups, takesFiles } = valuesOf(found.key, found.flag, known);
  const inside = ({ value, ...rest }: Candidate): Candidate => ({ ...rest, value: `${name}=${value}` });
  return {
    ...none,
    candidates: candidates.map(inside),
    lookups: lookups.map((lookup) => ({ ...lookup, prefix: `${name}=` })),
    takesFiles,
    current: `${name}=${begun}`,
  };
}

/** Flags that may still be given: repeatable ones again. */
function flagWords(flags: Flags, before: readonly string[]): Candidate[] {
  const given = new Set(before.map((word) => word.split('=')[0]));
  return Object.entries(flags)
    .filter(([key, { type }]) => type === 'list' || type === 'count' || !given.has(`--${flagName(key)}`))
    .map(([key, { summary }]) => ({ value: `--${flagName(key)}`, description: summary }));
}

function commandWords(path: string, commands: readonly CommandDef[]): Candidate[] {
  const depth = path === '' ? 0 : path.split(' ').length;
  const below = commands.filter(({ name }) => path === '' || name.startsWith(`${path} `));
  const found = new Map<string, string>();
  for (const { name, summary } of below) {
    const parts = name.split(' ');
    const word = parts[depth];
    if (word !== undefined && (!found.has(word) || parts.length === depth + 1))
      found.set(word, parts.length === depth + 1 ? summary : `${word} …`);
  }
  return [...found].map(([value, description]) => ({ value, description }));
}

function argumentWords({ args, name }: CommandDef, values: readonly string[], current: string, known: Known): Values {
  const list = Object.values(args);
  const arg = list[values.length] ?? repeated(list.at(-1));
  if (arg === undefined) return nothing;
  if (name === 'release') return namesOf(resolveKind('serverclaim'), known.namespace);
  const [head] = list;
  const kind = head?.complete === 'kinds' ? resolveKind((values[0] ?? '').split(',')[0] ?? '') : undefined;
  if (kind !== undefined) return namesOf(kind, known.namespace);
  if (current.includes('/') && arg.complete === 'kinds') return slashed(current, known);
  if (arg.choices !== undefined) return { ...nothing, candidates: words(arg.choices) };
  return completed(arg.complete, known);
}

const repeated = (arg: ArgDef | undefined): ArgDef | undefined =>
  arg?.arity === 'some' || arg?.arity === 'rest' ? arg : undefined;

const namesOf = (kind: KindNames | undefined, namespace: string | undefined): Values =>
  kind === undefined ? nothing : { ...nothing, lookups: [{ names: kind.plural, namespace }] };

/** `server/fra-`: the kind stands in the word. */
function slashed(current: string, { namespace }: Known): Values {
  const head = current.slice(0, current.indexOf('/'));
  const kind = resolveKind(head);
  return kind === undefined
    ? nothing
    : { ...nothing, lookups: [{ names: kind.plural, prefix: `${head}/`, namespace }] };
}
