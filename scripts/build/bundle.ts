/** The esbuild side of the build: one bundle, split where a body is imported late, so that start-up stays cheap. */
import { join } from 'node:path';
import { type BuildOptions, build, type Metafile, type OutputFile, type Plugin } from 'esbuild';
import { root } from '../lib/files.js';

/** What is built: the program, the library, and a thread of emulated BMCs. */
const entryPoints = ['src/cli.ts', 'src/index.ts', 'src/sandbox/bmc/shards/worker.ts'];

/** Ink imports its debugger only in development; it is not even installed. */
export const withoutDevtools: Plugin = {
  name: 'without-react-devtools',
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: 'stub' }));
    pluginBuild.onLoad({ filter: /.*/, namespace: 'stub' }, () => ({ contents: 'export default {};' }));
  },
};

/**
 * Of client-node we use the reader of kubeconfigs. It needs two names of an index that brings a thousand generated models:
 * it gets the two modules that have them, and the package's own index is left out. Asking about every import instead
 * costs a build most of its time.
 */
export const withoutUnusedModels: Plugin = {
  name: 'without-unused-models',
  setup(pluginBuild) {
    const dist = join(root, 'node_modules/@kubernetes/client-node/dist');
    pluginBuild.onResolve({ filter: /^@kubernetes\/client-node$/ }, ({ importer }) =>
      importer.endsWith('src/kube/config/client-node.ts') ? { path: join(dist, 'config.js') } : undefined,
    );
    pluginBuild.onResolve({ filter: /^\.\/gen\/index\.js$/ }, ({ importer, path }) =>
      importer === join(dist, 'config.js') ? { path, namespace: 'used-models' } : undefined,
    );
    pluginBuild.onLoad({ filter: /.*/, namespace: 'used-models' }, () => ({
      contents: `export { createConfiguration } from './configuration.js'; export { ServerConfiguration } from './servers.js';`,
      resolveDir: join(dist, 'gen'),
    }));
  },
};

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
}

/** Bundles the sources. @throws the errors of esbuild, already printed by it */
export async function bundle(): Promise<Bundle> {
  const { metafile, outputFiles } = await build({ ...options, entryPoints });
  return { metafile: metafile as Metafile, files: outputFiles ?? [] };
}
