/**
 * Our client against a Redfish service nobody here wrote: OpenStack's sushy-tools with its fake driver. Run by hand:
 *
 *   python3 -m venv /tmp/sushy && /tmp/sushy/bin/pip install sushy-tools
 *   SUSHY_EMULATOR=/tmp/sushy/bin/sushy-emulator node --import tsx test/independent/sushy-tools.ts
 *
 * Without the emulator it says so and succeeds.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { Secret } from '../../src/lib/secret.js';
import type { Clock } from '../../src/ports/clock.js';
import { silent } from '../../src/ports/log.js';
import { createBmcFactory, createIdentification } from '../../src/redfish/index.js';

const emulator = process.env.SUSHY_EMULATOR ?? '';
if (!existsSync(emulator)) {
  console.log('skipped: SUSHY_EMULATOR does not name the sushy-emulator of sushy-tools');
  process.exit(0);
}

const clock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};

const folder = mkdtempSync(join(tmpdir(), 'sushy-'));
const [key, cert, config] = ['key.pem', 'cert.pem', 'config.py'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const made = await generate([{ name: 'commonName', value: 'sushy' }], {
  keyType: 'ec',
  extensions: [
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
  ],
});
writeFileSync(key, made.private);
writeFileSync(cert, made.cert);
writeFileSync(config, `SUSHY_EMULATOR_STATE_DIR = '${folder}'\n`);
const port = 20_000 + (process.pid % 10_000);
const tls = ['--ssl-certificate', cert, '--ssl-key', key];
const where = ['--interface', '127.0.0.1', '--port', String(port)];
const child = spawn(emulator, ['--fake', '--config', config, ...where, ...tls], { stdio: 'ignore' });

const url = `https://127.0.0.1:${port}`;
const trust = { clock, log: silent, ca: made.cert };
const factory = createBmcFactory(trust);
try {
  const answer = await up();
  console.log('identified', JSON.stringify(answer));
  assert.equal(answer.isTrusted, true);
  const access = { id: 'sushy', url, username: 'admin', password: new Secret('unused'), credentialVersion: '1' };
  const bmc = factory.open(access);
  console.log('manager', JSON.stringify(await bmc.manager()));
  const [system] = await bmc.systems();
  assert.ok(system);
  console.log('system', JSON.stringify(system));
  assert.equal(system.uuid, '27946b59-9e44-4fa7-8e91-f3527a1ef094');
  await bmc.setBootOnce(system.uri, 'Pxe');
  assert.equal((await bmc.system(system.uri)).bootOverride?.target, 'Pxe');
  for (const state of ['On', 'Off'] as const) {
    await bmc.setPower(system.uri, state, state === 'On' ? 'graceful' : 'force');
    await reached(state, async () => (await bmc.system(system.uri)).powerState);
  }
  console.log('done', JSON.stringify(factory.stats()));
} finally {
  await factory.close();
  child.kill();
  rmSync(folder, { recursive: true, force: true });
}

async function up() {
  const identification = createIdentification(trust);
  for (let round = 0; ; round += 1) {
    try {
      return await identification.identify(url, { timeoutMs: 2000 });
    } catch (error) {
      if (round === 40) throw error;
      await clock.sleep(250);
    }
  }
}

async function reached(state: string, read: () => Promise<string | undefined>): Promise<void> {
  const startedMs = clock.monotonicMs();
  while ((await read()) !== state) {
    assert.ok(clock.monotonicMs() - startedMs < 60_000, `never ${state}`);
    await clock.sleep(1000);
  }
  console.log(`${state} after ${Math.round((clock.monotonicMs() - startedMs) / 1000)} s`);
}
