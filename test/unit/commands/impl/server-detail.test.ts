/** What the view of a server is made of: history, timeline, storage, and the journal of this machine behind it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { EventObject } from '../../../../src/api/kubernetes.js';
import type { BMC, Server } from '../../../../src/api/metal/v1alpha1/index.js';
import { keepRun } from '../../../../src/commands/impl/run-journal.js';
import { detailOf, followDetail } from '../../../../src/commands/impl/server-detail.js';
import type { ServerDetail, ServerEvent } from '../../../../src/ui/server/model.js';
import { world } from '../../../support/world.js';
import { aServer } from '../../workflows/support/servers.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-detail-'));
process.env.METALCTL_STATE_DIR = folder;
after(() => rmSync(folder, { recursive: true }));

const nowMs = Date.parse('2026-01-02T12:00:00Z');
const event = (uid: string, at: string, reason: string): EventObject =>
  ({ metadata: { name: reason }, regarding: { uid }, eventTime: at, reason, type: 'Normal', note: 'told' }) as never;
const server: Server = {
  ...aServer('n', { spec: { bmcRef: { name: 'b' } } }),
  metadata: { name: 'n', uid: 's', creationTimestamp: '2026-01-01T00:00:00Z' },
};
const bmc = { kind: 'BMC', metadata: { name: 'b', uid: 'b' }, spec: { bmcSecretRef: { name: 'b' } } } as unknown as BMC;

function detail(servers: readonly Server[], events: readonly EventObject[] = []): ServerDetail {
  const kinds = { Server: servers, BMC: [bmc], Event: events };
  const store = new Map(
    Object.entries(kinds).map(([kind, items]) => [kind, new Map(items.map((item, at) => [String(at), item as never]))]),
  );
  const made = detailOf(store, 'n', nowMs);
  assert.ok(made);
  return made;
}
const texts = (lines: readonly { readonly text: string }[]): string[] => lines.map(({ text }) => text);

test('history: the server and its BMC in one line of time, newest first; the timeline is its last day the other way', () => {
  const events = [
    event('s', '2026-01-02T11:00:00.5Z', 'Claimed'),
    event('b', '2026-01-02T11:30:00Z', 'Enabled'),
    event('x', '2026-01-02T11:31:00Z', 'Another'),
  ];
  const { tabs, timeline } = detail([server], events);
  assert.deepEqual(texts(tabs.History), [
    '2026-01-02 11:30:00  bmc     event      Normal Enabled: told',
    '2026-01-02 11:00:00  server  event      Normal Claimed: told',
    '2026-01-01 00:00:00  server  created    object created',
  ]);
  assert.deepEqual(timeline, [
    ' 11:00  server  event      Normal Claimed: told',
    ' 11:30  bmc     event      Normal Enabled: told',
  ]);
});

test('storage: each drive and volume, and what is not as everybody expects', () => {
  const storages = [
    {
      name: 'AHCI',
      state: 'Enabled',
      drives: [
        { name: 'Disk 0', mediaType: 'SSD', capacity: '480G', vendor: 'Acme', model: 'X1', state: 'Enabled' },
        { name: 'Bay 1', state: 'Absent' },
      ],
      volumes: [{ name: 'os', raidType: 'RAID1', capacity: '480G', volumeUsage: 'Data' }],
    },
  ];
  const { tabs } = detail([{ ...server, status: { ...server.status, storages } } as Server]);
  assert.deepEqual(texts(tabs.Storage), [
    'AHCI',
    '  drive   Disk 0                       SSD        447.0Gi  Acme  X1',
    '  drive   Bay 1                                            Absent',
    '  volume  os                           RAID1      447.0Gi  Data',
  ]);
});

test('the journal of this machine is read behind the first detail', async () => {
  const w = world();
  w.cluster.seed(aServer('n'));
  await keepRun({
    run: 'abc',
    startedAt: '2026-01-01T00:00:00Z',
    endedAt: '2026-01-01T00:00:05Z',
    passes: 1,
    writes: 1,
    bmcCalls: 1,
    objects: [{ kind: 'Server', name: 'n', outcome: 'failed', because: 'X', message: 'told', writes: 0 }] as never,
  });
  const told: ServerDetail[] = [];
  const send = (event: ServerEvent): void => void (event.type === 'detail' && told.push(event.detail));
  const stop = followDetail({ ports: w.ports } as never, 'n', send, (error) => assert.fail(error));
  for (let turn = 0; turn < 500 && told.length < 2; turn += 1) await w.clock.tick(10);
  stop();
  const runs = told.map(({ tabs }) => texts(tabs.History).filter((text) => text.includes('run abc')));
  assert.deepEqual(runs.at(0), []);
  assert.deepEqual(runs.at(-1), ['2026-01-01 00:00:05  server  metalctl   run abc failed X: told']);
});
