/** Event subscriptions of a BMC: one of each kind, ours, to the address of now; and none left when the object goes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PermanentError, TransientError } from '../../../../src/errors/classes.js';
import { BMC, world } from '../../../support/world.js';

const eventUrl = (secret: string) => (bmc: string, format: string) =>
  `http://10.9.9.9:10001/${format}/${bmc}/${secret}`;
const key = { name: 'rack1' };

async function scene(secret = 'first') {
  const w = world({ eventUrl: eventUrl(secret) });
  w.addMachine('rack1');
  const machine = w.bmcs.machine('rack1');
  const settle = async () => {
    for (let pass = 0; pass < 8; pass += 1) await w.pass();
  };
  return { w, machine, settle, bmc: () => w.cluster.peek(BMC, key) };
}

test('R-BMC-17: a hundred restarts, and never more than one subscription of a kind', async (t) => {
  const { w, machine, bmc } = await scene();
  let most = 0;
  const bmcs = { ...w.bmcs, open: (access: Parameters<typeof w.bmcs.open>[0]) => watched(w.bmcs.open(access)) };
  const watched = (client: ReturnType<typeof w.bmcs.open>) => ({
    ...client,
    subscribe: async (wanted: Parameters<typeof client.subscribe>[0]) => {
      const made = await client.subscribe(wanted);
      const same = machine.subscriptions.filter(({ format }) => format === wanted.format).length;
      most = Math.max(most, same);
      return made;
    },
  });
  const { reconcileOnce, reconcilers } = await import('../../../../src/reconcile/index.js');
  for (let n = 0; n < 100; n += 1) {
    const settings = { ...w.settings, eventUrl: eventUrl(`secret-${n}`), instance: `process-${n}` };
    for (let pass = 0; pass < 6; pass += 1)
      await reconcileOnce({ ...w.ports, bmcs }, { registrations: reconcilers, settings });
    const there = machine.subscriptions.map(({ format, destination }) => `${format} ${destination}`).sort();
    assert.deepEqual(there, [
      `Event http://10.9.9.9:10001/Event/rack1/secret-${n}`,
      `MetricReport http://10.9.9.9:10001/MetricReport/rack1/secret-${n}`,
    ]);
  }
  assert.equal(most, 1);
  const uris = machine.subscriptions.map(({ uri }) => uri).sort();
  const { eventsSubscriptionLink: events, metricsReportSubscriptionLink: metrics } = bmc()?.status ?? {};
  assert.deepEqual([events, metrics].sort(), uris);
  t.diagnostic(`100 restarts: at most ${most} subscription per BMC and kind`);
});

test('one of the same process is adopted, and an idle pass asks for nothing', async () => {
  const { w, machine, settle } = await scene();
  await settle();
  const before = machine.calls.length;
  const { report } = await w.pass();
  assert.equal(report.writes, 0);
  assert.deepEqual(
    machine.calls.slice(before).filter((call) => call.includes('subscribe ')),
    [],
  );
});

test('subscriptions of others stay, those upstream left are replaced by their links', async () => {
  const { w, machine, settle } = await scene();
  machine.subscriptions = [
    {
      uri: '/redfish/v1/EventService/Subscriptions/7',
      destination: 'http://old/',
      context: 'metal-operator',
      format: 'Event',
    },
    {
      uri: '/redfish/v1/EventService/Subscriptions/8',
      destination: 'http://theirs/',
      context: 'monitoring',
      format: 'Event',
    },
  ];
  const link = { status: { eventsSubscriptionLink: '/redfish/v1/EventService/Subscriptions/7' } };
  await w.cluster.patch(BMC, key, link, 'merge', { subresource: 'status' });
  await settle();
  assert.deepEqual(machine.subscriptions.map(({ context }) => context).sort(), [
    'metalctl:rack1',
    'metalctl:rack1',
    'monitoring',
  ]);
});

test('one that vanished, by a restart of the BMC, is made again', async () => {
  const { w, machine, settle } = await scene();
  await settle();
  machine.subscriptions = [];
  await w.clock.tick(600_000);
  await settle();
  assert.equal(machine.subscriptions.length, 2);
});

test('a kind the BMC refuses is said once, not asked for on every visit, and holds nothing up', async () => {
  const { w, machine, settle, bmc } = await scene();
  const refusal = () => new PermanentError('BMC_REFUSED', 'subscribing to its events');
  for (let n = 0; n < 9; n += 1) machine.failNext('subscribe', refusal());
  await settle();
  const tries = machine.calls.filter((call) => call.startsWith('subscribe '));
  assert.deepEqual(tries.length, 2, tries.join());
  assert.equal(bmc()?.status?.state, 'Enabled');
  await w.clock.tick(6 * 3_600_000);
  await settle();
  assert.equal(
    machine.calls.filter((call) => call.startsWith('subscribe ')).length,
    4,
    'after six hours it is asked again',
  );
});

test('a BMC without an event service is as ready as any', async () => {
  const { machine, settle, bmc } = await scene();
  for (let n = 0; n < 9; n += 1)
    machine.failNext('subscriptions', new PermanentError('BMC_UNSUPPORTED', 'reading its subscriptions'));
  await settle();
  assert.equal(bmc()?.status?.conditions?.find(({ type }) => type === 'Ready')?.status, 'True');
});

test('the object goes: ours are taken off first, others stay', async () => {
  const { w, machine, settle, bmc } = await scene();
  machine.subscriptions = [{ uri: '/s/8', destination: 'http://theirs/', context: 'monitoring', format: 'Event' }];
  await settle();
  await w.cluster.delete(BMC, key);
  await settle();
  assert.equal(bmc(), undefined);
  assert.deepEqual(
    machine.subscriptions.map(({ context }) => context),
    ['monitoring'],
  );
});

test('R-API-12: a dead BMC keeps its object for ten minutes, no longer, and what is left is said', async () => {
  const { w, machine, settle, bmc } = await scene();
  await settle();
  await w.cluster.delete(BMC, key);
  const dead = () => new TransientError('BMC_UNREACHABLE', 'reading its subscriptions');
  for (let n = 0; n < 99; n += 1) machine.failNext('subscriptions', dead());
  await settle();
  assert.ok(bmc() !== undefined, 'it is given its time');
  await w.clock.tick(600_000);
  await settle();
  assert.equal(bmc(), undefined);
  assert.ok(w.events.some(({ event }) => event.reason === 'SubscriptionsLeftBehind'));
});

test('with its Secret gone, nothing is waited for', async () => {
  const { w, settle, bmc } = await scene();
  await settle();
  const { BMCSecret } = await import('../../../support/world.js');
  await w.cluster.delete(BMCSecret, key);
  await w.cluster.delete(BMC, key);
  await settle();
  assert.equal(bmc(), undefined);
});
