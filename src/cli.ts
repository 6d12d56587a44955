/**
 * The program: registry → commander → body → exit code. The only file that knows commander. It parses, opens a
 * session, runs the body, and turns whatever was thrown into words and a number. Nothing exits before it is flushed.
 */
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, CommanderError, Option } from 'commander';
import { expandAlias } from './cli/alias.js';
import { defaultsFor } from './cli/config.js';
import { type Ending, ended, listenForEnd } from './cli/ending.js';
import { findPlugin, runPlugin } from './cli/plugin.js';
import { keepPrivate } from './cli/private.js';
import { usageError } from './cli/usage.js';
import { type Defaults, noDefaults } from './commands/defaults.js';
import type { CommandDef } from './commands/define.js';
import { type FlagDef, flagName, type RawFlag, rawFromEnvironment, resolveFlags } from './commands/flags.js';
import { type Globals, globalFlags } from './commands/globals.js';
import { areaPage, commandPage, overview } from './commands/help.js';
import { commands } from './commands/index.js';
import { UserError } from './errors/classes.js';
import { Exit } from './errors/exit.js';
import { version } from './version.js';

type Values = Record<string, unknown>;

/** What the words on the command line ask for. */
type Request =
  | { readonly help: string }
  | {
      readonly command: CommandDef;
      readonly args: Values;
      readonly flags: Values;
      readonly globals: Globals;
      readonly defaults: Defaults;
    };

/**
 * Runs one command line, words after the program's name, and resolves with the exit code once everything is flushed.
 * Signals and closed pipes are handled meanwhile.
 */
export async function main(words: readonly string[], program = programName()): Promise<number> {
  keepPrivate();
  if (words[0] === '__complete') {
    const { complete } = await import('./commands/impl/complete.js');
    process.stdout.write(await complete(words.slice(1), commands));
    return Exit.OK;
  }
  const ending = listenForEnd();
  let command = '';
  try {
    const defaults = await defaultsFor(words);
    const full = expandAlias(words, defaults.aliases);
    const plugin = findPlugin(full);
    if (plugin !== undefined) return await runPlugin(plugin.program, plugin.words);
    const request = parse(full, program, defaults);
    if ('help' in request) {
      process.stdout.write(request.help);
      return await ended(Exit.OK, ending);
    }
    command = request.command.name;
    return await ended(await runCommand(request, program, ending), ending);
  } catch (error) {
    return await ended(await failed(error, words, program, command, ending), ending);
  } finally {
    ending.stop();
  }
}

/** `metalctl`, or `kubectl metal` when installed as its plugin. */
function programName(): string {
  return basename(process.argv[1] ?? '').startsWith('kubectl-metal') ? 'kubectl metal' : 'metalctl';
}

async function runCommand(
  request: Extract<Request, { command: CommandDef }>,
  program: string,
  ending: Ending,
): Promise<number> {
  const { openSession } = await import('./commands/impl/kit/session.js');
  const session = await openSession({ ...request, program, signal: ending.signal, version: version() });
  ending.onAbort = (name) => session.run.talk.note(`${name}: stopping at the next safe point; again stops at once`);
  try {
    const { runBody } = await import('./commands/impl/kit/body.js');
    const name = await runBody(session.run, request.command);
    const isWarned = request.globals.failOnWarning && session.warnings() > 0;
    if (name === undefined) return ending.code ?? (isWarned ? Exit.CHECKS_FAILED : Exit.OK);
    return Exit[name];
  } finally {
    await session.close();
  }
}

