/** The ssh of this computer as we call it: its arguments, its host keys, and what its failures mean. */
import { spawn } from 'node:child_process';
import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type MetalError, PermanentError, TransientError, UserError } from '../errors/classes.js';
import { stateDir } from '../lib/state-dir.js';

export interface SshPlace {
  /** Address of the BMC, without brackets. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly knownHosts: string;
  /** Typed for us after the login; absent where the port is the console itself. */
  readonly command?: string;
  /** No keyboard and no screen: a command that is run and ends. It tells when the login is done. */
  readonly isUnattended?: true;
}

/** Host keys of BMCs, apart from those of people. */
export const knownHostsFile = (flag: string | undefined): string => flag ?? join(stateDir(), 'known_hosts');

/** @throws UserError USAGE for what could be read as an option, or is no host */
export function checkedHost(host: string): string {
  const bare = host.replace(/^\[|\]$/g, '');
  if (/^[A-Za-z0-9][A-Za-z0-9.:%-]*$|^::[A-Fa-f0-9:.]*$/.test(bare)) return bare;
  throw new UserError('USAGE', `"${host}" is no host`, { why: 'ssh could read it as something else' });
}

/** Everything is said here: nobody's configuration decides about keys, forwarding or commands. */
export function sshArguments({ host, port, user, knownHosts, command, isUnattended }: SshPlace): string[] {
  const options = [
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile="${knownHosts.replaceAll('"', '')}"`,
    'GlobalKnownHostsFile=/dev/null',
    'UpdateHostKeys=no',
    'CheckHostIP=no',
    'VerifyHostKeyDNS=no',
    'PreferredAuthentications=keyboard-interactive,password',
    'PubkeyAuthentication=no',
    'NumberOfPasswordPrompts=1',
    'ClearAllForwardings=yes',
    'ForwardAgent=no',
    'ForwardX11=no',
    'PermitLocalCommand=no',
    'ControlMaster=no',
    'ControlPath=none',
    'ConnectTimeout=10',
    'ServerAliveInterval=15',
    `LogLevel=${isUnattended ? 'VERBOSE' : 'ERROR'}`,
  ];
  const said = options.flatMap((option) => ['-o', option]);
  const terminal = isUnattended ? ['-T', '-n'] : ['-tt', '-e', '~'];
  const where = ['-F', '/dev/null', ...terminal, '-p', String(port), '-l', user];
  return [...where, ...said, '--', checkedHost(host), ...(command === undefined ? [] : [command])];
}

/** Runs a program of OpenSSH to its end. @throws PermanentError SSH_MISSING */
export function runTool(
  program: string,
  args: readonly string[],
  input = '',
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const text = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
    child.once('error', (cause) => reject(sshMissing(program, cause)));
    child.once('close', (code) => resolve({ code: code ?? 255, ...text }));
    child.stdin.on('error', () => undefined).end(input);
  });
}

export const sshMissing = (program: string, cause: unknown): PermanentError =>
  new PermanentError('SSH_MISSING', `${program} cannot be started`, {
    why:
      (cause as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'OpenSSH is not installed here'
        : String((cause as Error).message),
    hint: ['apt install openssh-client', 'dnf install openssh-clients', 'apk add openssh-client'],
    cause,
  });

/** @throws PermanentError SSH_MISSING for an ssh that knows no forced askpass */
export async function checkSsh(): Promise<void> {
  const { stderr, stdout } = await runTool('ssh', ['-V']);
  const [, major = '0', minor = '0'] = /OpenSSH_(?:for_Windows_)?(\d+)\.(\d+)/.exec(stderr + stdout) ?? [];
  if (Number(major) * 100 + Number(minor) >= 804) return;
  throw new PermanentError('SSH_MISSING', 'the ssh of this computer is too old', {
    why: `it says ${(stderr + stdout).trim().slice(0, 80)}; OpenSSH 8.4 can be handed a password safely`,
    hint: 'install OpenSSH 8.4 or later',
  });
}

/** What ssh said when it gave up, as an error of ours. */
export function sshFailure(
  said: string,
  name: string,
  { host, port, knownHosts, isUnattended }: SshPlace,
  known: string,
): MetalError {
  const text = said.trim();
  const where = `${host}:${port}`;
  if (/host key|HOST IDENTIFICATION/i.test(text)) {
    const [offered] = /SHA256:[A-Za-z0-9+/=]+/.exec(text) ?? [];
    const isChanged = known !== '';
    return new PermanentError(
      'SSH_HOST_KEY',
      `the host key of ${name} (${where}) is ${isChanged ? 'not the one accepted' : 'not known'}`,
      {
        why: `${isChanged ? `accepted ${known}` : `${knownHosts} has none`}${offered === undefined ? '' : `; offered ${offered}`}; no password was sent`,
        hint: `metalctl bmc hostkey accept ${name}${isUnattended ? ' --shell' : ''}`,
      },
    );
  }
  if (/Permission denied|Too many authentication failures/i.test(text)) {
    return new PermanentError('BMC_AUTH_FAILED', `${name} refused the login over SSH`, {
      why: text.split('\n').at(-1) ?? '',
      hint: `metalctl bmc credentials test ${name}`,
    });
  }
  return new TransientError('BMC_UNREACHABLE', `the connection to ${name} (${where}) ended`, {
    why: text.split('\n').slice(-2).join(' ') || 'ssh said nothing',
  });
}

/** Fingerprints a file has for a host, in one line. */
export async function knownFingerprints({
  host,
  port,
  knownHosts,
}: Pick<SshPlace, 'host' | 'port' | 'knownHosts'>): Promise<string> {
  const { stdout } = await runTool('ssh-keygen', ['-lF', port === 22 ? host : `[${host}]:${port}`, '-f', knownHosts]);
  return [...new Set(stdout.match(/SHA256:[A-Za-z0-9+/=]+/g) ?? [])].join(' ');
}

/** Makes the folder of the file. */
export async function prepareKnownHosts(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (dirname(path) === stateDir()) await chmod(dirname(path), 0o700);
}
