/** Puts the kit together for one run of one command: streams, style, talk, out, ports, confirmation. */
import { UserError } from '../../../errors/classes.js';
import { nearest } from '../../../lib/nearest.js';
import { type Format, isMachine, parseFormat } from '../../../lib/output/format.js';
import { decideStyle, type Style } from '../../../lib/output/style.js';
import type { Clock } from '../../../ports/clock.js';
import { type LogLevel, logTopics } from '../../../ports/log.js';
import { wasLeftOpen } from '../../../ui/shared/marker.js';
import { realClock } from '../../../wiring/clock.js';
import { createLog } from '../../../wiring/log.js';
import { createWiring, type Ports, type Wiring } from '../../../wiring.js';
import type { Defaults } from '../../defaults.js';
import type { CommandDef, PortName } from '../../define.js';
import type { Globals } from '../../globals.js';
import { createConfirm } from './confirm.js';
import { serverKind } from './kinds.js';
import { lateCluster } from './late-cluster.js';
import { logFile } from './log-file.js';
import { createOut } from './out.js';
import { pagerOf } from './pager.js';
import type { Run } from './run.js';
import { type Stream, streamOf } from './streams.js';
import { createTalk, type ProgressForm, type Talk } from './talk.js';

export interface SessionInput {
  readonly command: CommandDef;
  readonly args: Readonly<Record<string, unknown>>;
  readonly flags: Readonly<Record<string, unknown>>;
  readonly globals: Globals;
  readonly defaults: Defaults;
  readonly program: string;
  readonly signal: AbortSignal;
  readonly version: string;
}

/** A run, ready for the body, and how to end it. */
export interface Session {
  readonly run: Run<unknown>;
  /** How many warnings were given so far. */
  warnings(): number;
  close(): Promise<void>;
}

/** Where a run takes place: what it writes to, what it works with, what it knows of its environment. */
export interface Surroundings {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  /** Whether questions can be asked (cli.md 7). */
  readonly isInteractive: boolean;
  wiring(warn: (text: string) => void): Wiring;
}

/** A run of this process. @throws UserError of a bad `-o`; whatever building the declared ports throws. */
export async function openSession(input: SessionInput): Promise<Session> {
  const clock = realClock();
  const stderr = streamOf(process.stderr);
  return sessionIn(input, {
    stdout: streamOf(process.stdout),
    stderr,
    clock,
    env: process.env,
    isInteractive: mayInteract(input.globals, stderr),
    wiring: (warn) => wiringFor(input, clock, stderr, warn),
  });
}

/** A run anywhere: tests have streams and ports of their own. */
export async function sessionIn(input: SessionInput, around: Surroundings): Promise<Session> {
  const { command, globals } = input;
  const { stdout, stderr, clock, env, isInteractive } = around;
  let warnings = 0;
  const told = createTalk({
    stream: stderr,
    style: styleFor(globals, stderr, env),
    quiet: globals.quiet,
    form: progressForm(globals, stderr, env),
    clock,
  });
  const talk: Talk = {
    ...told,
    warn: (text) => {
      warnings += 1;
      told.warn(text);
    },
  };
  if (stderr.isTTY && wasLeftOpen()) {
    talk.note('A view was killed here before it could give the terminal back. If it looks wrong: reset');
  }
  const format = formatOf(globals.output, command.formats);
  const times = { nowMs: nowMs(clock, env), utc: globals.utc || globals.timeFormat === 'rfc3339' };
  const out = createOut({
    stream: stdout,
    style: styleFor(globals, stdout, env),
    format,
    talk,
    times,
    headers: globals.headers !== false,
    savedColumns: input.defaults.columns,
    canRedraw: env.TERM !== 'dumb' && !globals.accessible && !isAccessible(env),
    pager: pagerOf(globals.pager, stdout),
  });
  const wiring = around.wiring(talk.warn);
  const { yes, confirm } = globals;
  const run = {
    args: input.args,
    flags: input.flags,
    globals,
    ports: await portsFor(command, wiring),
    open: wiring.open,
    openCluster: wiring.openCluster,
    context: wiring.context,
    namespace: wiring.namespace,
    serveRegistry: wiring.serveRegistry,
    listeners: wiring.listeners,
    out,
    talk,
    confirm: createConfirm({
      yes,
      confirm,
      isInteractive,
      talk,
      signal: input.signal,
      safety: input.defaults.safety,
      fleetSize: async () =>
        (await (await wiring.open('cluster')).list(serverKind, { signal: input.signal })).items.length,
    }),
    signal: input.signal,
    isInteractive,
    keys: input.defaults.keys,
    program: input.program,
  };
  return { run: run as unknown as Run<unknown>, warnings: () => warnings, close: () => wiring.close() };
}

