/** `-f`: what a command is about, by the manifests that name it. */
import { keyText } from '../../../api/kind.js';
import { UserError } from '../../../errors/classes.js';
import type { AnyRun } from './run.js';
import type { Wanted } from './wanted.js';

/** What manifests are about. The reader of files costs a YAML parser, which only those who need it load. */
export async function wantedIn(run: AnyRun, file: readonly string[]): Promise<readonly Wanted[]> {
  const [{ readManifests }, { resolved }] = await Promise.all([import('./manifest-files.js'), import('./wanted.js')]);
  return resolved(run, await readManifests(file));
}

/** @throws UserError USAGE when something else is named there */
export async function serversIn(run: AnyRun, file: readonly string[]): Promise<string[]> {
  const wanted = await wantedIn(run, file);
  const other = wanted.find(({ kind }) => kind.kind !== 'Server');
  if (other === undefined) return wanted.map(({ key }) => key.name);
  throw new UserError('USAGE', `${other.kind.singular}/${keyText(other.key)} is no server`, {
    why: `${file.join(', ')} has it, and this command is about servers`,
    hint: 'name the servers, or give a file that has nothing else',
  });
}
