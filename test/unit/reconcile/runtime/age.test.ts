/** Ages of times on objects, and what a time that lies ahead is worth. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageMs, isAhead, leftMs } from '../../../../src/reconcile/runtime/age.js';
import { serverRegistration } from '../../../../src/reconcile/server/machine.js';
import { aBmc, aDiscoveryBoot, aSecret, aServer, uuid } from '../../../support/build.js';
import { asked, decideIn } from '../../../support/decide.js';
import { fakeBmcs } from '../../../support/fake-bmc.js';

const now = new Date('2026-01-01T00:00:00Z');
const at = (ms: number): string => new Date(now.getTime() + ms).toISOString();

test('an age is what it is, and never negative between clocks that are in step', () => {
  assert.equal(ageMs(at(-5_000), now), 5_000);
  assert.equal(ageMs(at(30_000), now), 0);
  assert.equal(isAhead(at(30_000), now), false);
});

test('a time far ahead, and one that cannot be read, count as over', () => {
  assert.equal(ageMs(at(3_600_000), now), Number.POSITIVE_INFINITY);
  assert.equal(ageMs('soon', now), Number.POSITIVE_INFINITY);
  assert.equal(leftMs(at(86_400_000), 60_000, now), 0);
  assert.equal(leftMs(at(-10_000), 60_000, now), 50_000);
  assert.ok(isAhead(at(61_000), now));
});

const bmcs = (power: 'On' | 'Off') => {
  const all = fakeBmcs();
  all.add('rack1', { uuid, power });
  return all;
};
const objects = [aBmc(), aSecret(), aDiscoveryBoot('Ready')];
const inDiscovery = () => aServer().in('Discovery').bootingWith('rack1-system-0-discovery', 'metalctl-system');

test('the grace of a shutdown begins anew when the clock was set back; nothing is sent', async () => {
  const server = inDiscovery().discovering(60_000, 'True').intending('Off', -3_600_000).build();
  const decision = await decideIn(serverRegistration, server, { objects, bmcs: bmcs('On') });
  assert.equal(decision.because, 'WaitingForPowerOff');
  const [, again = ''] = asked(decision);
  assert.match(again, /power-intent.*\\"action\\":\\"Off\\",\\"at\\":\\"2026-01-01T00:00:00Z\\"/);
  assert.equal(asked(decision).length, 2);
});

test('a power-on by a clock that was set back is sent again: it is a level', async () => {
  const server = inDiscovery().discovering(60_000).intending('On', -3_600_000).build();
  const decision = await decideIn(serverRegistration, server, { objects, bmcs: bmcs('Off') });
  assert.ok(asked(decision).includes('setPower On graceful'));
});

test('a discovery whose start lies ahead is counted anew', async () => {
  const decision = await decideIn(serverRegistration, inDiscovery().discovering(-3_600_000).build(), {
    objects,
    bmcs: bmcs('Off'),
  });
  assert.equal(decision.because, 'ClockSetBack');
  assert.deepEqual(
    decision.conditions.map(({ type, restart }) => [type, restart]),
    [['Discovered', true]],
  );
});
