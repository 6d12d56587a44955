/** The bundle is the same when it is built twice, and starts on the versions of Node it is made for. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { test } from 'node:test';
import { bundle } from '../../scripts/build/bundle.js';
import { notices } from '../../scripts/build/notices.js';
import { billOfMaterials } from '../../scripts/build/sbom.js';

const program = new URL('../../bin/metalctl', import.meta.url).pathname;

async function digest(): Promise<Map<string, string>> {
  const { files, metafile } = await bundle();
  const inputs = Object.keys(metafile.inputs);
  const parts: [string, string | Uint8Array][] = files.map(({ path, contents }) => [relative('.', path), contents]);
  parts.push(['THIRD_PARTY_LICENSES', notices(inputs)], ['sbom.cdx.json', billOfMaterials(inputs)]);
  return new Map(parts.map(([name, contents]) => [name, createHash('sha256').update(contents).digest('hex')]));
}

test('S-SUP-2: two builds are equal, byte by byte', async (t) => {
  const [once, again] = [await digest(), await digest()];
  assert.ok(once.size > 50);
  assert.deepEqual(again, once);
  t.diagnostic(`${once.size} files, equal in both builds`);
});

/** Paths of other Nodes, separated by colons; the test cannot fetch them itself. */
const nodes = (process.env.METALCTL_NODES ?? '').split(':').filter((path) => path !== '');

test('S-SUP-3: it starts on this Node and on every other one that is given', { timeout: 60_000 }, (t) => {
  for (const node of [process.execPath, ...nodes]) {
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    const said = execFileSync(node, [program, 'version', '-o', 'json'], { encoding: 'utf8' });
    assert.match(said, /"version"/, version);
    assert.match(execFileSync(node, [program, '--help'], { encoding: 'utf8' }), /Usage|usage|metalctl/, version);
    t.diagnostic(`starts on ${version}`);
  }
  if (nodes.length === 0) t.diagnostic('other versions: METALCTL_NODES=/path/to/node22:/path/to/node24');
});
