/**
 * Schemas of documents: shipped as files, printed by explain, and valid in themselves. That every document has one is a
 * matter of types; that documents are as they say, `cli-process` looks at wherever a test has one printed.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { documentKinds } from '../../../../src/commands/impl/documents/index.js';
import { runLine } from '../../../support/run-line.js';
import { validatorOf } from '../../../support/schemas.js';
import { world } from '../../../support/world.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

test('the files that are shipped are what explain --schema prints, and each is a schema', async () => {
  const w = world();
  const files = readdirSync(`${root}schemas`).sort();
  assert.deepEqual(
    files,
    documentKinds.map((kind) => `${kind}.json`),
  );
  for (const kind of documentKinds) {
    const { code, stdout } = await runLine(`explain --schema ${kind}`, { ports: { clock: w.clock } });
    assert.equal(code, 0);
    assert.equal(stdout, readFileSync(`${root}schemas/${kind}.json`, 'utf8'));
    const validate = validatorOf(kind);
    assert.equal(validate({ apiVersion: 'cli.metalctl.dev/v1', kind: 'Other' }), false, kind);
  }
  assert.match(
    (await runLine('explain --schema ClaimReprot', { ports: { clock: w.clock } })).stderr,
    /did you mean: ClaimReport/,
  );
  assert.equal((await runLine('explain', { ports: { clock: w.clock } })).code, 2);
});
