/** A report is a claim, not truth: whose addresses a discovered machine may say are its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Server } from '../../../../src/api/metal/v1alpha1/index.js';
import type { ProbeInterface } from '../../../../src/ports/probes.js';
import type { Settings } from '../../../../src/reconcile/reads.js';
import { serverRegistration } from '../../../../src/reconcile/server/machine.js';
import { AddressBook } from '../../../../src/serve/index.js';
import { aBmc, aDiscoveryBoot, aSecret, aServer, uuid } from '../../../support/build.js';
import { asked, decideIn } from '../../../support/decide.js';
import { fakeBmcs } from '../../../support/fake-bmc.js';
import { fakeProbes } from '../../../support/fake-probes.js';

const victim = (...ips: string[]): Server => {
  const built = aServer().named('victim').in('Reserved').build();
  const networkInterfaces = [{ name: 'eth0', macAddress: 'aa:bb:cc:00:00:01', ips }];
  const spec = { ...built.spec, systemUUID: 'another' };
  return {
    ...built,
    metadata: { ...built.metadata, uid: 'victim' },
    spec,
    status: { ...built.status, networkInterfaces },
  } as Server;
};

async function reporting(ipAddresses: string[], settings: Partial<Settings> = {}, ...others: Server[]) {
  const bmcs = fakeBmcs();
  bmcs.add('rack1', { uuid, power: 'On' });
  const probes = fakeProbes();
  probes.expect(uuid, 'hash', new Date('2027-01-01'));
  const nic: ProbeInterface = { name: 'eth0', macAddress: 'aa:bb:cc:dd:ee:ff', ipAddresses, carrierStatus: 'up' };
  probes.arrive(uuid, { networkInterfaces: [nic] });
  const server = aServer()
    .in('Discovery')
    .bootingWith('rack1-system-0-discovery', 'metalctl-system')
    .discovering(60_000);
  const objects = [aBmc(), aSecret(), aDiscoveryBoot('Ready'), ...others];
  const decision = await decideIn(serverRegistration, server.build(), {
    objects,
    bmcs,
    probes,
    settings: { persistInventory: false, ...settings },
  });
  const { networkInterfaces = [] } = decision.status as { networkInterfaces?: { ips: string[] }[] };
  return { decision, ips: networkInterfaces[0]?.ips, server: { ...server.build(), status: decision.status } as Server };
}

test('an address of another server is refused, in whatever way it is written, and said', async () => {
  for (const [held, claimed] of [
    ['10.0.0.7', '10.0.0.7'],
    ['10.0.0.7', '::ffff:10.0.0.7'],
    ['fd00::7', 'FD00:0:0::0007'],
  ] as const) {
    const { decision, ips } = await reporting([claimed, '10.0.0.5'], {}, victim(held));
    assert.deepEqual(ips, ['10.0.0.5']);
    assert.equal(decision.because, 'Probed');
    assert.deepEqual(asked(decision), ['announce AddressRefused']);
  }
});

test('metadata of the one who had the address first are what they were', async () => {
  const book = new AddressBook();
  book.put(victim('10.0.0.7'));
  const { server } = await reporting(['10.0.0.7', '10.0.0.5'], {}, victim('10.0.0.7'));
  book.put(server);
  assert.deepEqual(book.holdersOf('10.0.0.7'), ['victim']);
  assert.deepEqual(book.holdersOf('10.0.0.5'), ['rack1-system-0']);
});

test('a machine that is discovered again keeps its own address', async () => {
  const { ips, decision } = await reporting(['10.0.0.5'], {}, victim('10.0.0.7'));
  assert.deepEqual(ips, ['10.0.0.5']);
  assert.deepEqual(asked(decision), []);
});

test('link-local addresses name no machine, and two may have the same', async () => {
  assert.deepEqual((await reporting(['fe80::1', '169.254.1.1'], {}, victim('fe80::1', '169.254.1.1'))).ips, [
    'fe80::1',
    '169.254.1.1',
  ]);
});

test('addresses outside the prefixes of discoveries are left out; without prefixes any is taken', async () => {
  const discoveryPrefixes = ['10.0.0.0/24', 'fd00::/64'];
  const given = ['10.0.0.5', '192.168.1.1', 'fd00::5', '2001:db8::1'];
  const { ips, decision } = await reporting(given, { discoveryPrefixes });
  assert.deepEqual(ips, ['10.0.0.5', 'fd00::5']);
  const [said] = decision.effects.flatMap((effect) => (effect.do === 'announce' ? [effect.event.note] : []));
  assert.equal(
    said,
    'addresses of the report are left out: 192.168.1.1 lies in no discovery prefix; 2001:db8::1 lies in no discovery prefix',
  );
  assert.deepEqual((await reporting(given)).ips, given);
});
