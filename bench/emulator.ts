/**
 * Figures of the BMC emulator: how long a fleet takes to start, what it weighs, how many reads it answers.
 * `node --import tsx bench/emulator.ts [--servers 10000]`; one JSON line at the end.
 */
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import { type Emulator, startEmulator } from '../src/sandbox/bmc/index.js';

const { values } = parseArgs({ options: { servers: { type: 'string', default: '10000' } } });
const servers = Number(values.servers);
const password = 'bench';
const headers = { Authorization: `Basic ${Buffer.from(`admin:${password}`).toString('base64')}` };
const MiB = 1024 * 1024;

function get(agent: Agent, url: string, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url + path, { agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    sent.once('error', reject);
    sent.end();
  });
}

/** Reads small resources of 64 BMCs over kept connections; client and server share this process. */
async function readsPerSecond(emulator: Emulator, path: string, seconds: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const endMs = performance.now() + seconds * 1000;
  let count = 0;
  const reader = async (url: string) => {
    while (performance.now() < endMs) {
      const status = await get(agent, url, path);
      if (status !== 200) throw new Error(`GET ${path}: ${status}`);
      count++;
    }
  };
  await Promise.all(emulator.bmcs.slice(0, 64).map(({ url }) => reader(url)));
  agent.destroy();
  return Math.round(count / seconds);
}

const startedMs = performance.now();
const emulator = await startEmulator({
  servers,
  password,
  port: 0,
  vendors: 'dell,hpe,lenovo,supermicro',
  logSize: 1000,
});
const startMs = Math.round(performance.now() - startedMs);
const rssAfterStart = Math.round(process.memoryUsage.rss() / MiB);
const collections = await readsPerSecond(emulator, '/redfish/v1/Systems', 3);
const roots = await readsPerSecond(emulator, '/redfish/v1/', 3);
const expanded = await readsPerSecond(emulator, '/redfish/v1/Systems?$expand=.', 3);
const figures = {
  servers,
  startMs,
  rssAfterStartMiB: rssAfterStart,
  rssAtEndMiB: Math.round(process.memoryUsage.rss() / MiB),
  getsPerSecond: { systemsCollection: collections, serviceRoot: roots, systemExpanded: expanded },
};
await emulator.close();
console.log(JSON.stringify(figures));
