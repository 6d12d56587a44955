/**
 * Figures of the BMC emulator: how long a fleet takes to start, what it weighs, how many reads it answers, and what a
 * read costs it in processor time. `node --import tsx bench/emulator.ts [--servers 10000]`; one JSON line at the end.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Emulator, startEmulator } from '../src/sandbox/bmc/index.js';
import type { Order, Tally } from './emulator-client.js';

const { values } = parseArgs({
  options: { servers: { type: 'string', default: '10000' }, seconds: { type: 'string', default: '3' } },
});
const servers = Number(values.servers);
const seconds = Number(values.seconds);
const password = 'bench';
const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
const MiB = 1024 * 1024;

/** Reads one path of 64 BMCs over kept connections, by a process of its own. */
async function reads(emulator: Emulator, client: ChildProcess, path: string, rate?: number) {
  const targets = emulator.bmcs.slice(0, 64).map(({ host, port }) => ({ host, port }));
  const order: Order = { targets, path, authorization, seconds, ...(rate === undefined ? {} : { rate }) };
  const before = process.cpuUsage();
  client.send(order);
  const [tally] = (await once(client, 'message')) as [Tally];
  const { user, system } = process.cpuUsage(before);
  return {
    perSecond: Math.round(tally.count / seconds),
    cpuMicrosPerGet: Math.round((user + system) / tally.count),
    p50Ms: tally.p50Ms,
    p99Ms: tally.p99Ms,
  };
}

const startedMs = performance.now();
const startedCpu = process.cpuUsage();
const emulator = await startEmulator({
  servers,
  password,
  port: 0,
  vendors: 'dell,hpe,lenovo,supermicro',
  logSize: 1000,
});
const startMs = Math.round(performance.now() - startedMs);
const { user, system } = process.cpuUsage(startedCpu);
const rssAfterStartMiB = Math.round(process.memoryUsage.rss() / MiB);
const client = fork(join(import.meta.dirname, 'emulator-client.ts'), { execArgv: ['--import', 'tsx'] });
await reads(emulator, client, '/redfish/v1/');
const figures = {
  servers,
  startMs,
  startCpuMs: Math.round((user + system) / 1000),
  rssAfterStartMiB,
  gets: {
    serviceRoot: await reads(emulator, client, '/redfish/v1/'),
    systemsCollection: await reads(emulator, client, '/redfish/v1/Systems'),
    updateService: await reads(emulator, client, '/redfish/v1/UpdateService'),
    systemExpanded: await reads(emulator, client, '/redfish/v1/Systems?$expand=.'),
    atTwoThousandPerSecond: await reads(emulator, client, '/redfish/v1/Systems', 2000),
  },
  rssAtEndMiB: Math.round(process.memoryUsage.rss() / MiB),
};
client.kill();
await emulator.close();
console.log(JSON.stringify(figures, null, 1));
