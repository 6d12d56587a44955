/**
 * What the body of a command is given. This folder is the whole kit for bodies:
 *
 * - `run.out`      prints results to stdout in the form of `-o` (out.ts)
 * - `run.talk`     speaks on stderr: warnings, notes, hints, progress (talk.ts)
 * - `run.confirm`  asks before something is hard to undo (confirm.ts)
 * - `run.ports`    the ports the definition declared; `run.open(name)` builds another one when it turns out to be needed
 * - `run.namespace()`  the namespace to work in: `-n`, else the context's, else `default`
 * - `run.signal`   aborts on the first SIGINT or SIGTERM, and when stdout is closed: hand it to every port call
 * - `targets.ts`   turns NAME, `serial:…`, `-l`, `--field`, `--all` into Servers; `kinds.ts` turns words into kinds
 * - `each.ts`      does one thing to many targets, bounded, and sums up into one exit code
 *
 * A body parses, calls, prints, and returns the name of its exit code (nothing means OK). What went wrong it throws.
 */
import type { ExitName } from '../../../errors/exit.js';
import type { Ports, Wiring } from '../../../wiring.js';
import type { Defaults } from '../../defaults.js';
import type { ArgsOf, FlagsOf, NeedsOf, PortName } from '../../define.js';
import type { Globals } from '../../globals.js';
import type { Confirm } from './confirm.js';
import type { Out } from './out.js';
import type { Talk } from './talk.js';

export interface Run<C> {
  readonly args: ArgsOf<C>;
  readonly flags: FlagsOf<C>;
  readonly globals: Globals;
  readonly ports: Pick<Ports, NeedsOf<C>>;
  open<N extends PortName>(name: N): Promise<Ports[N]>;
  /** Another cluster than the one of the flags. */
  readonly openCluster: Wiring['openCluster'];
  /** The way into the cluster of the flags: its address and name. */
  readonly context: Wiring['context'];
  namespace(): Promise<string>;
  /** Serves the registry that probes report to. */
  readonly serveRegistry: Wiring['serveRegistry'];
  /** The listeners beside it. */
  readonly listeners: Wiring['listeners'];
  readonly out: Out;
  readonly talk: Talk;
  readonly confirm: Confirm;
  readonly signal: AbortSignal;
  /** Whether prompts and views may be shown (cli.md 7). */
  readonly isInteractive: boolean;
  /** Keys of views that the config binds otherwise, by their names: `discover.onboard`. */
  readonly keys: Defaults['keys'];
  /** Name the program was called by: `metalctl` or `kubectl metal`. */
  readonly program: string;
}

/** What a command needs of a run whatever it is: for helpers that work for several commands. */
export type AnyRun = Omit<Run<unknown>, 'args' | 'flags' | 'ports'>;

/** The default export of a body's module. */
export type Body = (run: Run<unknown>) => Promise<ExitName | undefined>;
