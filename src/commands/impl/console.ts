/** Body of `console`: ssh between two filters, keys one way and screen the other. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { UserError } from '../../errors/classes.js';
import { neutraliseLines } from '../../lib/sanitize.js';
import { systemUri } from '../../ports/bmc.js';
import { type Askpass, openAskpass } from '../../ssh/askpass.js';
import {
  checkSsh,
  knownFingerprints,
  knownHostsFile,
  prepareKnownHosts,
  type SshPlace,
  sshArguments,
  sshFailure,
  sshMissing,
} from '../../ssh/program.js';
import type { consoleCommand } from '../console.js';
import { Keys } from './console-keys.js';
import { consolePlace } from './console-place.js';
import { Screen, withoutSequences } from './console-screen.js';
import { type BmcPlace, placeOfServer } from './kit/bmc-places.js';
import type { Run } from './kit/run.js';
import { serverTargets } from './kit/targets.js';

type ConsoleRun = Run<typeof consoleCommand>;

export default async function (run: ConsoleRun): Promise<void> {
  const { flags } = run;
  refuse(run);
  const [server] = await serverTargets(run, run.ports.cluster, { names: [run.args.server] });
  if (server === undefined) throw new UserError('NOT_FOUND', `no server is called ${run.args.server}`);
  const place = await placeOfServer(run, server);
  if (flags.protocol === 'kvm-url') {
    const { url } = place.access;
    return run.out.document({ kind: 'ConsoleUrl', server: server.metadata.name, url: `${url}/` }, () => `${url}/\n`);
  }
  await checkSsh();
  const found = await consolePlace(place, flags.serialConsoleNumber);
  const knownHosts = knownHostsFile(flags.knownHostsFile);
  await prepareKnownHosts(knownHosts);
  const ssh: SshPlace = { ...found, user: place.access.username, knownHosts };
  const askpass = await openAskpass(place.access.password);
  const name = server.metadata.name;
  run.talk.note(
    `Connecting to ${name} (${ssh.host}, SSH${ssh.command === undefined ? '' : `, ${ssh.command}`}). ${leaving(flags)}`,
  );
  try {
    await hold(run, place, { name, ssh, askpass, system: found.system });
  } finally {
    await askpass.close();
  }
}

const leaving = ({ escape: key, readOnly }: ConsoleRun['flags']): string =>
  readOnly ? 'Ctrl-C leaves.' : key === 'none' ? 'It ends with the connection.' : `Leave with Enter, then ${key}.`;

/** @throws UserError USAGE · NEEDS_INPUT */
function refuse({ flags, isInteractive }: ConsoleRun): void {
  if (flags.skipHostKeyValidation) {
    throw new UserError('USAGE', 'host keys are always checked', { hint: 'metalctl bmc hostkey accept BMC' });
  }
  if (flags.escape !== 'none' && !/^[!-~]$/.test(flags.escape)) {
    throw new UserError('USAGE', `--escape ${flags.escape} is not one character`, { hint: '--escape ~, or none' });
  }
  if (flags.serialConsoleNumber === 0) {
    throw new UserError('USAGE', 'serial consoles are counted from 1', { hint: '--serial-console-number 1' });
  }
  if (flags.protocol !== 'kvm-url' && !flags.readOnly && !isInteractive) {
    throw new UserError('NEEDS_INPUT', 'a console needs a terminal', {
      hint: ['--read-only   watches without one', '--protocol kvm-url'],
    });
  }
}

interface Held {
  readonly name: string;
  readonly ssh: SshPlace;
  readonly askpass: Askpass;
  readonly system: string;
}

