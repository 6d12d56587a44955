/** `--discovery-ignition-path`: a template is tried before a machine needs it. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { settingsOf } from '../../../../src/commands/impl/reconcile-settings.js';
import { isMetalError } from '../../../../src/errors/classes.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-template-'));
after(() => rmSync(folder, { recursive: true }));
const flags = { discoveryPrefix: [], probeImage: 'img' };
const settings = (path: string) => settingsOf({ ...flags, discoveryIgnitionPath: path } as never);

function template(text: string): string {
  const path = join(folder, 'template');
  writeFileSync(path, text);
  return path;
}

const head = 'variant: fcos\nversion: "1.3.0"\n';
const refused: readonly [string, string, RegExp][] = [
  ['nothing', ' \n', /must not be empty/],
  ['a field there is not', `${head}# {{.Nothing}}`, /makes no ignition/],
  ['broken Butane', `${head}storage: [`, /it is no YAML at line 3/],
  ['Butane for a file without a path', `${head}storage: { files: [{ path: a }] }`, /is not an absolute path/],
  ['JSON that breaks', '{"ignition": ', /it is no JSON/],
  ['JSON that is no Ignition', '{"a": 1}', /no ignition\.version/],
];
for (const [what, text, words] of refused) {
  test(`refused at start: ${what}`, async () => {
    await assert.rejects(settings(template(text)), (error) => {
      assert.ok(isMetalError(error) && error.code === 'MANIFEST_INVALID');
      assert.match(error.message, words);
      return true;
    });
  });
}

const taken: Readonly<Record<string, string>> = {
  'Butane with every value': `${head}passwd: { users: [{ name: a, password_hash: {{.PasswordHash}} }] }\n# {{.Flags}} {{.Image}}`,
  'what a boot server may know and we do not': `${head}boot_device: { mirror: { devices: [a, b] } }`,
  'a version we do not judge': 'variant: fcos\nversion: "1.0.0"\n',
  'Ignition itself':
    '{"ignition":{"version":"3.2.0"},"passwd":{"users":[{"name":"a","passwordHash":"{{.PasswordHash}}"}]}}',
};
for (const [what, text] of Object.entries(taken)) {
  test(`taken: ${what}`, async () => assert.equal((await settings(template(text))).discoveryIgnition, text));
}

const upstreams = fileURLToPath(
  new URL(
    '../../../../../shared/upstream/fixtures/metal-operator/config/manager/ignition-template.yaml',
    import.meta.url,
  ),
);
const skip = existsSync(upstreams) ? false : `reference data absent: ${upstreams}`;
test('taken: upstream’s own template', { skip }, async () => {
  assert.match((await settings(upstreams)).discoveryIgnition ?? '', /metalprobe\.service/);
});
