/** The esbuild side of the build: one bundle, split where a body is imported late, so that start-up stays cheap. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build, type Metafile, type OutputFile, type Plugin } from 'esbuild';
import { root } from '../lib/files.js';

/** What is built when it exists: the program, the library, the agent a booted machine runs, and a thread of BMCs. */
const entries = ['src/cli.ts', 'src/index.ts', 'src/probe/main.ts', 'src/sandbox/bmc/shards/worker.ts'] as const;

/** Ink imports its debugger only in development; it is not even installed. */
export const withoutDevtools: Plugin = {
  name: 'without-react-devtools',
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: 'stub' }));
    pluginBuild.onLoad({ filter: /.*/, namespace: 'stub' }, () => ({ contents: 'export default {};' }));
  },
};

/** client-node's modules only define things: what nobody imports may go, which is most of it. It does not say so itself. */
export const withoutUnusedModels: Plugin = {
  name: 'without-unused-models',
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /^@kubernetes\/client-node$|^\./ }, async ({ path, pluginData, ...rest }) => {
      const isOurs = path.startsWith('@kubernetes/') || rest.importer.includes('/@kubernetes/client-node/');
      if (!isOurs || pluginData === resolving) return undefined;
      const found = await pluginBuild.resolve(path, { ...rest, pluginData: resolving });
      return { ...found, sideEffects: false };
    });
  },
};
const resolving = Symbol('resolving');

/** CommonJS packages in the bundle still call `require` for Node's own modules. */
export const requireBanner =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

const options: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  splitting: true,
  minify: true,
  // Names in stacks and in commander's errors are read by people.
  keepNames: true,
  outdir: 'dist',
  // Chunks lie beside the entries: src/version.ts finds package.json one folder above wherever it ends up.
  entryNames: '[name]',
  chunkNames: '[name]-[hash]',
  banner: { js: requireBanner },
  define: { 'process.env.NODE_ENV': '"production"' },
  // The one package with native binaries; everything else is bundled, because an installed package cannot override undici.
  external: ['libsql'],
  plugins: [withoutDevtools, withoutUnusedModels],
  sourcemap: 'external',
  legalComments: 'none',
  metafile: true,
  write: false,
  logLevel: 'warning',
};

export interface Bundle {
  readonly metafile: Metafile;
  readonly files: readonly OutputFile[];
  /** Entries that do not exist (yet). */
  readonly absent: readonly string[];
}

/** Bundles what exists. @throws the errors of esbuild, already printed by it */
export async function bundle(): Promise<Bundle> {
  const present = entries.filter((entry) => existsSync(join(root, entry)));
  const absent = entries.filter((entry) => !present.includes(entry));
  if (present.length === 0) throw new Error(`nothing to build: none of ${entries.join(', ')} exists`);
  const { metafile, outputFiles } = await build({ ...options, entryPoints: [...present] });
  return { metafile: metafile as Metafile, files: outputFiles ?? [], absent };
}