async function portsFor(command: CommandDef, wiring: Wiring): Promise<Partial<Ports>> {
  const entries: [PortName, unknown][] = [];
  for (const name of command.needs) {
    const isLate = name === 'cluster' && command.isLate === true;
    entries.push([name, isLate ? lateCluster(() => wiring.open('cluster')) : await wiring.open(name)]);
  }
  return Object.fromEntries(entries);
}

function wiringFor(input: SessionInput, clock: Clock, stderr: Stream, warn: (text: string) => void): Wiring {
  const { globals } = input;
  const log = createLog({
    level: levelOf(globals),
    topics: topicsOf(process.env.METALCTL_DEBUG),
    form: globals.logFormat,
    clock,
    write: globals.logFile === undefined ? (line) => void stderr.write(line) : logFile(globals.logFile),
  });
  return createWiring({
    ...globals,
    requestTimeoutMs: globals.requestTimeout,
    bmcTimeoutMs: globals.bmcTimeout,
    userAgent: `metalctl/${input.version}`,
    clock,
    log,
    warn,
  });
}

/** `METALCTL_NOW` stands still, so that two runs print the same. */
function nowMs(clock: Clock, env = process.env): number {
  const fixed = Date.parse(env.METALCTL_NOW ?? '');
  return Number.isNaN(fixed) ? clock.now().getTime() : fixed;
}

/** `--log-level`, else `-v` info, `-vv` debug, `-vvv` trace, else warnings; with `-q` errors only. */
function levelOf({ logLevel, verbose, quiet }: Globals): LogLevel {
  if (logLevel !== undefined) return logLevel;
  if (quiet) return 'error';
  return (['warn', 'info', 'debug', 'trace'] as const)[Math.min(verbose, 3)] ?? 'warn';
}

/** `METALCTL_DEBUG=redfish,kube`. @throws UserError USAGE for a topic nobody logs about */
function topicsOf(text = ''): readonly string[] {
  const topics = text.split(',').filter((topic) => topic !== '');
  const unknown = topics.find((topic) => !logTopics.some((each) => each === topic));
  if (unknown === undefined) return topics;
  throw new UserError('USAGE', `METALCTL_DEBUG does not know "${unknown}"`, {
    why: `known: ${logTopics.join(', ')}`,
    hint: `METALCTL_DEBUG=${nearest(unknown, logTopics)[0] ?? logTopics.join(',')}`,
  });
}

/** Forms that only some commands have. */
const notForAll: Readonly<Record<string, { readonly what: string; readonly hint: string }>> = {
  junit: { what: 'commands that check', hint: 'metalctl doctor -o junit' },
  mermaid: { what: 'graphs', hint: 'metalctl tree server/NAME -o mermaid' },
  dot: { what: 'graphs', hint: 'metalctl tree server/NAME -o dot' },
};

/** @throws UserError USAGE */
export function formatOf(text: string, more: readonly string[] = []): Format {
  const parsed = parseFormat(text);
  const special = 'format' in parsed ? notForAll[parsed.format.kind] : undefined;
  if (special !== undefined && !more.includes(text)) {
    throw new UserError('USAGE', `-o ${text} is for ${special.what}`, { hint: special.hint });
  }
  if ('format' in parsed) return parsed.format;
  throw new UserError('USAGE', parsed.problem, parsed.nearest === undefined ? {} : { hint: `-o ${parsed.nearest}` });
}

/** Whether errors are JSON lines: known before anything else was checked. */
export function wantsJson(output: string): boolean {
  const parsed = parseFormat(output);
  return 'format' in parsed && isMachine(parsed.format);
}

export const styleFor = (
  { color, accessible }: Pick<Globals, 'color' | 'accessible'>,
  stream: Stream,
  env = process.env,
): Style => decideStyle({ color, accessible: accessible || isAccessible(env), isTTY: stream.isTTY, env });

const isAccessible = (env = process.env): boolean =>
  (env.ACCESSIBLE !== undefined && !['', '0', 'false'].includes(env.ACCESSIBLE)) || env.INK_SCREEN_READER === 'true';

const isCi = (env = process.env): boolean => env.CI !== undefined && !['', '0', 'false'].includes(env.CI);

function mayInteract({ interactive }: Globals, stderr: Stream): boolean {
  if (interactive === false) return false;
  return stderr.isTTY && process.stdin.isTTY === true && process.env.TERM !== 'dumb' && !isCi();
}

function progressForm({ progress, accessible }: Globals, stderr: Stream, env: NodeJS.ProcessEnv): ProgressForm {
  if (progress !== 'auto') return progress;
  return stderr.isTTY && !isCi(env) && !accessible && !isAccessible(env) && env.TERM !== 'dumb' ? 'bar' : 'plain';
}
