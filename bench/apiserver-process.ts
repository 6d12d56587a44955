/**
 * The server of the benchmark, in a process of its own: reads certificates from a file, as a sandbox does from its
 * folder, prints where it listens and when, and ends when its input does.
 */
import { readFileSync } from 'node:fs';
import { startApiServer } from '../src/sandbox/apiserver/index.js';

const [certificates = '', dataDir] = process.argv.slice(2);
const tls = JSON.parse(readFileSync(certificates, 'utf8')) as { cert: string; key: string; ca: string };
const api = await startApiServer({ tls, ...(dataDir === undefined ? {} : { dataDir }) });
// The clocks of a process begin with it: Node's own start and the loading of the code are in these numbers.
const { user, system } = process.cpuUsage();
const [startMs, startCpu] = [performance.now(), (user + system) / 1e6];
console.log(JSON.stringify({ url: api.url, token: api.adminToken, startMs, startCpu }));
process.stdin.resume().on('end', () => void api.close());
