/** What stands beside a server: its claim, its BMC, and who had it before as long as an event remembers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventObject } from '../../../../src/api/kubernetes.js';
import type { BMC } from '../../../../src/api/metal/v1alpha1/bmc.js';
import { besideOf } from '../../../../src/commands/impl/server-beside.js';
import { aServer } from '../../workflows/support/servers.js';

const nowMs = Date.parse('2026-01-05T12:00:00Z');
const free = { ...aServer('node-1'), metadata: { name: 'node-1', uid: 'u1' } };
const held = { ...free, spec: { ...free.spec, serverClaimRef: { namespace: 'ci', name: 'build-9' } } } as typeof free;
const event = (day: number, kind: string, reason: string, name: string, note = ''): EventObject =>
  ({
    metadata: { name: `${name}.${day}` },
    regarding: { kind, name, ...(kind === 'ServerClaim' ? { namespace: 'ci' } : { uid: 'u1' }) },
    eventTime: `2026-01-0${day}T12:00:00.000000Z`,
    reason,
    note,
  }) as unknown as EventObject;
const bound = (day: number, name: string): EventObject =>
  event(day, 'ServerClaim', 'Bound', name, 'Unbound → Bound: server node-1');
const beside = (server: typeof free, events: EventObject[], claims: readonly string[] | undefined = []) =>
  Object.fromEntries(
    besideOf(server, undefined, {
      events,
      nowMs,
      claims: claims && new Map(claims.map((name) => [name, { metadata: { namespace: 'ci', name } } as never])),
    }),
  );

test('a claim is named, and said to be missing where it is; not where claims may not be read', () => {
  assert.equal(beside(free, []).Claim, 'none');
  assert.equal(beside(held, [], ['build-9']).Claim, 'ci/build-9');
  assert.equal(beside(held, [], ['other']).Claim, 'ci/build-9 is missing');
  assert.equal(besideOf(held, undefined, { events: [], nowMs, claims: undefined })[0]?.[1], 'ci/build-9');
});

test('the last claim is the last that was bound and is not any more, with its release where that was seen', () => {
  const events = [bound(1, 'build-1'), bound(2, 'build-2'), event(3, 'Server', 'Recycled', 'node-1')];
  assert.equal(beside(free, events)['Last claim'], 'ci/build-2, released 2d ago');
  assert.equal(beside(free, events.slice(0, 2))['Last claim'], 'ci/build-2, bound 3d ago');
  // A release before it is the one of somebody else.
  assert.equal(
    beside(free, [event(1, 'Server', 'Recycled', 'node-1'), bound(2, 'b')])['Last claim'],
    'ci/b, bound 3d ago',
  );
  assert.equal(beside(held, [...events, bound(4, 'build-9')])['Last claim'], 'ci/build-2, released 2d ago');
  assert.equal(beside(free, [])['Last claim'], undefined);
  const other = event(2, 'ServerClaim', 'Bound', 'x', 'Unbound → Bound: server another-node-1');
  assert.equal(beside(free, [other])['Last claim'], undefined);
});

test('the BMC by its address, product and firmware; an address written into the server is one too', () => {
  const bmc = { metadata: { name: 'b' }, status: { ip: '10.0.0.1', model: 'XCC', firmwareVersion: '4.10' } } as BMC;
  const around = { events: [], nowMs, claims: new Map() };
  assert.deepEqual(besideOf(free, bmc, around)[1], ['BMC', '10.0.0.1  XCC  4.10']);
  const inline = { ...free, spec: { ...free.spec, bmc: { address: '10.0.0.9' } } } as never;
  assert.deepEqual(besideOf(inline, undefined, around)[1], ['BMC', '10.0.0.9']);
  assert.deepEqual(besideOf(free, undefined, around)[1], ['BMC', '']);
});
