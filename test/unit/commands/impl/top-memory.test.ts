/** The dashboard over a large fleet: what did not change is not made again, and what did is. Counted, not timed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Server } from '../../../../src/api/metal/v1alpha1/index.js';
import { fleetOf } from '../../../../src/commands/impl/top-fleet.js';
import { snapshotOf } from '../../../../src/commands/impl/top-snapshot.js';
import { aServer } from '../../workflows/support/servers.js';

const start = Date.parse('2026-03-04T12:00:00Z');
const made = (name: string): Server => {
  const server = aServer(name);
  return { ...server, metadata: { ...server.metadata, creationTimestamp: '2026-03-04T11:00:00Z' } };
};
const snapshotAt = (servers: ReadonlyMap<string, Server>, ms = start) =>
  snapshotOf(fleetOf(new Map([['Server', servers]]), ms)).rows.servers;
const fleet = (count: number): Map<string, Server> =>
  new Map(Array.from({ length: count }, (_, at) => [`node-${at}`, made(`node-${String(at).padStart(4, '0')}`)]));

test('one changed server of a thousand makes one new row', () => {
  const servers = fleet(1_000);
  const before = snapshotAt(servers);
  const old = servers.get('node-7') as Server;
  servers.set('node-7', { ...old, status: { ...old.status, state: 'Reserved' } } as Server);
  const after = snapshotAt(servers);
  assert.deepEqual(
    after.flatMap((row, at) => (row === before[at] ? [] : [[row.name, row.state]])),
    [['node-0007', 'Reserved']],
  );
});

test('an age that is said otherwise makes a new row, one that is not does not', () => {
  const servers = fleet(1);
  const [before] = snapshotAt(servers);
  assert.equal(before?.since, '60m');
  assert.equal(snapshotAt(servers, start + 59_000)[0], before);
  assert.equal(snapshotAt(servers, start + 60_000)[0]?.since, '61m');
});

test('rows stand by their names, whoever comes and goes', () => {
  const servers = fleet(3);
  const names = (): string[] => snapshotAt(servers).map(({ name }) => name);
  assert.deepEqual(names(), ['node-0000', 'node-0001', 'node-0002']);
  servers.set('late', made('node-0000a'));
  assert.deepEqual(names(), ['node-0000', 'node-0000a', 'node-0001', 'node-0002']);
  servers.delete('node-0');
  assert.deepEqual(names(), ['node-0000a', 'node-0001', 'node-0002']);
});
