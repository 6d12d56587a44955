/**
 * A day of a small rack, stepped: logins, resets, updates, streams, faults and restarts, round after round. Whatever is kept of
 * each would show: what the heap holds at the end of the day must be what it held at noon.
 */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { EmulatedBmc, Emulator } from '../../../../src/sandbox/bmc/index.js';
import { basic, password, send, withEmulator } from './client.js';
import { SteppedClock } from './stepped-clock.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const vendors = 'generic,dell-idrac10,hpe-ilo6,lenovo-xcc2,smc-x13,openbmc,ami-megarac,smc-x11';
const root = '/redfish/v1';
const roundMs = 5 * 60_000;
const roundsPerHour = 3_600_000 / roundMs;

/** Bytes of the heap that something still holds. */
function heldBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Where things are on a BMC, as it links them. */
async function placesOf(bmc: EmulatedBmc) {
  const get = async (path: string) => (await send(bmc, path)).json;
  const top = await get(root);
  const [first] = (await get(top.Systems['@odata.id'])).Members;
  const system = await get(first['@odata.id']);
  const [chassis] = (await get(top.Chassis['@odata.id'])).Members;
  return {
    sessions: top.Links.Sessions['@odata.id'] as string,
    system: first['@odata.id'] as string,
    reset: system.Actions['#ComputerSystem.Reset'].target as string,
    chassis: chassis['@odata.id'] as string,
    update: (await get(top.UpdateService['@odata.id'])).Actions?.['#UpdateService.SimpleUpdate']?.target as string,
    stream: (await get(top.EventService['@odata.id'])).ServerSentEventUri as string | undefined,
  };
}

type Places = Awaited<ReturnType<typeof placesOf>>;

/** Opens a stream and ends it when it has said something. */
const listenOnce = ({ host, port }: EmulatedBmc, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const { Authorization } = basic();
    const socket = connect({ host, port }, () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${Authorization}\r\n\r\n`),
    );
    socket.once('data', () => socket.destroy());
    socket.once('close', () => resolve());
    socket.once('error', reject);
  });

/** What happens to a BMC in five minutes. */
async function round({ control }: Emulator, bmc: EmulatedBmc, places: Places, n: number): Promise<void> {
  const body = { UserName: 'admin', Password: password };
  const session = await send(bmc, places.sessions, { method: 'POST', headers: {}, body });
  assert.equal(session.status, 201);
  const headers = { 'X-Auth-Token': String(session.headers['x-auth-token']) };
  for (const path of [places.system, places.chassis]) assert.equal((await send(bmc, path, { headers })).status, 200);
  const ResetType = n % 2 === 0 ? 'On' : 'ForceOff';
  await send(bmc, places.reset, { method: 'POST', headers, body: { ResetType } });
  if (n % 3 === 0 && places.update) {
    const body = { ImageURI: `http://127.0.0.1/BIOS_${n}.bin`, TransferProtocol: 'HTTP' };
    await send(bmc, places.update, { method: 'POST', headers, body });
  }
  if (places.stream) await listenOnce(bmc, places.stream);
  const rule = control.fail({
    id: `busy@${bmc.name}`,
    match: { bmc: bmc.name },
    action: { kind: 'status', status: 503 },
  });
  await send(bmc, places.system, { headers });
  control.heal(rule);
  const gone = await send(bmc, session.headers.location ?? '', { method: 'DELETE', headers });
  assert.ok(gone.status < 300, `${bmc.profile}: ${gone.status} ${gone.text}`);
}

test('a day of work leaves nothing behind: no session, no connection, no growth of the heap', async (t) => {
  const clock = new SteppedClock();
  await withEmulator({ vendors, servers: 8, clock, logSize: 100 }, async (emulator) => {
    const places = new Map<string, Places>();
    for (const bmc of emulator.bmcs) places.set(bmc.name, await placesOf(bmc));
    const held: number[] = [];
    for (let n = 0; n < 24 * roundsPerHour; n++) {
      for (const bmc of emulator.bmcs) await round(emulator, bmc, places.get(bmc.name) as Places, n);
      if (n % roundsPerHour === roundsPerHour - 1) {
        for (const bmc of emulator.bmcs) emulator.control.restartBmc(bmc.name);
        held.push(heldBytes());
      }
      await clock.step(roundMs);
    }
    // By noon everything that has a limit has reached it.
    const [noon, evening] = [meanOf(held.slice(10, 14)), meanOf(held.slice(-4))];
    const grownKiB = Math.round((evening - noon) / 1024);
    t.diagnostic(
      `${emulator.log.count()} requests; held ${Math.round(noon / 1024)} KiB at noon, then ${grownKiB} KiB more`,
    );
    assert.deepEqual(emulator.control.leakedSessions(), []);
    assert.equal(emulator.control.connections(), 0);
    assert.ok(grownKiB < 512, `the heap grew by ${grownKiB} KiB: ${held.map((each) => Math.round(each / 1024))}`);
  });
});
