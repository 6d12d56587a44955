/** The segment is asked by SSDP and multicast DNS; here one neighbour of the loopback stands for it. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { type TestContext, test } from 'node:test';
import { createSearch } from '../../../src/redfish/search/index.js';
import { readMdns } from '../../../src/redfish/search/mdns.js';
import { readSsdp } from '../../../src/redfish/search/ssdp.js';
import { fakeClock } from '../../support/clock.js';

const answer = (lines: readonly string[]): Buffer => Buffer.from([...lines, '', ''].join('\r\n'));
const st = 'ST: urn:dmtf-org:service:redfish-rest:1:20';
const ssdpAnswer = (al: string): Buffer => answer(['HTTP/1.1 200 OK', 'CACHE-CONTROL: max-age=1800', st, `AL: ${al}`]);

const labels = (...names: string[]): Buffer =>
  Buffer.concat(names.flatMap((name) => [Buffer.from([name.length]), Buffer.from(name)]));
const record = (owner: Buffer, type: number, data: Buffer): Buffer => {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(0x8001, 2);
  head.writeUInt32BE(120, 4);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([owner, head, data]);
};
/** PTR of the service, and the SRV of its one instance, whose name refers back to the first. */
function mdnsAnswer(port: number): Buffer {
  const header = Buffer.from([0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  const owner = Buffer.concat([labels('_redfish', '_tcp', 'local'), Buffer.from([0])]);
  const instance = Buffer.concat([labels('rack1'), Buffer.from([0xc0, 12])]);
  const srv = Buffer.concat([
    Buffer.from([0, 0, 0, 0, port >> 8, port & 255]),
    labels('host', 'local'),
    Buffer.from([0]),
  ]);
  return Buffer.concat([header, record(owner, 12, instance), record(instance, 33, srv)]);
}

/** A neighbour that answers everything it is asked. */
async function neighbour(t: TestContext, answers: readonly Buffer[]) {
  const heard: string[] = [];
  const socket = createSocket('udp4');
  let told: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    told = resolve;
  });
  socket.on('message', (question, from) => {
    heard.push(question.toString('latin1'));
    for (const each of answers) socket.send(each, from.port, from.address);
    told();
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  t.after(() => socket.close());
  return { place: { address: '127.0.0.1', port: socket.address().port }, heard, asked };
}

test('who answers by SSDP or multicast DNS is a place to look at, at the port it names', async (t) => {
  const clock = fakeClock();
  const ssdp = await neighbour(t, [
    ssdpAnswer('https://10.9.9.9:8443/redfish/v1/'),
    answer(['HTTP/1.1 200 OK', 'ST: upnp:rootdevice']),
  ]);
  const mdns = await neighbour(t, [mdnsAnswer(9443), Buffer.from('noise')]);
  const search = createSearch(clock, { ssdp: ssdp.place, mdns: mdns.place });
  const { signal } = new AbortController();
  const searching = search.search({ ways: ['ssdp', 'mdns'], listenMs: 5_000, signal, interfaceAddress: '127.0.0.1' });
  await Promise.all([ssdp.asked, mdns.asked]);
  // Answers travel through the loopback: what was sent is there after a few turns of the loop.
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  await clock.tick(5_000);
  const found = [...(await searching)].sort((a, b) => (a.way < b.way ? -1 : 1));
  assert.deepEqual(found, [
    { address: '127.0.0.1', way: 'mdns', port: 9443 },
    { address: '127.0.0.1', way: 'ssdp', port: 8443 },
  ]);
  assert.match(ssdp.heard[0] ?? '', /^M-SEARCH \* HTTP\/1\.1\r\n/);
  assert.match(ssdp.heard[0] ?? '', /ST: urn:dmtf-org:service:redfish-rest:1\r\n/);
  assert.ok(mdns.heard[0]?.includes('_redfish'));
});

test('an interrupt ends the search with what there is', async (t) => {
  const ssdp = await neighbour(t, []);
  const stop = new AbortController();
  const search = createSearch(fakeClock(), { ssdp: ssdp.place });
  const searching = search.search({ ways: ['ssdp'], listenMs: 5_000, signal: stop.signal });
  await ssdp.asked;
  stop.abort();
  assert.deepEqual(await searching, []);
});

test('only a port is believed of an answer, and plain HTTP is not tried because somebody says so', () => {
  assert.deepEqual(readSsdp(ssdpAnswer('https://bmc.evil.example/redfish/v1')), { port: 443 });
  assert.deepEqual(readSsdp(ssdpAnswer('http://10.0.0.1:8000/redfish/v1')), {});
  assert.deepEqual(readSsdp(ssdpAnswer('')), {});
  assert.equal(readSsdp(answer(['NOTIFY * HTTP/1.1', st])), undefined);
  assert.equal(readSsdp(Buffer.alloc(2_000, 'x')), undefined);
});

test('messages that are cut off, go round, or lie about their lengths are no answers and hold nobody up', () => {
  const whole = mdnsAnswer(443);
  assert.deepEqual(readMdns(whole), { port: 443 });
  for (let length = 0; length < whole.length; length += 1)
    assert.doesNotThrow(() => readMdns(whole.subarray(0, length)));
  const round = Buffer.concat([
    Buffer.from([0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0]),
    Buffer.from([0xc0, 12, 0, 12, 0, 1]),
  ]);
  assert.equal(readMdns(round), undefined);
  const forth = Buffer.from([0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 97, 0xc0, 12, 0, 12, 0, 1]);
  assert.equal(readMdns(forth), undefined, 'a label, and back to it');
  let seed = 1;
  const random = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed;
  };
  for (let round = 0; round < 2_000; round += 1) {
    const broken = Buffer.from(whole);
    for (let times = 0; times < 4; times += 1) broken[random() % broken.length] = random() % 256;
    assert.doesNotThrow(() => readMdns(broken));
  }
});
