/** The version of this build, read from package.json when asked: it lies one folder above both `src/` and `dist/`. */
import { readFileSync } from 'node:fs';

let known: string | undefined;

/** Semantic version, e.g. `0.1.0`. */
export function version(): string {
  known ??= (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
    .version;
  return known;
}

/** Upstream's releases the reconcilers follow. */
export const reconcilers = 'metal-operator 0.7 and 2026-08 head';

/** What `version --client` says, on a given version of Node. */
export const clientLine = (node: string): string =>
  `metalctl ${version()} (node ${node})   reconcilers: ${reconcilers}\n`;
