/** Where the program's code comes from: few packages, each pinned, none that runs code when it is installed. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { packageOf } from '../../../scripts/build/notices.js';
import { billOfMaterials } from '../../../scripts/build/sbom.js';
import { filesBelow } from '../../../scripts/lib/files.js';
import { BMCSecret } from '../../../src/api/metal/v1alpha1/index.js';

interface Locked {
  readonly version: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly license?: string;
}
const read = <T>(name: string): T => JSON.parse(readFileSync(name, 'utf8')) as T;
const own = read<Record<string, Record<string, string> | undefined>>('package.json');
const lock = read<{ packages: Record<string, Locked> }>('package-lock.json').packages;
const others = Object.entries(lock).filter(([path]) => path !== '');

test('S-SUP-1: every version is exact, and the lockfile agrees', () => {
  for (const part of ['dependencies', 'devDependencies']) {
    for (const [name, version] of Object.entries(own[part] ?? {})) {
      assert.match(version, /^\d+\.\d+\.\d+$/, `${name} ${version}`);
      assert.equal(lock[`node_modules/${name}`]?.version, version, name);
    }
  }
});

test('S-SUP-1: every package comes from the registry with its integrity', () => {
  for (const [path, { integrity, resolved = '' }] of others) {
    assert.match(integrity ?? '', /^sha512-/, path);
    assert.ok(resolved === '' || resolved.startsWith('https://registry.npmjs.org/'), `${path}: ${resolved}`);
  }
});

test('S-SUP-1: one package is installed beside the bundle, and nothing runs when it is', () => {
  assert.deepEqual(Object.keys(own.dependencies ?? {}), ['libsql']);
  const running = Object.keys(own.scripts ?? {}).filter((name) =>
    /^(pre|post)?(install|prepare|publish|pack)$/.test(name),
  );
  assert.deepEqual(running, []);
  const runtime = others.filter(([, { dev, devOptional }]) => !dev && !devOptional);
  assert.ok(runtime.length <= 20, `${runtime.length} packages at run time, every platform's binary counted`);
  for (const [path, { hasInstallScript, license }] of runtime) {
    assert.notEqual(hasInstallScript, true, path);
    assert.match(license ?? 'MIT', /^(MIT|Apache-2\.0|ISC|BSD-[23]-Clause|\(?MIT OR [\w.-]+\)?)$/, path);
  }
});

test('S-SUP-1: no source makes code out of text', () => {
  const made = filesBelow('src', /\.tsx?$/).filter((path) =>
    /\beval\(|\bnew Function\(|\bsetTimeout\(\s*['"`]|node:vm/.test(readFileSync(path, 'utf8')),
  );
  assert.deepEqual(made, []);
});

test('S-SUP-2: the bill of materials names what is bundled and what is installed, with hashes, and is the same again', () => {
  const inputs = ['node_modules/zod/index.js', 'node_modules/undici/lib/x.js', 'src/cli.ts'];
  const text = billOfMaterials(inputs);
  assert.equal(billOfMaterials([...inputs].reverse()), text);
  const { bomFormat, components } = JSON.parse(text) as { bomFormat: string; components: Record<string, unknown>[] };
  assert.equal(bomFormat, 'CycloneDX');
  const zod = components.find(({ name }) => name === 'zod');
  assert.equal(zod?.purl, `pkg:npm/zod@${lock['node_modules/zod']?.version}`);
  assert.match(JSON.stringify(zod?.hashes), /"SHA-512","content":"[0-9a-f]{128}"/);
  assert.ok(components.some(({ name }) => name === 'libsql'));
  assert.ok(components.some(({ name }) => name === '@libsql/linux-x64-gnu'));
  assert.throws(() => billOfMaterials(['node_modules/unheard-of/x.js']), /not in the lockfile/);
});

test('a file of a package is known by the package it lies in', () => {
  assert.equal(packageOf('node_modules/a/node_modules/@b/c/x.js'), 'node_modules/a/node_modules/@b/c');
  assert.equal(packageOf('src/cli.ts'), undefined);
});

test('S-SEC-5: the documentation tells to encrypt BMCSecrets at rest, by the name an API server knows them by', () => {
  const page = readFileSync('docs/how-to/protect-secrets.md', 'utf8');
  assert.match(page, /EncryptionConfiguration/);
  assert.match(page, new RegExp(`- ${BMCSecret.plural}\\.${BMCSecret.group}`));
  assert.match(readFileSync('README.md', 'utf8'), /docs\/how-to\/protect-secrets\.md/);
});
