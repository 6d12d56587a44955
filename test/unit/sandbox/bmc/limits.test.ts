/** What is too much for a BMC: URIs (414), headers (431), tasks that ended long ago. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { EmulatedBmc } from '../../../../src/sandbox/bmc/index.js';
import { messageIds, send, withEmulator } from './client.js';
import { SteppedClock } from './stepped-clock.js';

/** Sends these bytes and reads until the connection ends. */
const said = ({ host, port }: EmulatedBmc, bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const socket = connect({ host, port }, () => socket.write(bytes));
    socket.on('data', (part) => parts.push(part));
    socket.on('end', () => resolve(Buffer.concat(parts).toString()));
    socket.on('error', reject);
  });

const host = 'Host: bmc\r\n';

test('a URI of more than 8 KiB is refused by the service, in its own words, and stands in the log', () =>
  withEmulator({}, async ({ log }, bmc) => {
    const reply = await send(bmc, `/redfish/v1/Systems?$filter=${'a'.repeat(9_000)}`);
    assert.deepEqual([reply.status, messageIds(reply)], [414, ['Base.1.18.GeneralError']]);
    assert.match(reply.json.error['@Message.ExtendedInfo'][0].Message, /URI is longer/);
    assert.deepEqual(
      log.requests().map(({ status }) => status),
      [414],
    );
    assert.equal((await send(bmc, `/redfish/v1/${'a'.repeat(8_000)}`)).status, 404);
  }));

test('a URI the parser cannot take in is 414, headers it cannot take in are 431, and the BMC goes on', () =>
  withEmulator({}, async (_, bmc) => {
    const long = await said(bmc, `GET /redfish/v1/${'a'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`);
    assert.match(long, /^HTTP\/1\.1 414 URI Too Long\r\n/);
    const header = `Authorization: Basic ${'a'.repeat(20_000)}\r\n`;
    const heavy = await said(bmc, `GET /redfish/v1 HTTP/1.1\r\n${host}${header}\r\n`);
    assert.match(heavy, /^HTTP\/1\.1 431 Request Header Fields Too Large\r\n(.*\r\n)*Connection: close\r\n/);
    assert.equal((await send(bmc, '/redfish/v1/Systems')).status, 200);
  }));

test('what only begins like HTTP is not answered', () =>
  withEmulator({}, async (_, bmc) => assert.equal(await said(bmc, 'GET /redfish/v1 NOISE\r\n\r\n'), '')));

test('of tasks that have ended the last fifty are shown; one under way is never forgotten for them', async () => {
  const clock = new SteppedClock();
  await withEmulator({ clock }, async (_, bmc) => {
    const update = '/redfish/v1/UpdateService/Actions/UpdateService.SimpleUpdate';
    const start = () => send(bmc, update, { method: 'POST', body: { ImageURI: 'http://127.0.0.1/BIOS_2.0.bin' } });
    for (let n = 0; n < 60; n++) {
      assert.equal((await start()).status, 202);
      await clock.step(120_000);
    }
    await start();
    const { Members } = (await send(bmc, '/redfish/v1/TaskService/Tasks')).json;
    const numbers = Members.map((member: { '@odata.id': string }) => Number(member['@odata.id'].split('/').at(-1)));
    assert.deepEqual([numbers.length, numbers[0], numbers.at(-1)], [51, 11, 61]);
  });
});
