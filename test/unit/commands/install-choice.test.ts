/** What of it all `install all` installs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { runCommand } from '../../support/commands.js';
import { world } from '../../support/world.js';

async function printed(...words: string[]): Promise<string[]> {
  const { stdout } = await runCommand(world(), ['install', 'all', '--image', 'img', '--print', ...words]);
  return parseAllDocuments(stdout)
    .map((each) => each.toJS() as { kind: string; metadata: { name: string } })
    .map(({ kind, metadata }) => `${kind}/${metadata.name}`);
}

const ofKind = (objects: readonly string[], kind: string) => objects.filter((each) => each.startsWith(`${kind}/`));

test('--only takes the CRDs of these kinds, and leaves roles and the CronJob', async () => {
  const [all, some] = [await printed(), await printed('--only', 'servers,bmc')];
  assert.ok(ofKind(all, 'CustomResourceDefinition').length > 2);
  assert.deepEqual(ofKind(some, 'CustomResourceDefinition').sort(), [
    'CustomResourceDefinition/bmcs.metal.ironcore.dev',
    'CustomResourceDefinition/servers.metal.ironcore.dev',
  ]);
  const rest = (objects: string[]) => objects.filter((each) => !each.startsWith('CustomResourceDefinition/'));
  assert.deepEqual(rest(some), rest(all));
});

test('--role takes these roles, and that of the CronJob always', async () => {
  const all = await printed();
  const one = await printed('--role', 'viewer');
  const [roles, left] = [ofKind(all, 'ClusterRole'), ofKind(one, 'ClusterRole')];
  assert.ok(left.length > 0 && left.length < roles.length, `${left} of ${roles}`);
  assert.ok(left.some((each) => each.includes('viewer')));
  assert.ok(!one.some((each) => each.includes('claimer') || each.includes('discoverer')), one.join());
  const daemons = (objects: string[]) => objects.filter((each) => /daemon/.test(each));
  assert.deepEqual(daemons(one), daemons(all));
  assert.ok(one.includes('CronJob/metalctl') && ofKind(one, 'ServiceAccount').length === 1);
});

test('a role or a kind that is none is refused', async () => {
  await assert.rejects(printed('--role', 'king'), { code: 'USAGE' });
  await assert.rejects(printed('--only', 'pods'), { code: 'USAGE' });
});