/** Writes what went wrong and gives the exit code. */
async function failed(
  error: unknown,
  words: readonly string[],
  program: string,
  command: string,
  ending: Ending,
): Promise<number> {
  // The abort reason comes back from ports as an exception: the signal is the cause, not a failure.
  if (ending.code !== undefined && (error === ending.signal.reason || isAbort(error))) return ending.code;
  const { report } = await import('./commands/impl/kit/report.js');
  return report(error, { words, program, command, version: version() });
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

// --- Parsing -------------------------------------------------------------------------------------------------------

/** @throws UserError USAGE for unknown commands and flags, missing arguments, bad values. */
export function parse(words: readonly string[], program: string, defaults: Defaults = noDefaults): Request {
  const found: { request?: Request } = {};
  const root = programOf(program, found, defaults);
  const argv = normalised(words);
  if (argv.length === 0) return { help: overview(commands, program) };
  try {
    root.parse([...argv], { from: 'user' });
  } catch (error) {
    if (found.request !== undefined || !(error instanceof CommanderError)) {
      if (found.request === undefined) throw error;
      return found.request;
    }
    throw usageError(error, argv, program);
  }
  return found.request ?? { help: overview(commands, program) };
}

/** `help X` becomes `X --help`; a bare flag with an optional value gets its value, so that it never eats a word; so do switches with `=true`. */
function normalised(words: readonly string[]): string[] {
  const [first, ...others] = words;
  const asked = first === 'help' ? [...others, '--help'] : [...words];
  const end = asked.indexOf('--');
  const written = otherWays(asked);
  return asked
    .map(first === 'probe' ? twoDashes : (word) => word)
    .map((word, at) => (end === -1 || at < end ? (written.get(word) ?? word) : word));
}

/** Units written for upstream's probe may have its flags with one dash, as Go reads them. */
function twoDashes(word: string): string {
  const flags = commands.find(({ name }) => name === 'probe')?.flags ?? {};
  return Object.keys(flags).some((key) => word.split('=')[0] === `-${flagName(key)}`) ? `-${word}` : word;
}

/**
 * Flags of the command at hand in other ways than the parser reads them: one that may stand without its value, and a
 * switch with one, as Go's programs take it.
 */
function otherWays(words: readonly string[]): ReadonlyMap<string, string> {
  const isCalled = ({ name }: CommandDef): boolean => {
    const parts = name.split(' ');
    const at = words.indexOf(parts[0] ?? '');
    return at !== -1 && parts.every((part, offset) => words[at + offset] === part);
  };
  const flags = { ...globalFlags, ...commands.find(isCalled)?.flags } as Readonly<Record<string, FlagDef>>;
  return new Map(
    Object.entries(flags).flatMap(([key, { type, bare }]): [string, string][] => {
      const name = flagName(key);
      const values = bare === undefined ? [] : [[`--${name}`, `--${name}=${bare}`] as [string, string]];
      if (type !== 'toggle') return values;
      return [...values, [`--${name}=true`, `--${name}`], [`--${name}=false`, `--no-${name}`]];
    }),
  );
}

function programOf(program: string, found: { request?: Request }, defaults: Defaults): Command {
  const root = quiet(new Command(program));
  root.helpInformation = () => overview(commands, program);
  root.version(`metalctl ${version()}`, '--version');
  addFlags(root, globalFlags);
  const helped = (help: string): never => {
    found.request = { help };
    throw new CommanderError(0, 'metalctl.help', '');
  };
  root.configureOutput({ writeOut: (text) => void helped(text), writeErr: () => undefined });
  root.action(() => void helped(overview(commands, program)));
  const areas = new Map<string, Command>();
  for (const command of commands) {
    const leaf = addCommand(root, areas, command, program);
    leaf.action(() => {
      found.request = requestOf(command, leaf, root, defaults);
    });
  }
  return root;
}

function addCommand(root: Command, areas: Map<string, Command>, command: CommandDef, program: string): Command {
  const words = command.name.split(' ');
  const parent = areaOf(root, areas, words.slice(0, -1), program);
  const leaf = quiet(parent.command(words.at(-1) ?? '', { hidden: command.hidden === true }));
  // A command may have others below it: `bmc logs` and `bmc logs clear`.
  areas.set(command.name, leaf);
  leaf.copyInheritedSettings(root).helpInformation = () => commandPage(command, program);
  for (const { placeholder, arity } of Object.values(command.args)) {
    const name = placeholder.toLowerCase();
    leaf.argument({ one: `<${name}>`, optional: `[${name}]`, some: `<${name}...>`, rest: `[${name}...]` }[arity]);
  }
  addFlags(leaf, command.flags);
  return leaf;
}

/** The parent of a command: `redfish task` of `redfish task list`, the root of `get`. */
function areaOf(root: Command, areas: Map<string, Command>, words: readonly string[], program: string): Command {
  const area = words.join(' ');
  const known = area === '' ? root : areas.get(area);
  if (known !== undefined) return known;
  const parent = areaOf(root, areas, words.slice(0, -1), program);
  const made = quiet(parent.command(words.at(-1) ?? '')).copyInheritedSettings(root);
  made.helpInformation = () => areaPage(area, commands, program);
  areas.set(area, made);
  return made;
}

const quiet = (command: Command): Command =>
  command
    .exitOverride()
    .helpOption('-h, --help')
    .helpCommand(false)
    .showSuggestionAfterError(false)
    .allowExcessArguments(false);

function addFlags(command: Command, flags: Readonly<Record<string, FlagDef>>): void {
  for (const [key, flag] of Object.entries(flags)) {
    for (const option of optionsOf(key, flag)) command.addOption(option);
  }
}

/** Texts are collected, not converted: values and defaults are `resolveFlags`' business. */
function optionsOf(key: string, flag: FlagDef): Option[] {
  const short = flag.short === undefined ? '' : `-${flag.short}, `;
  const long = `${short}--${flagName(key)}`;
  if (flag.type === 'toggle') return [new Option(long), new Option(`--no-${flagName(key)}`)];
  if (flag.type === 'count') return [counting(new Option(long))];
  const option = new Option(`${long} <value>`);
  return [option.argParser((text: string, before: unknown) => [...(Array.isArray(before) ? before : []), text])];
}

/** Commander calls a flag without a value with its `parseArg` too; the value is then the default. */
function counting(option: Option): Option {
  option.parseArg = ((_: unknown, before: unknown) => (typeof before === 'number' ? before : 0) + 1) as never;
  return option;
}

function requestOf(command: CommandDef, leaf: Command, root: Command, defaults: Defaults): Request {
  const names = Object.entries(command.args);
  const args = Object.fromEntries(
    names.map(([key, arg], at) => [key, leaf.processedArgs[at] ?? (arg.arity === 'rest' ? [] : undefined)]),
  );
  const given = root.opts() as Record<string, RawFlag>;
  const raw = { ...defaults.globals, ...rawFromEnvironment(globalFlags, process.env), ...given };
  if (Array.isArray(raw.dryRun) && raw.dryRun.at(-1) === '') raw.dryRun = [command.dryRun ?? 'client'];
  const globals = resolveFlags(globalFlags, raw) as unknown as Globals;
  if (globals.dryRun !== 'none' && command.dryRun === undefined) {
    throw new UserError('USAGE', `"${command.name}" has no dry run`, {
      why: 'nothing was changed',
      hint: 'leave --dry-run out',
    });
  }
  if (globals.plan && command.plans === undefined) {
    throw new UserError('USAGE', `"${command.name}" has no plan`, {
      why: 'nothing was changed',
      hint: command.dryRun === undefined ? 'leave --plan out' : '--dry-run shows what it would do',
    });
  }
  const flags = resolveFlags(command.flags, { ...defaults.commands[command.name], ...leaf.opts() });
  return { command, args, flags, globals, defaults };
}

// Started directly (`node --import tsx src/cli.ts`); bin/metalctl calls main itself.
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exit(await main(process.argv.slice(2)));
}
