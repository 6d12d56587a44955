/**
 * Figures of many streams of server-sent events: what an idle one weighs in the process of the BMCs, and whether each is told
 * what happens. `node --import tsx bench/streams.ts [--streams 10000]`; one JSON document at the end.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmulator } from '../src/sandbox/bmc/index.js';
import type { StreamNews, StreamOrder } from './streams-client.js';

const { values } = parseArgs({ options: { streams: { type: 'string', default: '10000' } } });
/** What the generic profile lets in. */
const each = 10;
const servers = Math.ceil(Number(values.streams) / each);
const password = 'bench';
const KiB = 1024;

const emulator = await startEmulator({ servers, password, port: 0, logSize: 1000 });
const client = fork(join(import.meta.dirname, 'streams-client.ts'), { execArgv: ['--import', 'tsx'] });
const rssBefore = process.memoryUsage.rss();
const order: StreamOrder = {
  targets: emulator.bmcs.map(({ host, port }) => ({ host, port, path: '/redfish/v1/EventService/SSE' })),
  each,
  authorization: `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`,
};
client.send(order);
const [opened] = (await once(client, 'message')) as [StreamNews];
const rssIdle = process.memoryUsage.rss();
const before = process.cpuUsage();
const told = once(client, 'message') as Promise<[StreamNews]>;
for (const { name } of emulator.bmcs) emulator.control.setPower(name, 'On');
const [delivered] = await told;
const { user, system } = process.cpuUsage(before);
const streams = servers * each;
const figures = {
  streams,
  ...opened,
  ...delivered,
  connections: emulator.control.connections(),
  rssBeforeMiB: Math.round(rssBefore / KiB / KiB),
  rssIdleMiB: Math.round(rssIdle / KiB / KiB),
  kibPerStream: Math.round(((rssIdle - rssBefore) / KiB / streams) * 10) / 10,
  cpuMicrosPerEvent: Math.round((user + system) / streams),
  rssAtEndMiB: Math.round(process.memoryUsage.rss() / KiB / KiB),
};
client.kill();
await emulator.close();
console.log(JSON.stringify(figures, null, 1));
