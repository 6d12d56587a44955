/** Body of `plugin list`. */
import { readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { commands } from '../index.js';
import type { pluginListCommand } from '../plugin.js';
import { isProgram } from '../program.js';
import type { Run } from './kit/run.js';

interface Plugin {
  readonly name: string;
  readonly path: string;
  /** Why calling it runs something else. */
  readonly hidden?: string;
}

export default async function ({ out, talk }: Run<typeof pluginListCommand>): Promise<void> {
  const plugins = found(process.env.PATH ?? '');
  if (plugins.length === 0) talk.note('No plugins found.');
  for (const { path, hidden } of plugins) if (hidden !== undefined) talk.warn(`${path} is never run: ${hidden}`);
  const rows = plugins.map(({ name, path }) => [name, path]);
  await out.document(
    { kind: 'Plugins', plugins },
    () => (rows.length === 0 ? '' : { columns: [{ header: 'NAME' }, { header: 'PATH' }], rows }),
    plugins.map(({ name }) => name),
  );
}

function found(path: string): Plugin[] {
  const taken = new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''));
  const seen = new Map<string, string>();
  return path.split(delimiter).flatMap((folder) =>
    programsIn(folder).map((file): Plugin => {
      const name = file.slice('metalctl-'.length).replaceAll('-', ' ');
      const own = { name, path: join(folder, file) };
      const first = seen.get(file);
      seen.set(file, first ?? own.path);
      if (taken.has(name.split(' ')[0] ?? '')) return { ...own, hidden: 'a command has this name' };
      return first === undefined ? own : { ...own, hidden: `${first} comes first` };
    }),
  );
}

function programsIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((file) => file.startsWith('metalctl-') && isProgram(join(folder, file)));
  } catch {
    return [];
  }
}
