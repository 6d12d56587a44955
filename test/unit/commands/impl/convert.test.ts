/** `convert`: old day-2 objects in the form of the new groups, and a warning for whatever has no successor. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { convert, movedKinds } from '../../../../src/api/convert.js';
import { schemaFaults } from '../../../../src/api/crd/index.js';
import type { KubeObject } from '../../../../src/api/kind.js';
import type { CustomResourceDefinition } from '../../../../src/api/kubernetes.js';
import { Exit } from '../../../../src/errors/exit.js';
import { runLine } from '../../../support/run-line.js';
import { world } from '../../../support/world.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-convert-'));
after(() => rmSync(folder, { recursive: true }));

const old = (kind: string, spec: unknown, metadata = {}): KubeObject =>
  ({
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind,
    metadata: { name: 'a', ...metadata },
    spec,
    status: { state: 'Applied' },
  }) as KubeObject;

test('settings of BMCs: the reference is renamed, the map becomes a flow of one step, status is left behind', () => {
  const made = convert(old('BMCSettings', { BMCRef: { name: 'b' }, version: '1', settings: { x: '1' } }));
  assert.deepEqual(made, {
    object: {
      apiVersion: 'baseboard.metal.ironcore.dev/v1alpha1',
      kind: 'BMCSettings',
      metadata: { name: 'a' },
      spec: {
        version: '1',
        bmcRef: { name: 'b' },
        settingsFlow: [{ name: 'default', priority: 1, settings: { x: '1' } }],
      },
    },
    warnings: [],
  });
});

test('a maintenance loses what the new kind has no field for, and gets a policy', () => {
  const made = convert(old('ServerMaintenance', { serverRef: { name: 's' }, serverPower: 'Off', policy: 'whatever' }));
  assert.deepEqual(made?.object.spec, { serverRef: { name: 's' }, policy: 'OwnerApproval' });
  assert.deepEqual(made?.warnings, [
    'spec.serverPower has no successor and was dropped',
    'spec.policy has a value that is no longer known: set to OwnerApproval',
  ]);
  assert.deepEqual(convert(old('ServerMaintenance', { policy: 'Enforced' }))?.warnings, [
    'spec.serverRef is missing: the new kind is refused without it',
  ]);
});

test('what belongs to the old object stays with it: finalizers, UIDs, owners, who refers to it', () => {
  const made = convert(
    old(
      'BIOSVersion',
      {
        serverRef: { name: 's' },
        serverMaintenanceRef: {
          apiVersion: 'metal.ironcore.dev/v1alpha1',
          kind: 'ServerMaintenance',
          name: 'm',
          uid: 'u',
        },
      },
      {
        uid: 'x',
        resourceVersion: '7',
        finalizers: ['metal.ironcore.dev/biosversion'],
        labels: { a: 'b' },
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
        ownerReferences: [{ apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'BIOSVersionSet', name: 'set', uid: 'y' }],
      },
    ),
  );
  assert.deepEqual(made?.object.metadata, { name: 'a', labels: { a: 'b' } });
  assert.deepEqual(made?.object.spec.serverMaintenanceRef, {
    apiVersion: 'maintenance.metal.ironcore.dev/v1alpha1',
    kind: 'ServerMaintenance',
    name: 'm',
  });
  assert.match(made?.warnings.join() ?? '', /its owner BIOSVersionSet\/set is not carried over/);
});

test('what did not move is not touched', () => {
  assert.equal(convert(old('Server', {})), undefined);
  assert.equal(convert({ ...old('BMCSettings', {}), apiVersion: 'baseboard.metal.ironcore.dev/v1alpha1' }), undefined);
});

test('on the command line: YAML on stdout, one warning per cause on stderr, --fail-on-warning exits 15', async () => {
  const file = join(folder, 'old.yaml');
  const one = (name: string): string =>
    `---\napiVersion: metal.ironcore.dev/v1alpha1\nkind: ServerMaintenance\nmetadata: {name: ${name}, namespace: ops}\nspec: {policy: Enforced, serverRef: {name: s}, serverPower: "Off"}\n`;
  writeFileSync(file, one('a') + one('b'));
  const w = world();
  const run = (line: string) => runLine(line, { ports: { ...w.ports, cluster: w.cluster } });
  const said = await run(`convert -f ${file}`);
  assert.equal(said.code, Exit.OK);
  assert.equal(said.stderr, 'warning: spec.serverPower has no successor and was dropped (2 objects)\n');
  assert.match(said.stdout, /^---\napiVersion: maintenance\.metal\.ironcore\.dev\/v1alpha1\nkind: ServerMaintenance\n/);
  assert.equal(said.stdout.match(/^---$/gm)?.length, 2);
  w.cluster.seed(old('BIOSSettings', { serverRef: { name: 's' }, version: '1', settingsFlow: [] }));
  const all = await run('convert --from-cluster -o json');
  assert.equal((JSON.parse(all.stdout) as KubeObject).apiVersion, 'system.metal.ironcore.dev/v1alpha1');
  assert.equal((await run(`convert --from-cluster -f ${file}`)).code, Exit.USAGE);
});

const crds = new URL('../../../../../shared/upstream/crds/', import.meta.url);
const skip = existsSync(crds) ? false : '../shared/upstream/crds is not there';

test('every kind that moved is known, and its conversion fits the schema it moved to', { skip }, () => {
  const read = (dir: string): CustomResourceDefinition[] =>
    readdirSync(new URL(dir, crds)).map((file) => parse(readFileSync(new URL(`${dir}${file}`, crds), 'utf8')));
  const [before, now] = [read('metal.ironcore.dev-v0.7.0/'), read('maintenance/')];
  assert.deepEqual(movedKinds.map(({ kind }) => kind).sort(), before.map(({ spec }) => spec.names.kind).sort());
  for (const { kind, group, plural, scope } of movedKinds) {
    const target = now.find(({ spec }) => spec.names.kind === kind && spec.group === group);
    assert.deepEqual([target?.spec.names.plural, target?.spec.scope], [plural, scope], kind);
    const schema = target?.spec.versions[0]?.schema?.openAPIV3Schema;
    const from = before.find(({ spec }) => spec.names.kind === kind)?.spec.versions[0]?.schema?.openAPIV3Schema;
    const made = convert(old(kind, sampleOf(from?.properties?.spec ?? {})));
    const faults = schemaFaults(schema ?? {}, made?.object).filter(({ message }) => message !== 'is missing');
    assert.deepEqual(faults, [], kind);
  }
});

/** A value with every field of a schema. */
function sampleOf(schema: Readonly<Record<string, unknown>>): unknown {
  const {
    type,
    properties,
    items,
    additionalProperties,
    enum: words,
    pattern,
  } = schema as {
    type?: string;
    properties?: Record<string, Record<string, unknown>>;
    items?: Record<string, unknown>;
    additionalProperties?: Record<string, unknown>;
    enum?: unknown[];
    pattern?: string;
  };
  if (words !== undefined) return words[0];
  if (type === 'object' && properties !== undefined)
    return Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, sampleOf(each)]));
  if (type === 'object') return additionalProperties === undefined ? {} : { any: sampleOf(additionalProperties) };
  if (type === 'array') return items === undefined ? [] : [sampleOf(items)];
  if (type === 'integer') return 1;
  if (type === 'boolean') return true;
  return pattern === undefined ? 'text' : '1';
}
