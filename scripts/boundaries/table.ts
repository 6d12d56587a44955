/**
 * Who may import whom, as data (docs: the house's import table). A folder that is not named here may import nothing
 * but itself, so a new folder has to be added on purpose.
 */

export interface Row {
  /** Path below `src/`, without `.ts`: a folder or a single file. The longest match wins. */
  readonly from: string;
  /** Folders or files of `src/` it may import besides itself. */
  readonly may: readonly string[];
  /** Packages it may import; `node:*` stands for all of Node's own modules. */
  readonly packages: readonly string[];
  /** What it may import only late, by `import()`: loading it with the module would cost every start. */
  readonly late?: readonly string[];
  /** What to do instead. */
  readonly instead: string;
}

const node = ['node:*'];
const base = ['ports', 'api', 'errors', 'lib'];

const server = 'sandbox/apiserver';

/** A room of the API server that stands alone: it knows the shapes all rooms share, and the rooms named. */
const room = (name: string, next: readonly string[], packages: readonly string[], instead: string): Row => ({
  from: `${server}/${name}`,
  may: [...['types', 'status', 'field-errors', ...next].map((other) => `${server}/${other}`), 'errors', 'lib'],
  packages,
  instead,
});

export const table: readonly Row[] = [
  {
    from: 'cli',
    may: ['commands', 'errors', 'lib', 'version'],
    packages: [...node, 'commander'],
    instead: 'the work belongs in a command',
  },
  { from: 'version', may: [], packages: node, instead: 'it only reads package.json' },
  {
    from: 'index',
    may: ['reconcile', 'wiring', 'library', 'workflows', 'version', ...base],
    packages: [],
    instead: 'the library exports what a layer below offers',
  },
  {
    from: 'library',
    may: ['wiring', 'reconcile', 'workflows', 'redfish', 'kube', 'serve', 'ssh', 'version', ...base],
    packages: node,
    instead: 'the library joins layers as wiring does',
  },
  {
    from: 'wiring',
    may: ['kube', 'redfish', 'serve', 'ssh', 'reconcile', 'workflows', 'sandbox', 'http', 'version', ...base],
    packages: node,
    instead: 'wiring only joins layers',
  },
  {
    from: 'commands',
    may: ['lib', 'errors', 'api/names', 'version'],
    packages: node,
    late: ['commands/impl'],
    instead: 'put it into commands/impl, which is loaded late',
  },
  {
    from: 'commands/impl',
    may: [
      'commands',
      'wiring',
      'reconcile',
      'workflows',
      'ssh',
      'sandbox/up',
      'sandbox/files',
      'sandbox/replay',
      'sandbox/remote',
      'sandbox/bmc/control-steps',
      'ui',
      'probe',
      'version',
      ...base,
    ],
    packages: [...node, 'yaml', 'cli-table3', 'age-encryption'],
    instead: 'ask wiring for a port',
  },
  { from: 'workflows', may: ['reconcile', ...base], packages: ['node:crypto'], instead: 'ask for a port' },
  { from: 'reconcile', may: base, packages: ['node:crypto'], instead: 'ask for a port' },
  {
    from: 'redfish',
    may: ['ports', 'errors', 'lib', 'http'],
    packages: [...node, 'zod'],
    instead: 'it knows DMTF and nothing else',
  },
  {
    from: 'kube',
    may: [...base, 'http', 'kube/config'],
    packages: node,
    instead: 'it knows Kubernetes and nothing else',
  },
  {
    from: 'kube/config',
    may: ['kube', ...base, 'http'],
    packages: [...node, '@kubernetes/client-node', 'yaml'],
    instead: 'it only reads kubeconfigs',
  },
  { from: 'http', may: ['http/undici', 'errors', 'lib'], packages: node, instead: 'it is only the door to undici' },
  {
    from: 'http/undici',
    may: ['http', 'errors', 'lib'],
    packages: [...node, 'undici'],
    instead: 'it is only the door to undici',
  },
  { from: 'ssh', may: ['ports', 'errors', 'lib'], packages: node, instead: 'it only runs the ssh of this computer' },
  { from: 'serve', may: [...base, 'http'], packages: node, instead: 'ask for a port' },
  {
    from: 'sandbox',
    may: ['errors', 'lib'],
    packages: node,
    instead: 'sandbox/up joins the two halves',
  },
  {
    from: server,
    may: [server, 'errors', 'lib'],
    packages: [...node, '@marcbachmann/cel-js', 're2js', 'yaml'],
    instead: 'a server must not share the mistakes of its clients',
  },
  room('storage', [], node, 'storage keeps objects and knows nothing of requests'),
  room('patch', ['schema'], [], 'patches are pure functions of documents'),
  room('apply', ['schema'], [], 'apply is a pure function of objects, owners and a schema'),
  room('selectors', ['resources/names'], [], 'selectors are pure functions of labels and fields'),
  room('schema', ['engines', 'resources/names'], node, 'the schema engine is pure functions of values and a schema'),
  room('tables', ['resources/resource'], [], 'a table is made of a resource and its objects'),
  room('protobuf', ['resources/resource'], node, 'protobuf is one way to write what a resource describes'),
  room('discovery', ['resources'], node, 'discovery only tells what the registry holds'),
  room(
    'watch',
    ['storage', 'tables', 'resources', 'requests', 'http/accept'],
    node,
    'a watch tells what storage committed',
  ),
  {
    from: 'sandbox/bmc',
    may: ['errors', 'lib', 'sandbox/certificates'],
    packages: node,
    instead: 'an emulator must not share the mistakes of its clients',
  },
  {
    from: 'sandbox/admission',
    may: ['sandbox/apiserver', 'api', 'errors', 'lib'],
    packages: node,
    instead: 'it only hands rules of api to the API server',
  },
  {
    from: 'sandbox/up',
    may: ['sandbox', 'api', 'errors', 'lib', 'version'],
    packages: [...node, 'yaml'],
    instead: 'it only joins API server and BMCs',
  },
  {
    from: 'sandbox/replay',
    may: ['sandbox', 'errors', 'lib'],
    packages: node,
    instead: 'it only serves recordings',
  },
  {
    from: 'sandbox/cluster',
    may: ['sandbox', 'errors', 'lib'],
    packages: node,
    instead: 'it only starts the API server, or leads to another',
  },
  {
    from: 'sandbox/rack',
    may: ['sandbox', 'errors', 'lib'],
    packages: node,
    instead: 'it only starts BMCs and their control plane',
  },
  {
    from: 'sandbox/remote',
    may: ['sandbox', 'errors', 'lib'],
    packages: node,
    instead: 'it only asks a control plane',
  },
  { from: 'probe', may: ['lib'], packages: node, instead: 'the probe runs alone on a booted machine' },
  {
    from: 'ui',
    may: ['lib'],
    packages: [...node, 'ink', 'react', '@inkjs/ui'],
    instead: 'take data and callbacks as props',
  },
  { from: 'api', may: ['errors', 'lib'], packages: ['zod', 'node:util'], instead: 'kinds are data and pure functions' },
  { from: 'ports', may: ['api', 'errors', 'lib'], packages: [], instead: 'ports are interfaces only' },
  { from: 'errors', may: ['lib'], packages: [], instead: 'errors are data' },
  { from: 'lib', may: [], packages: [...node, 'yaml'], instead: 'helpers know no domain' },
];

