/** Every form lldpctl's JSON takes, upstream's recordings among them. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseLldp } from '../../../src/probe/lldp.js';
import { readLldp } from '../../../src/probe/lldpctl.js';
import { fakeClock } from '../../support/clock.js';

const recordings = fileURLToPath(
  new URL('../../../../shared/upstream/fixtures/metal-operator/test/data/', import.meta.url),
);
const recorded = { skip: existsSync(recordings) ? false : 'upstream recordings are absent' };
const parsed = (name: string) => parseLldp(readFileSync(`${recordings}lldpctl_${name}.json`, 'utf8'));

test('upstream’s recordings', recorded, () => {
  const complete = parsed('complete');
  assert.deepEqual(
    complete.map(({ name }) => name),
    ['ens3f0np0', 'ens6f0np0', 'eno12399'],
  );
  for (const { neighbors } of complete) assert.ok(neighbors[0]?.chassisId && neighbors[0].portId);
  assert.deepEqual(parsed('incomplete'), []);
  const [partial] = parsed('partial');
  assert.equal(partial?.name, 'eth0');
  assert.equal(partial?.neighbors[0]?.chassisId, 'xx:xx:xx:xx:xx:xx');
  assert.equal(partial?.neighbors[0]?.portId, undefined);
  const [single] = parsed('single');
  assert.deepEqual([single?.name, single?.neighbors[0]?.portId], ['ens3f0np0', 'Eth1/17']);
  const [many] = parsed('mgmtip_array');
  assert.equal(many?.neighbors[0]?.chassisId, 'e8:eb:d3:e4:5a:2e');
  assert.equal(many?.neighbors[0]?.mgmtIp, '192.168.30.242');
});

test('a neighbour without a name, one capability as an object, a numeric VLAN', () => {
  const details = {
    chassis: { id: { type: 'mac', value: 'aa:bb' }, descr: 'box', capability: { type: 'Bridge', enabled: true } },
    port: { id: { type: 'ifname', value: 7 } },
    vlan: [{ 'vlan-id': 1 }, { 'vlan-id': 20, pvid: true }],
  };
  assert.deepEqual(parseLldp(JSON.stringify({ lldp: { interface: { eth0: details } } })), [
    {
      name: 'eth0',
      neighbors: [
        { chassisId: 'aa:bb', portId: '7', systemDescription: 'box', vlanId: '20', capabilities: ['Bridge'] },
      ],
    },
  ]);
});

test('neither list nor object is refused', () => {
  assert.throws(() => parseLldp('{"lldp":{"interface":"eth0"}}'), TypeError);
  assert.throws(() => parseLldp('lldpd is not running'), SyntaxError);
});

test('a silent lldpd is asked again until its time is over', async () => {
  const clock = fakeClock();
  let asked = 0;
  const run = async () => {
    asked += 1;
    return asked < 3 ? '' : '{"lldp":{}}';
  };
  const options = { intervalMs: 5_000, limitMs: 30_000, pace: clock, signal: new AbortController().signal };
  const answer = readLldp({ ...options, run });
  await clock.tick(10_000);
  assert.deepEqual(await answer, []);
  assert.equal(asked, 3);
  const silence = assert.rejects(readLldp({ ...options, run: async () => '' }), /said nothing for 30000 ms/);
  await clock.tick(60_000);
  await silence;
  assert.equal(clock.pending(), 0);
});
