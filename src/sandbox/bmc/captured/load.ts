/** Reads a folder of JSON as a Redfish tree: a DMTF mockup in long or short form, or what a crawler saved. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { UserError } from '../../../errors/classes.js';
import { isObject, type JsonObject } from '../json.js';
import { root } from '../tree/builder.js';

/**
 * All documents of a folder, by path. `index.json` is the resource of its folder, `X.json` that of its own name. A folder
 * that is called `redfish` or has one is the long form; any other begins at `/redfish/v1`.
 */
export async function loadTree(dir: string): Promise<Map<string, JsonObject>> {
  const docs = new Map<string, JsonObject>();
  const files = await readdir(dir, { recursive: true, withFileTypes: true });
  const isLong = files.some(({ name, parentPath }) => [name, ...parentPath.split(sep)].includes('redfish'));
  for (const file of files) {
    if (!file.isFile() || !file.name.endsWith('.json')) continue;
    const parts = relative(dir, file.parentPath).split(sep).filter(Boolean);
    const start = isLong ? parts.indexOf('redfish') : 0;
    if (start < 0 && !dir.split(sep).includes('redfish')) continue;
    const tail = file.name === 'index.json' ? [] : [file.name];
    const path = pathOf([...parts.slice(Math.max(0, start)), ...tail], isLong && start >= 0);
    const doc: unknown = JSON.parse(await readFile(join(file.parentPath, file.name), 'utf8'));
    if (isObject(doc)) docs.set(path, doc);
  }
  return docs;
}

const pathOf = (parts: readonly string[], isLong: boolean): string =>
  isLong ? `/${parts.join('/')}` : [root, ...parts].join('/');

/** The same for people: a folder that cannot be read or has no service root is named. @throws UserError */
export async function loadCapture(dir: string): Promise<Map<string, JsonObject>> {
  const docs = await loadTree(dir).catch((cause: unknown) => {
    if (cause instanceof SyntaxError)
      throw new UserError('MANIFEST_INVALID', `${dir} has a file that is not JSON`, { cause });
    throw new UserError('FILE_NOT_FOUND', `${dir} cannot be read`, { cause });
  });
  if (docs.has(root)) return docs;
  throw new UserError('MANIFEST_INVALID', `${dir} is no Redfish tree`, {
    why: 'there is no index.json of /redfish/v1',
    hint: 'the folder that holds redfish/v1/index.json',
  });
}
