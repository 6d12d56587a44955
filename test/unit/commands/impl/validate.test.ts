/** `validate -f`: every fault of every file with its place, and exit 2. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Exit } from '../../../../src/errors/exit.js';
import { fakeClock } from '../../../support/clock.js';
import { runLine } from '../../../support/run-line.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-validate-'));
after(() => rmSync(folder, { recursive: true }));

const validated = (text: string, more = '') => {
  const file = join(folder, 'm.yaml');
  writeFileSync(file, text);
  return runLine(`validate -f ${file} ${more}`, { ports: { clock: fakeClock() } });
};

const claim = (name: string, spec: string): string =>
  `---\napiVersion: metal.ironcore.dev/v1alpha1\nkind: ServerClaim\nmetadata: {name: ${name}, namespace: db}\nspec: ${spec}\n`;

test('manifests without a fault: one line on stderr, nothing on stdout', async () => {
  const { code, stdout, stderr } = await validated(claim('a', '{power: "On", image: "os:1"}'));
  assert.deepEqual({ code, stdout, stderr }, { code: Exit.OK, stdout: '', stderr: '1 object, no fault found\n' });
});

test('each fault is a row with its file, object and field, and the command exits 2', async () => {
  const text = claim('a', '{power: On, image: "os:1", imgae: x}') + claim('B', '{power: "On", image: "os:1"}');
  const { code, stdout, stderr } = await validated(text);
  assert.equal(code, Exit.USAGE);
  assert.match(stdout, /SOURCE +OBJECT +FIELD +FAULT/);
  assert.match(stdout, /m\.yaml#1 +serverclaim\/db\/a +spec\.power +is a boolean, must be a string: put it in quotes/);
  assert.match(stdout, /spec\.imgae +is no field/);
  assert.match(stdout, /m\.yaml#2 +serverclaim\/db\/B +metadata\.name +must be lower-case/);
  assert.match(stderr, /error: 3 faults in 2 of 2 objects/);
  assert.match(stderr, /explain serverclaim --recursive/);
});

test('objects are held against each other: a name twice, and one MAC at two Endpoints', async () => {
  const endpoint = (name: string, mac: string): string =>
    `---\napiVersion: metal.ironcore.dev/v1alpha1\nkind: Endpoint\nmetadata: {name: ${name}}\nspec: {ip: 10.0.0.1, macAddress: "${mac}"}\n`;
  const { stdout } = await validated(
    endpoint('a', 'aa:bb:cc:dd:ee:ff') + endpoint('b', 'AA-BB-CC-DD-EE-FF') + endpoint('b', '00:00:00:00:00:01'),
  );
  assert.match(stdout, /endpoint\/a +spec\.macAddress +Duplicate value/);
  assert.match(stdout, /m\.yaml#3 +endpoint\/b +metadata\.name +is in .*m\.yaml#2 already/);
});

test('a namespace on a kind without namespaces is a fault; foreign kinds are said not to have been looked at', async () => {
  const text =
    'apiVersion: metal.ironcore.dev/v1alpha1\nkind: BMCSecret\nmetadata: {name: a, namespace: x}\ndata: {}\n';
  assert.match((await validated(text)).stdout, /metadata\.namespace +is set, but BMCSecret is not namespaced/);
  const foreign = await validated('apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {any: 1}\n', '-o json');
  assert.equal(foreign.code, Exit.OK);
  assert.match(foreign.stderr, /warning: .*Pod of v1 is no kind of metalctl/);
  const { objects } = JSON.parse(foreign.stdout) as { objects: { object: string; checked: boolean; faults: [] }[] };
  assert.deepEqual(
    objects.map(({ object, checked, faults }) => ({ object, checked, faults })),
    [{ object: 'pod/a', checked: false, faults: [] }],
  );
});
