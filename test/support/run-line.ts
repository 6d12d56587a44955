/**
 * One command line in this process: parsed as the program parses it, its body run on streams, a clock and ports of the
 * test. What a person reads on a terminal of any width comes out as text; no process, no socket.
 */
import { parse } from '../../src/cli.js';
import { runBody } from '../../src/commands/impl/kit/body.js';
import { errorJson, errorText, viewOf } from '../../src/commands/impl/kit/errors.js';
import { sessionIn, styleFor } from '../../src/commands/impl/kit/session.js';
import { isMetalError } from '../../src/errors/classes.js';
import { Exit } from '../../src/errors/exit.js';
import type { Clock } from '../../src/ports/clock.js';
import type { Cluster } from '../../src/ports/cluster.js';
import type { Ports, Wiring } from '../../src/wiring.js';

export interface LineOptions {
  /** Ports by name; `cluster` may be the fake one. */
  readonly ports: { readonly clock: Clock; readonly cluster?: Cluster } & { readonly [name: string]: unknown };
  /** Other clusters, by the context that names them. */
  readonly contexts?: Readonly<Record<string, Ports['cluster']>>;
  /** What a local driver serves to probes. */
  readonly registry?: Awaited<ReturnType<Wiring['serveRegistry']>>;
  /** Columns of the terminal; absent: pipes. */
  readonly columns?: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly isInteractive?: boolean;
  readonly signal?: AbortSignal;
  /** Lines of the terminal. */
  readonly rows?: number;
  /** Told everything written to stdout, as it is written. */
  readonly drawn?: (text: string) => void;
  /** Told everything said on stderr, as it is said. */
  readonly heard?: (text: string) => void;
}

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Words of a line; quotes hold words together. */
export const wordsOf = (line: string): string[] =>
  (line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []).map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));

export async function runLine(line: string | readonly string[], options: LineOptions): Promise<Said> {
  const said = { stdout: '', stderr: '' };
  const { columns, env = { LANG: 'C.UTF-8' }, ports, signal = new AbortController().signal } = options;
  const streamOf = (name: 'stdout' | 'stderr') => ({
    isTTY: columns !== undefined,
    columns,
    rows: options.rows,
    write: async (text: string) => {
      said[name] += text;
      (name === 'stderr' ? options.heard : options.drawn)?.(text);
    },
    flush: async () => undefined,
  });
  // A pager would draw on the terminal of the test.
  const request = parse([...(typeof line === 'string' ? wordsOf(line) : line), '--pager=never'], 'metalctl');
  if ('help' in request) return { code: Exit.OK, stdout: request.help, stderr: '' };
  const [stdout, stderr] = [streamOf('stdout'), streamOf('stderr')];
  const around = { stdout, stderr, clock: ports.clock, env, isInteractive: options.isInteractive ?? false };
  try {
    const session = await sessionIn(
      { ...request, program: 'metalctl', signal, version: '0.0.0' },
      { ...around, wiring: () => wiringOf(options) },
    );
    const exit = await runBody(session.run, request.command);
    return { code: Exit[exit ?? 'OK'], ...said };
  } catch (error) {
    // As the program has it: a signal is the cause of what it broke, not a failure.
    const isAbort = error === signal.reason || (error instanceof Error && error.name === 'AbortError');
    if (signal.aborted && isAbort) return { code: Exit.SIGINT, ...said };
    if (!isMetalError(error)) throw error;
    const view = viewOf(error);
    const isJson = /^(json|yaml|jsonl)/.test(request.globals.output);
    const text = isJson ? errorJson(view) : errorText(view, styleFor(request.globals, stderr, env), 'metalctl');
    return { code: view.exit, stdout: said.stdout, stderr: said.stderr + text };
  }
}

/** The ports that were given, and nothing else. */
function wiringOf({ ports, registry, contexts = {} }: LineOptions): Wiring {
  const absent = (what: string) => async (): Promise<never> => {
    throw new Error(`this run has no ${what}`);
  };
  return {
    open: async (name) => {
      if (ports[name] === undefined) return absent(name)();
      return ports[name] as Ports[typeof name];
    },
    openCluster: async ({ context = '' }) => contexts[context] ?? absent(`context "${context}"`)(),
    context: absent('context'),
    namespace: async () => 'default',
    serveRegistry: registry === undefined ? absent('registry') : async () => registry,
    listeners: absent('listeners'),
    close: async () => undefined,
  };
}
