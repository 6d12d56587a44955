/** The last report of a machine is kept beside its Server, whole where it fits. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigMap } from '../../../../src/api/kubernetes.js';
import { defaultSettings } from '../../../../src/reconcile/index.js';
import { keepReport } from '../../../../src/reconcile/server/kept-report.js';
import type { ServerInput } from '../../../../src/reconcile/server/reader.js';
import { aServer } from '../../../support/build.js';

function input(present?: string, persistInventory = true): ServerInput {
  const kept = present === undefined ? undefined : { data: { 'inventory.json': present } };
  const read = { fresh: async () => kept };
  return {
    server: aServer().build(),
    read,
    settings: { ...defaultSettings, persistInventory },
  } as unknown as ServerInput;
}
async function kept(data: Record<string, unknown>, given = input()): Promise<ConfigMap | undefined> {
  const [effect] = await keepReport({ networkInterfaces: [], lldp: [], data }, given);
  return effect === undefined ? undefined : ((effect as { object: ConfigMap }).object as ConfigMap);
}
const list = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ address: `0000:${n}`, text: 'x'.repeat(100) }));

test('a report is kept whole, in the manager’s namespace, and goes with its Server', async () => {
  const data = { cpu: [{ id: 0 }], pciDevices: list(3), extensions: { memoryTotalBytes: 1 } };
  const object = await kept(data);
  assert.deepEqual(JSON.parse(object?.data?.['inventory.json'] ?? ''), data);
  const { name, namespace, ownerReferences } = object?.metadata ?? {};
  assert.deepEqual([object?.kind, name, namespace], [ConfigMap.kind, 'rack1-system-0-inventory', 'metalctl-system']);
  assert.deepEqual(
    ownerReferences?.map(({ kind, controller }) => [kind, controller]),
    [['Server', true]],
  );
});

test('beyond 256 KiB PCI devices go first, and then what is asked for least', async () => {
  const parts = async (data: Record<string, unknown>) =>
    Object.keys(JSON.parse((await kept(data))?.data?.['inventory.json'] ?? ''));
  assert.deepEqual(await parts({ cpu: [], nics: list(5), pciDevices: list(3_000) }), ['cpu', 'nics']);
  assert.deepEqual(await parts({ cpu: [], nics: list(3_000), pciDevices: list(3_000) }), ['cpu']);
  assert.equal(await kept({ note: 'x'.repeat(300_000) }), undefined);
});

test('what is there already is not written again, and nothing where it is not wanted', async () => {
  const data = { cpu: [{ id: 0 }] };
  assert.equal(await kept(data, input(JSON.stringify(data))), undefined);
  assert.notEqual(await kept(data, input('{}')), undefined);
  assert.equal(await kept(data, input(undefined, false)), undefined);
});
