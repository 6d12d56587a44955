/** Values of secrets in a snapshot, readable with a key of `age` alone (age-encryption.org/v1). */
import { stat } from 'node:fs/promises';
import { PermanentError, UserError } from '../../errors/classes.js';
import type { Read } from '../../workflows/snapshot/files.js';
import { valuesFile, valuesFrom, valuesText } from '../../workflows/snapshot/files.js';
import type { Snapshot, Values } from '../../workflows/snapshot/snapshot.js';
import { readText } from './discover-credentials.js';
import type { Talk } from './kit/talk.js';

/** Loaded for whoever encrypts: nobody else pays for it. */
const age = () => import('age-encryption');

/** Keys of `--encrypt`, checked before anything is read. @throws UserError USAGE */
export async function recipientsOf(words: readonly string[]): Promise<readonly string[]> {
  const { Encrypter } = await age();
  return words.map((word) => {
    const [, key = ''] = /^age:(.+)$/.exec(word) ?? [];
    try {
      new Encrypter().addRecipient(key);
      return key;
    } catch {
      // A private key given by mistake must not be repeated.
      throw new UserError('USAGE', '--encrypt wants age: and a public key', {
        hint: ['--encrypt age:age1…', 'age-keygen -o key.txt   makes a key, and prints its public half'],
      });
    }
  });
}

export async function seal(values: Values, recipients: readonly string[]): Promise<Uint8Array> {
  const { Encrypter } = await age();
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return encrypter.encrypt(valuesText(values));
}

const readableByOthers = 0o044;

/** The snapshot with the values of its secrets. @throws UserError USAGE · FILE_NOT_FOUND · PermanentError SNAPSHOT_SEALED */
export async function unseal({ snapshot, sealed }: Read, identityFile: string, talk: Talk): Promise<Snapshot> {
  if (sealed === undefined)
    throw new UserError('USAGE', 'the snapshot holds no values of secrets: there is nothing to open with --identity');
  const text = await readText(identityFile, 'the identity');
  const { mode } = await stat(identityFile);
  if (process.platform !== 'win32' && (mode & readableByOthers) !== 0)
    talk.warn(`${identityFile} can be read by others: chmod 600 ${identityFile}`);
  const opened = await open(sealed, identitiesIn(text, identityFile), identityFile);
  return { ...snapshot, values: valuesFrom(opened, valuesFile) };
}

/** @throws UserError MANIFEST_INVALID */
function identitiesIn(text: string, path: string): string[] {
  const found = text.split(/\r?\n/).filter((line) => line.startsWith('AGE-SECRET-KEY-1'));
  if (found.length > 0) return found;
  throw new UserError('MANIFEST_INVALID', `${path} holds no key of age`, { hint: 'age-keygen -o key.txt' });
}

async function open(sealed: Uint8Array, identities: readonly string[], path: string): Promise<string> {
  const { Decrypter } = await age();
  const decrypter = new Decrypter();
  try {
    for (const identity of identities) decrypter.addIdentity(identity);
    return await decrypter.decrypt(sealed, 'text');
  } catch {
    // The library quotes what it was given.
    throw new PermanentError('SNAPSHOT_SEALED', `the values of secrets do not open with ${path}`, {
      why: 'they were encrypted for another key, or the key is broken',
    });
  }
}