/** Folders whose types alone may be imported (`import type`). */
export const typesOnly: readonly { readonly from: string; readonly may: string }[] = [
  { from: 'ui', may: 'api' },
  { from: 'commands', may: 'ports' },
  { from: 'commands', may: 'api' },
  { from: 'commands', may: 'wiring' },
  { from: 'sandbox', may: 'sandbox/bmc' },
];

/** Packages with one door each, whatever a folder's row says. Their types are free. */
export const doors: readonly { readonly package: string; readonly only: RegExp; readonly door: string }[] = [
  { package: '@kubernetes/client-node', only: /^kube\/config\/client-node$/, door: 'kube/config/client-node.ts' },
  { package: 'undici', only: /^http\/undici$/, door: 'http/undici.ts' },
  { package: 'libsql', only: /^sandbox\/apiserver\/(.+\/)?store$/, door: 'sandbox/apiserver/store.ts' },
  { package: 'commander', only: /^cli$/, door: 'cli.ts' },
];

/** What a reconciler may not even name: time, chance and the process come through ports and inputs. */
export const banned: readonly {
  readonly in: string;
  readonly what: RegExp;
  readonly name: string;
  readonly instead: string;
}[] = [
  { in: 'reconcile', what: /\bDate\.now\b/, name: 'Date.now', instead: 'ask the clock port' },
  { in: 'reconcile', what: /\bnew Date\(\s*\)/, name: 'new Date()', instead: 'ask the clock port' },
  { in: 'reconcile', what: /\bMath\.random\b/, name: 'Math.random', instead: 'take it as an input' },
  { in: 'reconcile', what: /\bsetTimeout\b/, name: 'setTimeout', instead: 'ask the clock port, or return recheckMs' },
  { in: 'reconcile', what: /\bprocess\./, name: 'process', instead: 'take it as an input' },
];
