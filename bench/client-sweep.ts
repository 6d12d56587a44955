/**
 * What a look at a whole fleet costs the client: 1,000 BMCs, ten reads of some 20 KB each, 50 ms away, 64 in flight.
 * `node --import tsx bench/client-sweep.ts [--servers 1000] [--reads 10]`; one JSON line of figures at the end. Sessions are
 * opened beforehand and counted by themselves. Under load, trust the processor time rather than the clock. Last, the floor: the
 * same reads by undici and JSON.parse alone, which nothing built on them can undercut.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Pool } from '../src/http/undici.js';
import { exchangeWhole } from '../src/http/whole.js';
import { Secret } from '../src/lib/secret.js';
import { silent } from '../src/ports/log.js';
import { createBmcFactory } from '../src/redfish/index.js';
import { realClock } from '../src/wiring/clock.js';
import type { Wanted } from './client-sweep-emulator.js';

const { values } = parseArgs({
  options: { servers: { type: 'string', default: '1000' }, reads: { type: 'string', default: '10' } },
});
const servers = Number(values.servers);
const reads = Number(values.reads);
const password = 'bench';
/** 19.5 KB on the generic profile: what a sweep of real managers reads at most. */
const path = '/redfish/v1/Managers/BMC?$expand=*($levels=2)';

const child = fork(join(import.meta.dirname, 'client-sweep-emulator.ts'), { execArgv: ['--import', 'tsx'] });
child.send({ servers, password, latencyMs: 50 } satisfies Wanted);
const [urls] = (await once(child, 'message')) as [string[]];

const factory = createBmcFactory({ clock: realClock(), log: silent, limits: { inFlight: 64 } });
const bmcs = urls.map((url, index) =>
  factory.open({
    id: `b${index}`,
    url,
    username: 'admin',
    password: new Secret(password),
    credentialVersion: '1',
    allowPlainHttp: true,
  }),
);

async function measured(work: () => Promise<unknown>) {
  const [startedMs, startedCpu, before] = [performance.now(), process.cpuUsage(), factory.stats()];
  await work();
  const [wallMs, { user, system }, after] = [
    performance.now() - startedMs,
    process.cpuUsage(startedCpu),
    factory.stats(),
  ];
  const requests = after.requests - before.requests;
  return {
    seconds: Math.round(wallMs) / 1000,
    cpuSeconds: Math.round((user + system) / 1000) / 1000,
    coreShare: `${Math.round((user + system) / wallMs / 10)} %`,
    requests,
    kilobytesEach: Math.round((after.bytesIn - before.bytesIn) / requests / 102.4) / 10,
  };
}

/** So many at once as the client's own limit lets through. */
async function bareReads(): Promise<void> {
  const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
  const headers = { authorization, accept: 'application/json' };
  const pools = urls.map((url) => new Pool(url, { connections: 2, headersTimeout: 0, bodyTimeout: 0 }));
  const nobody = { onHeaders: () => undefined, onBytes: () => undefined };
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < servers * reads; at = next++) {
      const [pool, origin] = [pools[at % servers] as Pool, urls[at % servers] as string];
      const { body } = await exchangeWhole(pool, { origin, path, method: 'GET', headers }, nobody).answer;
      JSON.parse(body.toString('utf8'));
    }
  };
  await Promise.all(Array.from({ length: 64 }, worker));
  await Promise.all(pools.map((pool) => pool.close()));
}

try {
  const logins = await measured(() => Promise.all(bmcs.map((bmc) => bmc.authenticate())));
  const sweep = await measured(() =>
    Promise.all(
      // What was read is dropped at once, as a reconciler does.
      bmcs.map((bmc) =>
        Promise.all(Array.from({ length: reads }, async () => void (await bmc.raw({ method: 'GET', path })))),
      ),
    ),
  );
  const rssMiB = Math.round(process.memoryUsage.rss() / 1024 / 1024);
  const { seconds, cpuSeconds, coreShare } = await measured(bareReads);
  const floor = { seconds, cpuSeconds, coreShare, ratio: Math.round((sweep.cpuSeconds / cpuSeconds) * 100) / 100 };
  console.log(JSON.stringify({ servers, reads, logins, sweep, rssMiB, floor }));
} finally {
  await factory.close(5000);
  child.kill();
}
