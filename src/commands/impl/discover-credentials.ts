/** Credentials from flags and files: which there are, and how each is read. Passwords never come from arguments. */

import { readFile, stat } from 'node:fs/promises';
import { UserError } from '../../errors/classes.js';
import { Secret } from '../../lib/secret.js';
import { shellWord } from '../../lib/shell-word.js';
import type { ClusterReads } from '../../ports/cluster.js';
import { readBmcSecret } from '../../workflows/bmc-secret.js';
import {
  type Credential,
  type CredentialBook,
  type CredentialRef,
  readCredentialRules,
} from '../../workflows/discover/credentials.js';
import type { Talk } from './kit/talk.js';
import { yamlOf } from './kit/yaml-file.js';

export interface CredentialFlags {
  readonly bmcUsername: string | undefined;
  readonly bmcPasswordFile: string | undefined;
  readonly bmcPasswordStdin: boolean;
  readonly credentials: string | undefined;
  readonly bmcSecret: string | undefined;
}

/** The account of `--bmc-username` with its password; undefined without the flag. @throws UserError USAGE */
export async function flagCredential(flags: CredentialFlags, talk: Talk): Promise<Credential | undefined> {
  const { bmcPasswordFile: file, bmcPasswordStdin: stdin } = flags;
  // The environment may name the account for several commands (cli.md 4); never the password.
  const username = flags.bmcUsername ?? process.env.METALCTL_BMC_USERNAME;
  const path = file ?? (stdin ? undefined : process.env.METALCTL_BMC_PASSWORD_FILE);
  if (username === undefined && file === undefined && !stdin) return undefined;
  if (username === undefined || (path === undefined) === !stdin) {
    throw new UserError('USAGE', 'an account needs a name and one place of its password', {
      hint: ['--bmc-username U --bmc-password-file F', '--bmc-username U --bmc-password-stdin'],
    });
  }
  const password = path === undefined ? await passwordFromStdin() : await passwordFromFile(path, talk);
  return { username, password, source: `--bmc-username ${username}`, version: 'flag' };
}

/** All credentials of a sweep. @throws UserError USAGE · FILE_NOT_FOUND · MANIFEST_INVALID */
export async function credentialBook(flags: CredentialFlags, given: Credential | undefined): Promise<CredentialBook> {
  const { bmcSecret, credentials } = flags;
  if (bmcSecret !== undefined && flags.bmcUsername !== undefined) {
    throw new UserError('USAGE', '--bmc-secret and --bmc-username exclude each other', {
      why: 'every BMC gets one credential; none is tried after another',
    });
  }
  const fallback: CredentialRef | undefined = bmcSecret ? { secret: bmcSecret } : given && { given };
  const rules = credentials === undefined ? [] : await rulesOf(credentials);
  return { rules, ...(fallback ? { fallback } : {}) };
}

const rulesOf = async (path: string) =>
  readCredentialRules(await yamlOf(await readText(path, '--credentials'), path), path);

/** Reads credentials from where they are kept. */
export const credentialLoader =
  (cluster: ClusterReads, talk: Talk) =>
  async (ref: CredentialRef): Promise<Credential> => {
    if ('given' in ref) return ref.given;
    if ('secret' in ref) return readBmcSecret(cluster, ref.secret);
    const password = await passwordFromFile(ref.passwordFile, talk);
    return {
      username: ref.username,
      password,
      source: `file ${ref.passwordFile}`,
      version: `file ${ref.passwordFile}`,
    };
  };

const readableByOthers = 0o044;

/** A password file: its first line. Warned about when others may read it. */
async function passwordFromFile(path: string, talk: Talk): Promise<Secret> {
  const text = await readText(path, 'the password file');
  const { mode } = await stat(path);
  if (process.platform !== 'win32' && (mode & readableByOthers) !== 0) {
    talk.warn(`${path} can be read by others: chmod 600 ${path}`);
  }
  return new Secret(text.replace(/\r?\n[\s\S]*$/, ''));
}

async function passwordFromStdin(): Promise<Secret> {
  if (process.stdin.isTTY) {
    throw new UserError('USAGE', '--bmc-password-stdin expects the password on stdin', {
      hint: 'metalctl discover … --bmc-password-stdin < FILE',
    });
  }
  return new Secret((await stdinText()).replace(/\r?\n[\s\S]*$/, ''));
}

/** Everything on stdin, at most 16 MiB. @throws UserError MANIFEST_INVALID */
export async function stdinText(): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > largestFile) throw new UserError('MANIFEST_INVALID', 'stdin is larger than 16 MiB');
  }
  return Buffer.concat(chunks).toString('utf8');
}

const largestFile = 16 * 2 ** 20;

/** Text of a regular file of sensible size. @throws UserError FILE_NOT_FOUND */
export async function readText(path: string, what: string): Promise<string> {
  try {
    const info = await stat(path);
    if (!info.isFile() || info.size > largestFile) throw new Error('it is not a regular file of at most 16 MiB');
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'it does not exist' : code === 'EACCES' ? 'it may not be read' : message;
    throw new UserError('FILE_NOT_FOUND', `${what} ${path} cannot be read`, { why });
  }
}

/** The same account for a command that is printed to be run; flags the environment stands for are not repeated. */
export function accountWords(flags: CredentialFlags): string[] {
  const { bmcUsername, bmcPasswordFile, credentials, bmcSecret } = flags;
  const named = {
    'bmc-username': bmcUsername,
    'bmc-password-file': bmcPasswordFile,
    credentials,
    'bmc-secret': bmcSecret,
  };
  const words = Object.entries(named).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag} ${shellWord(value)}`],
  );
  return flags.bmcPasswordStdin ? [...words, '--bmc-password-stdin'] : words;
}
