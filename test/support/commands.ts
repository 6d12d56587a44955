/** Real command lines over a small world: parsed, run and printed by the program's own code, with fakes for its ports. */
import { parse } from '../../src/cli.js';
import { createConfirm, type Question } from '../../src/commands/impl/kit/confirm.js';
import { createOut } from '../../src/commands/impl/kit/out.js';
import { formatOf } from '../../src/commands/impl/kit/session.js';
import type { Stream } from '../../src/commands/impl/kit/streams.js';
import { createTalk } from '../../src/commands/impl/kit/talk.js';
import { styleOf } from '../../src/lib/output/style.js';
import type { World } from './world.js';

export interface Said {
  readonly stdout: string;
  readonly stderr: string;
  /** Name of the exit code; undefined is success. */
  readonly exit: string | undefined;
}

const memory = (): Stream & { text: string } => ({
  text: '',
  isTTY: false,
  columns: undefined,
  async write(text) {
    this.text += text;
  },
  flush: async () => undefined,
});

/** Runs the words of a command; what it throws is thrown. The clock of the world goes on until it has ended. */
export async function runCommand(world: World, words: readonly string[]): Promise<Said> {
  const request = parse(words, 'metalctl');
  if ('help' in request) throw new Error(`no command: ${words.join(' ')}`);
  const { command, args, flags, globals } = request;
  const [stdout, stderr, style] = [memory(), memory(), styleOf(false, false)];
  const { clock, cluster, bmcs } = world;
  const talk = createTalk({ stream: stderr, style, quiet: false, form: 'none', clock });
  const times = { nowMs: clock.now().getTime(), utc: true };
  const out = createOut({ stream: stdout, style, format: formatOf(globals.output, command.formats), talk, times });
  const { signal } = new AbortController();
  const ports = { clock, cluster, bmc: bmcs, events: world.ports.events, log: world.ports.log };
  const run = {
    args,
    flags,
    globals,
    ports,
    open: async (name: keyof typeof ports) => ports[name],
    namespace: async () => globals.namespace ?? 'default',
    serveRegistry: async () => ({ ...world.probes, baseUrl: () => 'http://127.0.0.1:9', close: async () => undefined }),
    out,
    talk,
    // Whatever is asked is answered as the question wants it.
    confirm: (question: Question) =>
      createConfirm({ yes: true, confirm: question.typed, isInteractive: false, talk, signal })(question),
    signal,
    isInteractive: true,
    program: 'metalctl',
  };
  const body = (await command.run()) as { default: (run: unknown) => Promise<string | undefined> };
  const exit = await ending(world, body.default(run));
  return { stdout: stdout.text, stderr: stderr.text, exit };
}

/** Lets time pass for who waits on the clock of the world. */
export async function ending<T>({ clock }: World, work: Promise<T>): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  work.then(over, over);
  for (let turn = 0; turn < 20_000 && !isOver; turn += 1) await clock.tick(turn < 10 ? 0 : turn < 40 ? 500 : 5_000);
  if (!isOver) throw new Error('it has not ended after hours');
  return work;
}
