/** The notices of bundled packages: their licences ask for a copy wherever their code goes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/files.js';

/** Text of `dist/THIRD_PARTY_LICENSES`, from the files that went into a bundle. */
export function notices(inputs: readonly string[], base = root): string {
  const packages = [...new Set(inputs.map(packageOf).filter((name) => name !== undefined))].sort();
  const head = 'metalctl contains the following packages. Each is under the licence printed below its name.\n';
  return [head, ...packages.map((path) => noticeOf(path, base))].join('\n');
}

/** `node_modules/a/node_modules/@b/c/x.js` → `node_modules/a/node_modules/@b/c`. */
export function packageOf(input: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

function noticeOf(path: string, base: string): string {
  const manifest = JSON.parse(readFileSync(join(base, path, 'package.json'), 'utf8')) as Record<string, unknown>;
  const file = readdirSync(join(base, path)).find((name) => /^(licen[cs]e|copying)(\.|-|$)/i.test(name));
  const text = file && existsSync(join(base, path, file)) ? readFileSync(join(base, path, file), 'utf8').trim() : '';
  const title = `${manifest.name} ${manifest.version} (${manifest.license ?? 'see below'})`;
  return `${'-'.repeat(80)}\n${title}\n\n${text || 'The package brings no licence text of its own.'}\n`;
}
