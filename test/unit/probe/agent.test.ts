/** The probe's life against the real registry: it keeps trying, keeps reporting, and ends when told to. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { silent } from '../../../src/ports/log.js';
import { collect, postReport, type Registration, rootAt, runAgent } from '../../../src/probe/index.js';
import { startRegistry } from '../../../src/serve/registry/index.js';
import { fakeClock } from '../../support/clock.js';

const hardware = collect(rootAt('/nonexistent'), {}, assert.fail);
const uuid = '38947555-7742-3448-3784-823347823834';

function agent(post: (body: Registration) => Promise<void>, lldp = async () => [{ name: 'eth0', neighbors: [] }]) {
  const clock = fakeClock();
  const stop = new AbortController();
  const told: string[] = [];
  const tell = (level: string, message: string): void => void told.push(`${level} ${message}`);
  const rest = { systemUUID: uuid, retryMs: 5_000, hardware, random: () => 0 };
  const done = runAgent({ ...rest, lldp, post, pace: clock, signal: stop.signal, tell });
  return { clock, stop, told, done };
}

test('a registry that is not there yet is asked after 5, 10, 20, 40, 60, 60 … seconds', async () => {
  const at: number[] = [];
  const { clock, stop, done } = agent(async () => {
    at.push(clock.monotonicMs() / 1_000);
    throw new Error('refused');
  });
  await clock.tick(200_000);
  assert.deepEqual(at, [0, 5, 15, 35, 75, 135, 195]);
  stop.abort();
  await done;
  assert.equal(clock.pending(), 0);
});

test('every 30 s with the time of the report, also while lldpd fails; one lost report ends nothing', async () => {
  const seen: Registration[] = [];
  let reports = 0;
  let asked = 0;
  const { clock, stop, done, told } = agent(
    async (body) => {
      reports += 1;
      if (reports === 2) throw new Error('lost');
      seen.push(body);
    },
    async () => {
      asked += 1;
      if (asked > 1) throw new Error('lldpd is gone');
      return [{ name: 'eth0', neighbors: [] }];
    },
  );
  await clock.tick(90_000);
  stop.abort();
  await done;
  assert.deepEqual(
    seen.map(({ data }) => data.timestamp),
    ['2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z', '2026-01-01T00:01:30Z'],
  );
  assert.deepEqual(seen.at(-1)?.data.lldp, [{ name: 'eth0', neighbors: [] }]);
  assert.ok(told.includes('warn no neighbours could be read'));
});

test('our registry takes our report under its token, and refuses it without', async () => {
  const clock = fakeClock();
  const registry = await startRegistry({ host: '127.0.0.1', port: 0, clock, log: silent });
  try {
    const token = 't'.repeat(43);
    const hash = createHash('sha256').update(token).digest('hex');
    registry.expect(uuid, hash, new Date(clock.now().getTime() + 60_000));
    const { signal } = new AbortController();
    const body = { systemUUID: uuid, data: { timestamp: '2026-01-01T00:00:00Z', ...hardware } };
    await postReport(`${registry.url}/t/${token}`, body, 5_000, signal);
    assert.deepEqual((await registry.report(uuid, hash))?.report.data, JSON.parse(JSON.stringify(body.data)));
    await assert.rejects(postReport(`${registry.url}/t/${'x'.repeat(43)}`, body, 5_000, signal), (error: Error) => {
      assert.match(error.message, /^the registry answered 403: /);
      assert.ok(!error.message.includes('xxxxx'), 'no token in messages');
      return true;
    });
  } finally {
    await registry.close();
  }
});
