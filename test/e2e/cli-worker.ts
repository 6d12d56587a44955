/**
 * The built program, loaded once and run many times: one process that takes command lines over IPC and answers what each
 * printed, its exit code and its processor time. Streams are no terminals. What needs a process of its own (signals,
 * pipes, a crash) is `cli-process.ts`' business; this is for long tables of command lines.
 */
import { spawn } from 'node:child_process';
import type { Ended } from './cli-process.js';

export interface Answered extends Ended {
  /** Seconds of processor, of this process. */
  readonly cpu: number;
}

export interface Worker {
  run(words: readonly string[], env?: NodeJS.ProcessEnv): Promise<Answered>;
  close(): Promise<void>;
}

const program = new URL('../../dist/cli.js', import.meta.url).href;

/** Runs inside the child: its streams are collected instead of written, and its environment is each line's own. */
const source = `
process.setMaxListeners(0);
for (const stream of [process.stdout, process.stderr]) stream.setMaxListeners(0);
const { main } = await import(${JSON.stringify(program)});
const said = {};
for (const name of ['stdout', 'stderr'])
  process[name].write = (chunk, encoding, done) => {
    said[name] += chunk;
    const then = typeof encoding === 'function' ? encoding : done;
    if (then !== undefined) setImmediate(then);
    return true;
  };
process.on('message', async ({ words, env }) => {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  Object.assign(said, { stdout: '', stderr: '' });
  const before = process.cpuUsage();
  const code = await main(words, 'metalctl');
  const { user, system } = process.cpuUsage(before);
  process.send({ code, ...said, cpu: (user + system) / 1e6 });
});
process.send('ready');
`;

/** Starts it with the environment every line gets. */
export async function startWorker(environment: NodeJS.ProcessEnv): Promise<Worker> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const answer = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const ended = (code: number | null): void => reject(new Error(`the worker ended with ${code}`));
      child.once('exit', ended).once('message', (message) => {
        child.off('exit', ended);
        resolve(message);
      });
    });
  await answer();
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (words, env = {}) => {
      const mine = last.then(() => {
        const answered = answer();
        child.send({ words, env: { ...environment, ...env } });
        return answered as Promise<Answered>;
      });
      last = mine.catch(() => undefined);
      return mine;
    },
    close: async () => {
      if (child.exitCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
  };
}
