/**
 * Completion scripts for bash, zsh, fish and PowerShell, written from the definitions: commands, their flags and the
 * fixed choices of both. Static text: completing asks neither the program nor the cluster.
 */
import type { CommandDef } from './define.js';
import { type FlagDef, flagName } from './flags.js';
import { globalFlags } from './globals.js';

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

/** Name of the file a script is shipped as, below `completions/`. */
export const fileOf = (shell: Shell): string => `metalctl.${shell === 'powershell' ? 'ps1' : shell}`;

/** Words that may follow the kinds' place; completed without the cluster. */
export interface CompletionInput {
  readonly commands: readonly CommandDef[];
  readonly kinds: readonly string[];
  readonly errorCodes: readonly string[];
}

/** The script of one shell. */
export function completionScript(shell: Shell, input: CompletionInput): string {
  const visible = { ...input, commands: input.commands.filter((command) => command.hidden !== true) };
  return { bash, zsh, fish, powershell }[shell](visible);
}

interface Node {
  /** `power on`, `power`, or empty for the top. */
  readonly path: string;
  /** Next words, or values of the first argument. */
  readonly words: readonly string[];
  readonly flags: readonly string[];
}

/** Every place in the tree of commands, and what may come next. */
function nodesOf({ commands, kinds, errorCodes }: CompletionInput): readonly Node[] {
  const globals = namesOf(globalFlags);
  const top: Node = { path: '', words: nextWords(commands, ''), flags: globals };
  const inAreas = areasOf(commands)
    .filter((area) => !commands.some(({ name }) => name === area))
    .map((area): Node => ({ path: area, words: nextWords(commands, area), flags: globals }));
  const leaves = commands.map(
    (command): Node => ({
      path: command.name,
      words: [
        ...nextWords(commands, command.name),
        ...Object.values(command.args).flatMap(({ complete, choices }) => [
          ...(choices ?? []),
          ...(complete === 'kinds' ? kinds : complete === 'error-codes' ? errorCodes : []),
        ]),
      ],
      flags: [...namesOf(command.flags), ...globals],
    }),
  );
  return [top, ...inAreas, ...leaves];
}

/** Places that are no command themselves: `power`, `bmc`, `bmc users`. */
const areasOf = (commands: readonly CommandDef[]): string[] => [
  ...new Set(
    commands.flatMap(({ name }) =>
      name
        .split(' ')
        .slice(0, -1)
        .map((_, at, words) => words.slice(0, at + 1).join(' ')),
    ),
  ),
];

/** Words that may follow a place, each once. */
const nextWords = (commands: readonly CommandDef[], place: string): string[] => {
  const depth = place === '' ? 0 : place.split(' ').length;
  const below = commands.filter(({ name }) => place === '' || name.startsWith(`${place} `));
  return [...new Set(below.map(({ name }) => name.split(' ')[depth] ?? ''))];
};

const namesOf = (flags: Readonly<Record<string, FlagDef>>): string[] =>
  Object.keys(flags).map((key) => `--${flagName(key)}`);

/** Values of flags that have a fixed list: `--progress` → `auto bar …`. */
function choicesOf({ commands }: CompletionInput): readonly (readonly [flag: string, values: readonly string[]])[] {
  const all = [globalFlags as Readonly<Record<string, FlagDef>>, ...commands.map(({ flags }) => flags)];
  const found = new Map<string, readonly string[]>();
  for (const flags of all) {
    for (const [key, { choices }] of Object.entries(flags))
      if (choices !== undefined) found.set(`--${flagName(key)}`, choices);
  }
  return [...found, ['--output', outputs]];
}

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
const head = (shell: string): string => `metalctl completion for ${shell}. Generated: npm run generate.`;

function bash(input: CompletionInput): string {
  const nodes = nodesOf(input);
  const areas = nodes.filter(({ path }) => path !== '' && nodes.some((node) => node.path.startsWith(`${path} `)));
  return `# ${head('bash')}
_metalctl() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path="" word words="" flags="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$word" in
      -*) continue ;;
    esac
    path="\${path:+$path }$word"
    case "$path" in
      ${areas.map(({ path }) => `"${path}"`).join('|') || '""'}) continue ;;
      *) break ;;
    esac
  done
  case "$prev" in
${choicesOf(input)
  .map(
    ([flag, values]) =>
      `    ${flag}${flag === '--output' ? '|-o' : ''}) COMPREPLY=($(compgen -W "${values.join(' ')}" -- "$cur")); return ;;`,
  )
  .join('\n')}
  esac
  case "$path" in
${nodes.map(({ path, words, flags }) => `    "${path}") words="${words.join(' ')}"; flags="${flags.join(' ')}" ;;`).join('\n')}
  esac
  case "$cur" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$cur")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$cur")) ;;
  esac
}
complete -o default -F _metalctl metalctl
`;
}

