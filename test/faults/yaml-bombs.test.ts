/** YAML that unfolds without end, and tags that make more than data, at every door where the program reads YAML. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { filesBelow } from '../../scripts/lib/files.js';
import { judgeIgnition } from '../../src/api/ignition-judge.js';
import { credentialBook } from '../../src/commands/impl/discover-credentials.js';
import { readConfig } from '../../src/commands/impl/kit/config/read.js';
import { readManifests } from '../../src/commands/impl/kit/manifest-files.js';
import { settingsOf } from '../../src/commands/impl/reconcile-settings.js';
import { isMetalError } from '../../src/errors/classes.js';
import { loadConfig } from '../../src/kube/config.js';
import { renderRecord } from '../../src/reconcile/bmc/dns-template.js';
import { snapshotOf } from '../../src/workflows/snapshot/files.js';
import { startEmbedded } from '../conformance/start-api.js';
import { aBmc } from '../support/build.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-bombs-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Nine levels of nine: half a thousand million of leaves, if anybody unfolded it. */
const level = (n: number): string =>
  `l${n}: &l${n} [${Array(9)
    .fill(n === 0 ? 'x' : `*l${n - 1}`)
    .join(', ')}]`;
const laughs = Array.from({ length: 9 }, (_, n) => level(n)).join('\n');

/** What must not do anything, by its name. */
const bombs: Readonly<Record<string, string>> = {
  'a billion laughs': laughs,
  'tags of a language':
    'macPrefixes: !!js/function "function () { process.exit(9) }"\nusers: !!python/object/apply:os.system [true]',
  'a mapping within itself': 'a: &a { b: *a }',
  'deep nesting': `a: ${'['.repeat(20_000)}`,
};

interface Door {
  /** The source that reads here. */
  readonly source: string;
  /** Lets a document in. @throws what the user is told */
  readonly read: (text: string) => Promise<unknown>;
}

let written = 0;
function file(text: string): string {
  written += 1;
  const path = join(folder, `${written}.yaml`);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

const api = startEmbedded({ after: (hook) => after(() => hook() as Promise<void>) });

/** Answer of the sandbox's API server to a body of YAML; 5xx are our own failure. */
function send(method: string, path: string, type: string) {
  return async (text: string): Promise<unknown> => {
    const reply = await (await api).call(method, path, { body: Buffer.from(text), headers: { 'content-type': type } });
    assert.ok(reply.status >= 400 && reply.status < 500, `${reply.status} ${JSON.stringify(reply.body).slice(0, 300)}`);
    return Promise.reject(new Error('refused'));
  };
}

const kubeconfig = (more: string): string =>
  `apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\nusers:\n- name: a\n  user: { tokenFile: x }\n${more}\n`;

const doors: readonly Door[] = [
  { source: 'kube/config/extras.ts', read: (text) => loadConfig({ kubeconfig: file(kubeconfig(text)) }) },
  {
    source: 'commands/impl/discover-credentials.ts',
    read: (text) => credentialBook({ credentials: file(text) } as never, undefined),
  },
  {
    source: 'commands/impl/reconcile-settings.ts',
    read: (text) => settingsOf({ macPrefixesFile: file(text), discoveryPrefix: [] } as never),
  },
  {
    source: 'commands/impl/reconcile-settings.ts',
    read: async (text) => {
      const settings = await settingsOf({ dnsRecordTemplatePath: file(text), discoveryPrefix: [] } as never);
      const dnsRecord = settings.dnsRecord ?? assert.fail('no template');
      // Its caller makes a condition of whatever is thrown here.
      return Promise.resolve()
        .then(() => renderRecord(dnsRecord, aBmc(), 'ns'))
        .catch(() => Promise.reject(new Error('refused')));
    },
  },
  {
    source: 'api/ignition-judge.ts',
    read: async (text) => {
      const { reason, warnings } = await judgeIgnition(`variant: fcos\nversion: 1.5.0\n${text}`, 'fcos');
      // A verdict is an answer; what Butane only warns of is left out of what a machine gets.
      return reason === 'Valid' && warnings.length === 0 ? undefined : Promise.reject(new Error('refused'));
    },
  },
  { source: 'commands/impl/kit/config/read.ts', read: async (text) => readConfig('config.yaml', text) },
  {
    source: 'workflows/snapshot/files.ts',
    read: (text) => snapshotOf([{ path: 'snapshot.yaml', data: Buffer.from(text) }], 'here'),
  },
  {
    source: 'workflows/snapshot/files.ts',
    read: (text) => {
      const about = { apiVersion: 'cli.metalctl.dev/v1', kind: 'Snapshot', takenAt: '', objects: 1 };
      const object = `kind: Server\nmetadata: { name: a }\n${text}`;
      const files = { 'snapshot.yaml': JSON.stringify(about), 'servers/a.yaml': object };
      const read = Object.entries(files).map(([path, data]) => ({ path, data: Buffer.from(data) }));
      return snapshotOf(read, 'here');
    },
  },
  {
    source: 'commands/impl/kit/manifest-files.ts',
    read: (text) => readManifests([file(`apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n${text}`)]),
  },
  {
    source: 'sandbox/apiserver/requests/decode.ts',
    read: send('POST', '/api/v1/namespaces/default/configmaps', 'application/yaml'),
  },
  {
    source: 'sandbox/apiserver/requests/decode.ts',
    read: send('PATCH', '/api/v1/namespaces/default/configmaps/a?fieldManager=t', 'application/apply-patch+yaml'),
  },
  {
    source: 'sandbox/apiserver/requests/delete-options.ts',
    read: send('DELETE', '/api/v1/namespaces/default/configmaps/a', 'application/yaml'),
  },
];

for (const { source, read } of doors) {
  for (const [name, text] of Object.entries(bombs)) {
    test(`S-FILE-2: ${source}: ${name}: an error, soon, and nothing else`, async (t) => {
      const from = process.cpuUsage();
      const error: unknown = await read(text).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      const { user } = process.cpuUsage(from);
      t.diagnostic(`${Math.round(user / 1_000)} ms of CPU`);
      assert.ok(error instanceof Error, 'it was taken');
      assert.ok(isMetalError(error) || error.message === 'refused', error.stack);
      assert.ok(user < 10_000_000, 'it took many seconds');
    });
  }
}

/** What others read through, and a value that somebody types on his own command line. */
const untried = [
  'commands/impl/kit/config/write.ts',
  // Loads the parser for the two doors of the API server above.
  'sandbox/apiserver/engines.ts',
  // The one reader with a limit that the others share, what names files for whoever wants one read, and the kubeconfig
  // once more, read for completion.
  'lib/read-yaml.ts',
  'commands/impl/kit/yaml-file.ts',
  'commands/impl/complete/refresh.ts',
];

test('S-FILE-2: there is no other place that reads YAML', () => {
  const readers = filesBelow('src', /\.tsx?$/)
    .filter((path) => !untried.some((each) => path.endsWith(each)))
    .filter((path) =>
      /import[^;]*\b(?:parse|parseDocument|parseAllDocuments)\b[^;]*from 'yaml'|import\('yaml'\)|\byamlReader\(/.test(
        readFileSync(path, 'utf8'),
      ),
    );
  const tried = new Set(doors.map(({ source }) => source));
  const others = readers.map((path) => path.replace(/^.*?src\//, '')).filter((source) => !tried.has(source));
  assert.deepEqual(others, []);
});
