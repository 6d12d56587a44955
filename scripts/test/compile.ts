/**
 * Compiles test files before they run. Each runs in a process of its own, and loading hundreds of TypeScript modules one by
 * one costs such a process seconds; a bundle of the same costs a tenth of that. Nothing else about a test changes: what
 * a module knows of its own place is its source's place.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { requireBanner, withoutDevtools, withoutUnusedModels } from '../build/bundle.js';
import { root } from '../lib/files.js';

const cache = join(root, 'node_modules/.cache/metalctl-tests');

/** Compiled test files. */
export interface Compiled {
  /** What node runs, in the order of the sources. */
  readonly programs: readonly string[];
  /** Source of a program, relative to the checkout. */
  readonly sourceOf: (program: string) => string;
  /** Removes them. */
  readonly remove: () => void;
}

/** Compiles test files, given relative to the checkout. @throws the errors of esbuild, already printed by it */
export async function compile(files: readonly string[]): Promise<Compiled> {
  removeAbandoned();
  const outdir = join(cache, `${process.pid}`);
  mkdirSync(outdir, { recursive: true });
  const named = (file: string): string => file.replace(/\.tsx?$/, '');
  const sources = new Map(files.map((file) => [join(outdir, `${named(file)}.js`), file]));
  await build({
    absWorkingDir: root,
    entryPoints: files.map((file) => ({ in: file, out: named(file) })),
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    banner: { js: requireBanner },
    define: { 'import.meta.url': '__sourceUrl', 'import.meta.dirname': '__sourceFolder' },
    // Native, or a tool that finds its own files beside itself.
    external: ['libsql', '@lydell/node-pty', 'esbuild', 'typescript', 'tsx'],
    plugins: [knowsItsPlace, withoutDevtools, withoutUnusedModels],
    logLevel: 'warning',
  });
  return {
    programs: [...sources.keys()],
    sourceOf: (program) => sources.get(program) ?? program,
    remove: () => rmSync(outdir, { recursive: true, force: true }),
  };
}

/** Tells modules that ask where their sources are: tests find fixtures and programs from there. */
const knowsItsPlace: Plugin = {
  name: 'knows-its-place',
  setup(pluginBuild) {
    pluginBuild.onLoad({ filter: /\.[cm]?[jt]sx?$/, namespace: 'file' }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes('import.meta')) return undefined;
      const [url, folder] = [pathToFileURL(path).href, dirname(path)].map((place) => JSON.stringify(place));
      const loader = (['tsx', 'ts'] as const).find((each) => path.endsWith(each)) ?? 'js';
      return { contents: `const __sourceUrl = ${url}, __sourceFolder = ${folder}; ${text}`, loader };
    });
  },
};

/** What runs that were killed left behind. */
function removeAbandoned(): void {
  mkdirSync(cache, { recursive: true });
  for (const name of readdirSync(cache)) if (!isAlive(Number(name))) rmSync(join(cache, name), { recursive: true });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