async function hold(run: ConsoleRun, place: BmcPlace, held: Held): Promise<void> {
  const outputs = openOutputs(run);
  const child = spawn('ssh', sshArguments(held.ssh), {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...held.askpass.env },
  });
  let said = '';
  let hasLeft = false;
  const leave = (): void => {
    hasLeft = true;
    child.kill('SIGTERM');
  };
  child.stdin.on('error', () => undefined);
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-8_000);
  });
  const screen = new Screen();
  const decoder = new StringDecoder('utf8');
  child.stdout.on('data', (chunk: Buffer) => outputs.write(screen.shown(decoder.write(chunk))));
  run.signal.addEventListener('abort', leave, { once: true });
  const keys = run.flags.readOnly ? undefined : readKeys(run, place, held, child, leave);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', (cause) => reject(sshMissing('ssh', cause)));
      child.once('close', (status) => resolve(status ?? 255));
    });
    if (code !== 255 || hasLeft) return;
    const known = /host key|HOST IDENTIFICATION/i.test(said) ? await knownFingerprints(held.ssh) : '';
    throw sshFailure(said, place.name, held.ssh, known);
  } finally {
    keys?.();
    outputs.close();
    run.signal.removeEventListener('abort', leave);
  }
}

/** Raw keys to ssh until the returned function is called, which gives the terminal back. */
function readKeys(
  run: ConsoleRun,
  place: BmcPlace,
  { name, system }: Held,
  child: ChildProcess,
  leave: () => void,
): () => void {
  const keys = new Keys(run.flags.escape === 'none' ? '' : run.flags.escape);
  const { stdin } = process;
  let answer: ((char: string) => void) | undefined;
  const say = (text: string): void => void process.stderr.write(`\r\n${text}\r\n`);
  const reset = async (): Promise<void> => {
    say(`Restart server/${name} at once? [y/N]`);
    const char = await new Promise<string>((resolve) => {
      answer = resolve;
    });
    answer = undefined;
    if (!/^y$/i.test(char)) {
      say('not restarted');
      return;
    }
    await place.bmc.reset(systemUri(system), 'ForceRestart');
    say('restart sent');
  };
  const onData = (text: string): void => {
    if (answer !== undefined) {
      answer(text);
      return;
    }
    for (const event of keys.typed(text)) {
      if ('send' in event) child.stdin?.write(event.send);
      else if (event.do === 'leave') leave();
      else if (event.do === 'help') say(help(run.flags.escape));
      else reset().catch((error: Error) => say(`not restarted: ${neutraliseLines(error.message)}`));
    }
  };
  const restore = (): void => void stdin.setRawMode?.(false);
  stdin.setRawMode?.(true);
  process.once('exit', restore);
  stdin.setEncoding('utf8').on('data', onData).resume();
  return () => {
    restore();
    process.off('exit', restore);
    stdin.off('data', onData).pause();
  };
}

const help = (key: string): string =>
  [`${key}.  leave`, `${key}B  send a break`, `${key}R  restart the server`, `${key}${key}  send ${key}`].join('\r\n');

/** The screen, and what is kept of it. Files are made anew, for their owner alone. */
function openOutputs(run: ConsoleRun): { write(text: string): void; close(): void } {
  const { record, save } = run.flags;
  const open = (path: string, flag: string): number => {
    try {
      return openSync(path, 'wx', 0o600);
    } catch (cause) {
      throw new UserError('USAGE', `${flag} ${path} cannot be written`, { why: (cause as Error).message, cause });
    }
  };
  const cast = record === undefined ? undefined : open(record, '--record');
  const log = save === undefined ? undefined : open(save, '--save');
  const startedMs = performance.now();
  const { columns = 80, rows = 24, isTTY } = process.stdout;
  if (cast !== undefined)
    writeSync(
      cast,
      `${JSON.stringify({ version: 2, width: columns, height: rows, timestamp: Math.floor(Date.now() / 1000) })}\n`,
    );
  return {
    write: (text) => {
      if (text === '') return;
      // A pipe gets words: nothing there draws a screen.
      process.stdout.write(isTTY ? text : neutraliseLines(withoutSequences(text)));
      if (cast !== undefined)
        writeSync(cast, `${JSON.stringify([(performance.now() - startedMs) / 1000, 'o', text])}\n`);
      if (log !== undefined) writeSync(log, text);
    },
    close: () => {
      for (const file of [cast, log]) if (file !== undefined) closeSync(file);
    },
  };
}
