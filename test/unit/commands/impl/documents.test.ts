/** Schemas of documents: shipped as files, printed by explain, valid in themselves, and named for every document there is. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { documentKinds, documentSchema } from '../../../../src/commands/impl/documents/index.js';
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

/** Documents whose form nobody should rely on yet: they confirm one act, or belong to a preview. */
const withoutSchema = new Set(
  [
    'AccountChanged AccountDeleted BootOnce CertificateInstalled Config ConsoleUrl Credential CredentialSet Demo',
    'HostKeyAccepted InventoryDiff LogCleared LogEntry LogList MediaEjected MediaInserted ProbeReport RedfishAnswer',
    'BmcNetwork BmcNetworkChange BmcSettings BmcSettingsChange BmcSettingsDiff ClockSet FactoryReset SubscriptionList SubscriptionsEnded',
    'RedfishRequest Replay Sandbox SandboxFault SandboxHealed SandboxReset SandboxStopped SessionsEnded SigningRequest Task',
  ].flatMap((line) => line.split(' ')),
);

test('every document the program prints has a schema, or is named here as one without', () => {
  const bodies = readdirSync(`${root}src/commands/impl`, { recursive: true, encoding: 'utf8' });
  const kinds = bodies
    .filter((path) => path.endsWith('.ts') && !path.startsWith('documents'))
    .flatMap((path) => {
      const text = readFileSync(`${root}src/commands/impl/${path}`, 'utf8');
      return [...text.matchAll(/document\(\s*\{\s*kind: '(\w+)'|const document = \{\s*kind: '(\w+)'/g)].map(
        ([, called, made]) => called ?? made ?? '',
      );
    });
  assert.ok(new Set(kinds).size > 60, `${new Set(kinds).size}`);
  const unknown = [...new Set(kinds)].filter((kind) => documentSchema(kind) === undefined && !withoutSchema.has(kind));
  assert.deepEqual(unknown, []);
});
