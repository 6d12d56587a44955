/** Body of `demo`: runs the story's commands as processes of this very program, and compares their exit codes. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../errors/classes.js';
import { Exit, type ExitName } from '../../errors/exit.js';
import type { demoCommand } from '../demo.js';
import { type Chapter, ignition, type Place, story } from './demo-story.js';
import type { Run } from './kit/run.js';

type DemoRun = Run<typeof demoCommand>;

interface Step {
  readonly title: string;
  readonly command: string;
  readonly ok: boolean;
  readonly exit: number;
  readonly seconds: number;
}

export default async function (run: DemoRun): Promise<ExitName | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'metalctl-demo-'));
  const stage = new Stage(run, folder);
  try {
    const steps = await stage.play();
    if (run.signal.aborted) {
      stage.say(`\nStopped in the middle. ${run.flags.keep ? '' : 'The sandbox and its files go with it.'}`.trimEnd());
      run.signal.throwIfAborted();
    }
    const ok = steps.every((step) => step.ok);
    if (run.out.isMachine) await run.out.document({ kind: 'Demo', ok, steps }, () => '');
    else
      stage.say(
        `\n${ok ? 'That was the main job.' : 'The story did not go as told.'} ${steps.length} commands in ${total(steps)}s.`,
      );
    return ok ? 'OK' : 'ERROR';
  } finally {
    await stage.leave();
    if (!run.flags.keep) await rm(folder, { recursive: true, force: true });
  }
}

const total = (steps: readonly Step[]): string => steps.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(1);

class Stage {
  readonly #run: DemoRun;
  readonly #folder: string;
  readonly #steps: Step[] = [];
  /** What chapters kept for later ones. */
  readonly #kept = new Map<string, string>();
  #isUp = false;

  constructor(run: DemoRun, folder: string) {
    this.#run = run;
    this.#folder = folder;
  }

  async play(): Promise<Step[]> {
    const place = await this.#raise();
    await writeFile(place.ignitionFile, JSON.stringify(ignition));
    for (const chapter of story(place)) {
      if (this.#run.signal.aborted) break;
      await this.#tell(chapter, place);
      if (!this.#steps.at(-1)?.ok) break;
    }
    if (this.#run.flags.keep)
      this.say(
        `\nThe sandbox stays: export KUBECONFIG=${place.kubeconfig}   stop it: metalctl sandbox down --data ${place.data}`,
      );
    return this.#steps;
  }

  /** The narrator: on stdout for people, on stderr when stdout is for a document. */
  say(text: string): void {
    (this.#run.out.isMachine ? process.stderr : process.stdout).write(`${text}\n`);
  }

  async leave(): Promise<void> {
    if (!this.#isUp || this.#run.flags.keep) return;
    await this.#execute(['sandbox', 'down', '--data', this.#data], {}, 'ignore');
    this.#isUp = false;
  }

  get #data(): string {
    return join(this.#folder, 'sandbox');
  }

  /** Starts the sandbox in the background and waits until it says where it is. */
  async #raise(): Promise<Place> {
    const { servers, speed } = this.#run.flags;
    const args = [
      'sandbox',
      'up',
      '--data',
      this.#data,
      '--ephemeral',
      '--servers',
      String(servers),
      '--vendors',
      'dell,hpe,lenovo,supermicro',
      '--speed',
      speed,
      '--bmc-network',
      freeBlock(),
      '--bmc-port',
      '0',
    ];
    this.say(
      `# A cluster and ${servers} machines of four vendors, in one process on this computer\n$ metalctl ${args.join(' ')}`,
    );
    const started = performance.now();
    const child = spawn(process.execPath, [program(), ...args, '-o', 'jsonl', '--quiet'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    const line = await firstLine(child.stdout);
    child.stdout.destroy();
    child.unref();
    if (line === undefined)
      throw new UserError('SANDBOX_NOT_RUNNING', 'the sandbox did not start', { why: 'its own message is above' });
    this.#isUp = true;
    this.#note('A cluster and its machines', args, Exit.OK, true, started);
    const { kubeconfig, apiUrl, bmcs, ca, bmcPasswordFile } = JSON.parse(line) as SandboxDocument;
    this.say(`API ${apiUrl}, BMCs ${bmcs.first} … ${bmcs.last}`);
    const { hostname, port } = new URL(bmcs.first);
    return {
      data: this.#data,
      kubeconfig,
      ca,
      passwordFile: bmcPasswordFile,
      cidr: `${hostname.replace(/\.\d+$/, '.0')}/${32 - Math.max(3, Math.ceil(Math.log2(servers + 2)))}`,
      bmcPort: port,
      ignitionFile: join(this.#folder, 'demo.ign'),
    };
  }

  async #tell(chapter: Chapter, place: Place): Promise<void> {
    const { title, exit = Exit.OK, keepsAs } = chapter;
    const args = chapter.args.map((word) => this.#kept.get(word) ?? word);
    const line = `metalctl ${(chapter.shown ?? chapter.args).map(quoted).join(' ')}`;
    this.say(`\n# ${title}\n$ ${keepsAs === undefined ? line : `${keepsAs}=$(${line}); echo "$${keepsAs}"`}`);
    const started = performance.now();
    const env = {
      KUBECONFIG: place.kubeconfig,
      METALCTL_STATE_DIR: join(this.#folder, 'state'),
      METALCTL_BMC_CA: place.ca,
    };
    const output = keepsAs !== undefined ? 'pipe' : this.#run.out.isMachine ? 2 : 'inherit';
    const { code, text } = await this.#execute(args, env, output);
    if (keepsAs !== undefined) {
      this.#kept.set(`$${keepsAs}`, text.trim());
      this.say(text.trim());
    }
    this.#note(title, args, code, code === exit, started);
    if (code !== exit && !this.#run.signal.aborted) this.say(`(exit ${code}, expected ${exit})`);
  }

  #note(title: string, args: readonly string[], exit: number, ok: boolean, started: number): void {
    const seconds = Math.round((performance.now() - started) / 10) / 100;
    this.#steps.push({ title, command: `metalctl ${args.map(quoted).join(' ')}`, ok, exit, seconds });
  }

  /** Runs a command of the story; what it printed is collected with `pipe` only. */
  #execute(
    args: readonly string[],
    env: Record<string, string>,
    output: 'inherit' | 'ignore' | 'pipe' | 2,
  ): Promise<{ code: number; text: string }> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [program(), ...args], {
        env: { ...process.env, ...env },
        stdio: ['ignore', output, output === 'ignore' ? 'ignore' : 'inherit'],
      });
      let text = '';
      child.stdout?.on('data', (chunk) => {
        text += String(chunk);
      });
      child.on('error', reject);
      child.on('close', (code) => resolve({ code: code ?? Exit.ERROR, text }));
    });
  }
}

interface SandboxDocument {
  readonly kubeconfig: string;
  readonly apiUrl: string;
  readonly bmcs: { readonly first: string; readonly last: string };
  readonly ca: string;
  readonly bmcPasswordFile: string;
}

/** The program that runs, so that the story is told by the same build. */
const program = (): string => process.argv[1] ?? '';

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : /^\$\w+$/.test(word) ? `"${word}"` : `'${word}'`;

/** A block of loopback addresses of its own, so that two demos do not meet. */
const freeBlock = (): string => `127.${64 + (process.pid % 128)}.${Math.floor(process.pid / 128) % 250}.0`;

async function firstLine(stream: NodeJS.ReadableStream): Promise<string | undefined> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.includes('\n')) return text.slice(0, text.indexOf('\n'));
  }
  return undefined;
}
