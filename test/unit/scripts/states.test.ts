/** The generated state pages name the states a new object really enters. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generate } from '../../../scripts/generate/states.js';
import { serverMachine } from '../../../src/reconcile/server/machine.js';
import { serverClaimMachine } from '../../../src/reconcile/serverclaim/machine.js';
import { aClaim, aServer } from '../../support/build.js';

test('the diagrams begin where new objects begin', async () => {
  const pages = await generate();
  const entries = (path: string) =>
    [...(pages.get(path) ?? '').matchAll(/\[\*\] --> (\w+)/g)].map(([, state]) => state);
  const servers = [aServer().build(), aServer().claimedBy().build()];
  assert.deepEqual(
    entries('docs/states/server.md'),
    servers.map((server) => serverMachine.enter({ server } as never).state),
  );
  const claim = serverClaimMachine.enter({ claim: aClaim() } as never).state;
  assert.deepEqual(entries('docs/states/serverclaim.md'), [claim]);
});
