/** The version of this build, read from package.json when asked: it lies one folder above both `src/` and `dist/`. */
import { readFileSync } from 'node:fs';

let known: string | undefined;

/** Semantic version, e.g. `0.1.0`. */
export function version(): string {
  known ??= (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
    .version;
  return known;
}
