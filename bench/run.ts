/**
 * `npm run bench`: prints figures, asserts nothing. Counts come from the emulator's and the API server's own logs; times
 * are of this machine and are for comparing, not for quoting.
 */
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { startLive } from '../test/support/live.js';

const seconds = (since: number): string => ((performance.now() - since) / 1_000).toFixed(1);
const print = (name: string, value: string): void => void process.stdout.write(`${name.padEnd(58)} ${value}\n`);

await startUp();
await fleet(100, 60);

/** Whole processes: bare node against the built program. */
async function startUp(): Promise<void> {
  const program = fileURLToPath(new URL('../bin/metalctl', import.meta.url));
  const bare = median(() => ['-e', '0']);
  print('node -e 0 (whole process, median of 7)', `${bare} ms`);
  for (const words of [['--help'], ['version', '--client'], ['completion', 'bash']]) {
    const took = median(() => [program, ...words]);
    print(`metalctl ${words.join(' ')}`, `${took} ms   bare node + ${took - bare} ms`);
  }
}

function median(args: () => string[]): number {
  const times = Array.from({ length: 7 }, () => {
    const started = performance.now();
    spawnSync(process.execPath, args(), { stdio: 'ignore' });
    return performance.now() - started;
  });
  return Math.round(times.sort((a, b) => a - b)[3] ?? 0);
}

/** From BMC objects to all Available: over real sockets, everything in this process. */
async function fleet(count: number, speed: number): Promise<void> {
  const live = await startLive({ servers: count, speed, vendors: 'dell-idrac9,hpe-ilo6,lenovo-xcc2,smc-x13' });
  try {
    await live.installCrds();
    await live.onboard();
    live.sandbox.api.requestLog.reset();
    const started = performance.now();
    await live.pass({ settle: true, deadlineMs: 300_000 });
    const states = (await live.servers()).map((server) => server.status?.state);
    const available = states.filter((state) => state === 'Available').length;
    print(`${count} BMCs to Available at speed ${speed}`, `${seconds(started)} s   ${available} of ${count}`);
    print('  Redfish requests per server', (live.sandbox.emulator.log.count() / count).toFixed(1));
    print('  API writes per server', (live.sandbox.api.requestLog.writes / count).toFixed(1));
    print(
      '  peak RSS (API server, BMCs and reconcilers together)',
      `${Math.round(process.resourceUsage().maxRSS / 1_024)} MB`,
    );
    await idle(live, count);
  } finally {
    await live.close();
  }
}

async function idle(live: Awaited<ReturnType<typeof startLive>>, count: number): Promise<void> {
  await live.pass({ settle: true });
  await live.ports.events.flush(5_000);
  const asked = live.sandbox.emulator.log.count();
  live.sandbox.api.requestLog.reset();
  const started = performance.now();
  await live.pass();
  print(`idle pass over ${count} servers`, `${seconds(started)} s`);
  print('  API writes', String(live.sandbox.api.requestLog.writes));
  print('  Redfish requests per server', ((live.sandbox.emulator.log.count() - asked) / count).toFixed(2));
}
