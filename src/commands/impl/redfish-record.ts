/** Body of `redfish record`: the command as a process of its own, told by the environment where to write. */
import { spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../../errors/classes.js';
import { Exit, type ExitName } from '../../errors/exit.js';
import { environmentName } from '../flags.js';
import { commands } from '../index.js';
import type { redfishRecordCommand } from '../redfish-record.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof redfishRecordCommand>): Promise<ExitName> {
  const folder = resolve(run.args.dir);
  const [program = '', ...words] = lineOf(run.args.command);
  const code = await ended(run, program, words, { [environmentName('traceRedfish')]: folder });
  const files = await filesIn(folder);
  if (files.length === 0) run.talk.warn('the command asked no BMC: nothing was recorded');
  run.talk.note(`Recorded in ${folder}: ${files.join(', ') || 'nothing'}`);
  run.talk.hint(`Next: metalctl redfish replay ${run.args.dir}`);
  return code;
}

/** Words of this program run as this very program; anything else is started as it is. */
function lineOf(command: readonly string[]): string[] {
  const [first = '', ...rest] = command;
  const words = /^(metalctl|kubectl-metal)$/.test(first) ? rest : command;
  const isOurs = words !== command || commands.some(({ name }) => name.split(' ')[0] === first);
  return isOurs ? [process.execPath, ...process.execArgv, process.argv[1] ?? '', ...words] : [...command];
}

async function ended(
  run: Run<typeof redfishRecordCommand>,
  program: string,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ExitName> {
  const child = spawn(program, words, { stdio: 'inherit', env: { ...process.env, ...env } });
  const stop = (): void => void child.kill('SIGINT');
  run.signal.addEventListener('abort', stop, { once: true });
  try {
    const code = await new Promise<number>((done, fail) => {
      child.once('error', fail);
      child.once('close', (status, signal) => done(status ?? (signal === 'SIGTERM' ? Exit.SIGTERM : Exit.SIGINT)));
    });
    return (Object.entries(Exit).find(([, value]) => value === code)?.[0] ?? 'ERROR') as ExitName;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new UserError('FILE_NOT_FOUND', `${program} cannot be started`, {
      why: code === 'ENOENT' ? 'there is no such program' : message,
      hint: 'metalctl redfish record DIR -- bmc info NAME',
    });
  } finally {
    run.signal.removeEventListener('abort', stop);
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => name.endsWith('.jsonl'))
      .map(async (name) => ({ name, size: (await stat(join(folder, name))).size })),
  );
  return found.filter(({ size }) => size > 0).map(({ name }) => name);
}
