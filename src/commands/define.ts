/**
 * What a command is, as data. A definition is cheap to load: it names its words, arguments, flags and needs, and the
 * module with its body, which is imported only when the command runs. Help, completions and the reference are walks
 * over these definitions; `src/cli.ts` turns them into a parser.
 *
 * @example
 * export const cordon = defineCommand({
 *   name: 'cordon', group: 'Operate', stability: 'stable', summary: 'Keep new claims off Servers.',
 *   args: { servers: rest('SERVER', 'Servers to cordon.', 'servers') },
 *   flags: { reason: text('TEXT', 'Why, kept in an annotation.') },
 *   examples: [['metalctl cordon node-07 --reason "psu swap"', 'Claims already bound stay bound.']],
 *   needs: ['cluster'], exits: ['NOT_FOUND'],
 *   run: () => import('./impl/cordon.js'),        // default export: (run: Run<typeof cordon>) => Promise<ExitName | void>
 * });
 */
import type { ExitName } from '../errors/exit.js';
import type { ArgDef, FlagDef } from './flags.js';
import type { GroupName } from './groups.js';

/** The ports a body may ask for; built by `src/wiring.ts`, in this order, before the body runs. */
export type PortName = 'clock' | 'log' | 'cluster' | 'bmc' | 'shells' | 'identification' | 'search' | 'events';

export type Args = Readonly<Record<string, ArgDef>>;
export type Flags = Readonly<Record<string, FlagDef>>;

/** How much a script may rely on a command. `preview` is said in its help. */
export type Stability = 'stable' | 'preview';

export interface CommandDef<A extends Args = Args, F extends Flags = Flags, N extends PortName = PortName> {
  /** Words that call it: `get`, `power on`. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** Longer text of the help page: what the sentence cannot say. */
  readonly details?: string;
  /** Heading of the grouped help. */
  readonly group: GroupName;
  readonly stability: Stability;
  /** In the order they are written. Only the last may take several values. */
  readonly args: A;
  readonly flags: F;
  /** Three are shown: the command, and what it does. */
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  readonly needs: readonly N[];
  /** The cluster is opened by its first call, not before the body: a view stands before anything of the network is loaded. */
  readonly isLate?: boolean;
  /** What it can return beside OK, ERROR, USAGE and the signals. */
  readonly exits: readonly ExitName[];
  /** Commands worth knowing next. */
  readonly related?: readonly string[];
  /** Whether `--dry-run` is understood; otherwise giving it is a usage error. A bare `--dry-run` means this mode. */
  readonly dryRun?: 'client' | 'server';
  /**
   * Whether `--plan` is understood: `steps` runs the body and the reconcilers on recording ports and prints what they
   * would do; `own` bodies look at the flag themselves. Otherwise giving it is a usage error.
   */
  readonly plans?: 'steps' | 'own';
  /** Forms of `-o` beside those of every command. */
  readonly formats?: readonly ('junit' | 'mermaid' | 'dot')[];
  /** Absent from help and completion. */
  readonly hidden?: boolean;
  /**
   * Imports the module whose default export is the body. Typed loosely because the body's type is made from this
   * definition (`Run<typeof command>`), and TypeScript refuses the circle; a test loads every body.
   */
  readonly run: () => Promise<unknown>;
}

/** Declares a command; the identity function, for its inference. */
export const defineCommand = <const A extends Args, const F extends Flags, const N extends PortName>(
  def: CommandDef<A, F, N>,
): CommandDef<A, F, N> => def;

/** Values of the arguments of a command, by their names in `args`. */
export type ArgsOf<C> = C extends { args: infer A } ? { readonly [K in keyof A]: ValueOf<A[K]> } : never;
/** Values of the flags of a command, by their names in `flags`. */
export type FlagsOf<C> = C extends { flags: infer F } ? { readonly [K in keyof F]: ValueOf<F[K]> } : never;
/** The ports a command declared. */
export type NeedsOf<C> = C extends { needs: readonly (infer N)[] } ? N & PortName : never;

type ValueOf<D> = D extends { __type?: infer T } ? T : never;
