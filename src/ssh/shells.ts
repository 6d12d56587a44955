/**
 * One command in the shell of a BMC: ssh, the password through an askpass program, and what its end means. A connection
 * that breaks after the login is what a restart looks like; one that breaks before has run nothing.
 */
import { spawn } from 'node:child_process';
import { PermanentError, TransientError } from '../errors/classes.js';
import { neutralise } from '../lib/sanitize.js';
import type { BmcAccess } from '../ports/bmc.js';
import type { BmcShells } from '../ports/bmc-shell.js';
import type { Clock } from '../ports/clock.js';
import { type Askpass, openAskpass } from './askpass.js';
import {
  checkedHost,
  checkSsh,
  knownFingerprints,
  knownHostsFile,
  type SshPlace,
  sshArguments,
  sshFailure,
  sshMissing,
} from './program.js';

export interface ShellOptions {
  readonly clock: Clock;
  /** Default: those that `metalctl bmc hostkey accept` keeps in the state directory. */
  readonly knownHosts?: string | undefined;
  readonly port?: number;
  /** Told of every command that was run, or may have been. */
  readonly trace?: (entry: ShellTrace) => void;
}

/** As an exchange over Redfish is told. */
export interface ShellTrace {
  readonly bmc: string;
  readonly method: 'SSH';
  readonly uri: string;
  /** Exit status of the command. */
  readonly status?: number;
  readonly failure?: string;
  readonly durationMs: number;
  readonly bytesIn: number;
}

/** Below the two minutes a visit may take: its end must be heard. */
const deadlineMs = 90_000;
/** More than any answer to a restart; the rest is not kept. */
const keptBytes = 8_000;

export function createShells(options: ShellOptions): BmcShells {
  let checked: Promise<void> | undefined;
  return {
    run: async (access, command) => {
      checked ??= checkSsh();
      await checked.catch((error: unknown) => {
        // Somebody may install it while a daemon runs.
        checked = undefined;
        throw error;
      });
      await runIn(placeOf(access, command, options), access, options);
    },
  };
}

/** @throws PermanentError SPEC_INVALID for an address that ssh could read as something else */
function placeOf({ id, url, username }: BmcAccess, command: string, { knownHosts, port = 22 }: ShellOptions): SshPlace {
  try {
    const host = checkedHost(new URL(url).hostname);
    return { host, port, user: username, knownHosts: knownHostsFile(knownHosts), command, isUnattended: true };
  } catch (cause) {
    throw new PermanentError('SPEC_INVALID', `the address of ${id} is no host that ssh can be given`, { cause });
  }
}

async function runIn(place: SshPlace, { id, password }: BmcAccess, { clock, trace }: ShellOptions): Promise<void> {
  const started = clock.monotonicMs();
  const askpass = await openAskpass(password);
  let ended: Ended;
  try {
    ended = await sshOnce(place, askpass, clock);
  } finally {
    await askpass.close();
  }
  const { code, isCut, isLoggedIn, said, bytesIn } = ended;
  const failure = isCut ? 'no end' : undefined;
  const uri = `ssh://${place.host}:${place.port} ${place.command}`;
  if (isLoggedIn) {
    const status = failure === undefined ? { status: code === lost ? 0 : code } : { failure };
    trace?.({ bmc: id, method: 'SSH', uri, ...status, durationMs: clock.monotonicMs() - started, bytesIn });
  }
  await judge(ended, place, id, said);
}

/** What ssh itself ends with when the connection is lost. */
const lost = 255;

async function judge({ code, isCut, isLoggedIn, answer }: Ended, place: SshPlace, id: string, said: string) {
  if (isCut && isLoggedIn) {
    throw new TransientError('OUTCOME_UNKNOWN', `running "${place.command}" on ${id}`, {
      why: `it neither ended nor broke the connection within ${deadlineMs / 1_000} s`,
    });
  }
  if (isLoggedIn && (code === 0 || code === lost)) return;
  if (isLoggedIn) {
    const last = neutralise(answer.trim().split('\n').at(-1) ?? '').slice(0, 200);
    throw new PermanentError('BMC_REFUSED', `"${place.command}" failed on ${id}`, {
      why: `exit status ${code}${last === '' ? '' : `: ${last}`}`,
    });
  }
  const known = /host key|HOST IDENTIFICATION/i.test(said) ? await knownFingerprints(place) : '';
  throw sshFailure(neutraliseEach(said), id, place, known);
}

const neutraliseEach = (text: string): string => text.split('\n').map(neutralise).join('\n');

interface Ended {
  readonly code: number;
  /** By us, or by a signal: not by itself. */
  readonly isCut: boolean;
  readonly isLoggedIn: boolean;
  /** What ssh said, without what the BMC answered. */
  readonly said: string;
  readonly answer: string;
  readonly bytesIn: number;
}

/** Nothing of our environment is handed on but what finding programs takes. */
const environment = ({ env }: Askpass): NodeJS.ProcessEnv => ({
  ...(process.env.PATH === undefined ? {} : { PATH: process.env.PATH }),
  ...(process.env.HOME === undefined ? {} : { HOME: process.env.HOME }),
  LC_ALL: 'C',
  ...env,
});

function sshOnce(place: SshPlace, askpass: Askpass, clock: Clock): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', sshArguments(place), {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment(askpass),
    });
    let [said, answer, bytesIn] = ['', '', 0];
    let isLate = false;
    const cancel = clock.after(deadlineMs, () => {
      isLate = true;
      child.kill('SIGKILL');
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      bytesIn += Buffer.byteLength(text);
      answer = (answer + text).slice(-keptBytes);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      // The beginning tells of the login, the end why it failed.
      said = said.length < keptBytes ? said + text : said.slice(0, keptBytes / 2) + text.slice(-keptBytes / 2);
    });
    child.once('error', (cause) => {
      cancel();
      reject(sshMissing('ssh', cause));
    });
    child.once('close', (code, signal) => {
      cancel();
      const isLoggedIn = askpass.wasAsked() && /^Authenticated to /m.test(said);
      resolve({ code: code ?? lost, isCut: isLate || signal !== null, isLoggedIn, said, answer, bytesIn });
    });
  });
}