function zsh(input: CompletionInput): string {
  const nodes = nodesOf(input);
  const areas = nodes.filter(({ path }) => path !== '' && nodes.some((node) => node.path.startsWith(`${path} `)));
  return `#compdef metalctl
# ${head('zsh')}
_metalctl() {
  local cur="\${words[CURRENT]}" prev="\${words[CURRENT-1]}" place="" word i
  local -a next flags
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    [[ "$word" == -* ]] && continue
    place="\${place:+$place }$word"
    case "$place" in
      (${areas.map(({ path }) => `"${path}"`).join('|') || '""'}) continue ;;
      (*) break ;;
    esac
  done
  case "$prev" in
${choicesOf(input)
  .map(([flag, values]) => `    (${flag}${flag === '--output' ? '|-o' : ''}) compadd -- ${values.join(' ')}; return ;;`)
  .join('\n')}
  esac
  case "$place" in
${nodes.map(({ path, words, flags }) => `    ("${path}") next=(${words.join(' ')}); flags=(${flags.join(' ')}) ;;`).join('\n')}
  esac
  if [[ "$cur" == -* ]]; then
    compadd -- $flags
  else
    compadd -- $next || _files
  fi
}
if [ "$funcstack[1]" = "_metalctl" ]; then
  _metalctl "$@"
else
  compdef _metalctl metalctl
fi
`;
}

function fish(input: CompletionInput): string {
  const { commands } = input;
  const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const line = (condition: string, rest: string): string => `complete -c metalctl -n ${quoted(condition)} ${rest}`;
  const areas = areasOf(commands);
  const seen = (name: string): string =>
    name
      .split(' ')
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join('; and ');
  const top = commands.filter(({ name }) => !name.includes(' '));
  const summaryOf = (name: string): string => commands.find((command) => command.name === name)?.summary ?? '';
  const rows = [
    ...top.map(({ name, summary }) => line('__fish_use_subcommand', `-f -a ${name} -d ${quoted(summary)}`)),
    ...areas.filter((area) => !area.includes(' ')).map((area) => line('__fish_use_subcommand', `-f -a ${area}`)),
    ...areas.flatMap((area) => {
      const words = nextWords(commands, area);
      const here = `${seen(area)}; and not __fish_seen_subcommand_from ${words.join(' ')}`;
      return words.map((word) => {
        const summary = summaryOf(`${area} ${word}`);
        return line(here, `-f -a ${word}${summary === '' ? '' : ` -d ${quoted(summary)}`}`);
      });
    }),
    ...commands.flatMap((command) =>
      Object.entries(command.flags).map(([key, flag]) => line(seen(command.name), fishFlag(key, flag, quoted))),
    ),
    ...nodesOf(input)
      .filter(({ path, words }) => words.length > 0 && commands.some(({ name }) => name === path))
      .map(({ path, words }) => line(seen(path), `-a ${quoted(words.join(' '))}`)),
    ...Object.entries(globalFlags).map(
      ([key, flag]) => `complete -c metalctl ${fishFlag(key, flag as FlagDef, quoted)}`,
    ),
  ];
  return `# ${head('fish')}\n${rows.join('\n')}\n`;
}

function fishFlag(key: string, flag: FlagDef, quoted: (text: string) => string): string {
  const short = flag.short === undefined ? '' : ` -s ${flag.short}`;
  const values = key === 'output' ? outputs : flag.choices;
  const takes =
    flag.type === 'toggle' || flag.type === 'count'
      ? ''
      : values === undefined
        ? ' -r'
        : ` -x -a ${quoted(values.join(' '))}`;
  return `-l ${flagName(key)}${short}${takes} -d ${quoted(flag.summary)}`;
}

function powershell(input: CompletionInput): string {
  const list = (words: readonly string[]): string => `@(${words.map((word) => `'${word}'`).join(', ')})`;
  const nodes = nodesOf(input);
  return `# ${head('PowerShell')}
Register-ArgumentCompleter -Native -CommandName metalctl -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $places = @{
${nodes.map(({ path, words, flags }) => `    '${path}' = @{ words = ${list(words)}; flags = ${list(flags)} }`).join('\n')}
  }
  $path = ''
  foreach ($element in ($commandAst.CommandElements | Select-Object -Skip 1)) {
    $word = $element.ToString()
    if ($word.StartsWith('-') -or $element.Extent.EndOffset -ge $cursorPosition) { continue }
    $next = ("$path $word").Trim()
    if ($places.ContainsKey($next)) { $path = $next } else { break }
  }
  $place = $places[$path]
  $candidates = if ($wordToComplete.StartsWith('-')) { $place.flags } else { $place.words }
  $candidates | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`;
}
