/** The registry over a real socket: who may report, what is taken, and what a stranger gets. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readReport } from '../../../src/api/probe-report.js';
import { silent } from '../../../src/ports/log.js';
import { echoOf } from '../../../src/serve/registry/echo.js';
import { startRegistry } from '../../../src/serve/registry/index.js';
import { fakeClock } from '../../support/clock.js';

const clock = fakeClock();
const registry = await startRegistry({ host: '127.0.0.1', port: 0, clock, log: silent });
after(() => registry.close());

const uuid = '38947555-7742-3448-3784-823347823834';
const token = 'a'.repeat(43);
const hash = createHash('sha256').update(token).digest('hex');
const inAnHour = () => new Date(clock.now().getTime() + 3_600_000);
const post = (path: string, body: unknown, method = 'POST') =>
  fetch(`${registry.url}${path}`, {
    method,
    ...(method === 'GET' ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
const nic = { name: 'eth0', macAddress: 'aa:bb:cc:dd:ee:ff', ipAddresses: ['10.0.0.5'], carrierStatus: 'up' };
const report = { systemUUID: uuid, data: { networkInterfaces: [nic], lldp: null } };

test('the machine that is expected reports under its token, and the manager is told', async () => {
  const told: string[] = [];
  const stop = registry.onReport((each) => told.push(each));
  registry.expect(uuid.toUpperCase(), hash, inAnHour());
  assert.equal((await post(`/t/${token}/register`, report)).status, 201);
  const found = await registry.report(uuid, hash);
  assert.deepEqual(found?.report.networkInterfaces, [nic]);
  assert.deepEqual(found?.report.lldp, []);
  assert.deepEqual(told, [uuid]);
  stop();
});

test('nobody else reports: no token, a wrong one, another machine, a finished discovery, an expired one', async () => {
  registry.expect(uuid, hash, inAnHour());
  assert.equal((await post('/register', report)).status, 401);
  assert.equal((await post('/bootstate', {})).status, 401);
  assert.equal((await post(`/t/${'b'.repeat(43)}/register`, report)).status, 403);
  assert.equal((await post(`/t/${token}/register`, { ...report, systemUUID: 'other' })).status, 403);
  registry.forget(uuid);
  assert.equal((await post(`/t/${token}/register`, report)).status, 403);
  assert.equal(await registry.report(uuid, hash), undefined);
  registry.expect(uuid, hash, new Date(clock.now().getTime() - 1));
  assert.equal((await post(`/t/${token}/register`, report)).status, 403);
});

test('a new token forgets what came under the old one', async () => {
  registry.expect(uuid, hash, inAnHour());
  await post(`/t/${token}/register`, report);
  registry.expect(uuid, 'another-hash', inAnHour());
  assert.equal(await registry.report(uuid, hash), undefined);
});

test('what is no report is refused with its reason, and changes nothing', async () => {
  registry.expect(uuid, hash, inAnHour());
  const rows: [unknown, number, RegExp][] = [
    ['{', 400, /not JSON/],
    ['[]', 400, /body is not an object/],
    [{ systemUUID: '' }, 400, /systemUUID is empty/],
    [{ systemUUID: 7 }, 400, /systemUUID is not a string/],
    [{ systemUUID: uuid, data: { networkInterfaces: {} } }, 400, /networkInterfaces is not a list/],
    [{ systemUUID: uuid, data: { networkInterfaces: new Array(600).fill(nic) } }, 400, /more than 512/],
    [`{"systemUUID":"${'x'.repeat(1_100_000)}"}`, 413, /1 MiB/],
  ];
  for (const [body, status, words] of rows) {
    const answer = await post(`/t/${token}/register`, body);
    assert.equal(answer.status, status);
    assert.match(await answer.text(), words);
  }
  assert.equal(await registry.report(uuid, hash), undefined);
});

test('prototype keys of a payload reach nothing', async () => {
  registry.expect(uuid, hash, inAnHour());
  const body = `{"systemUUID":"${uuid}","data":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}}`;
  assert.equal((await post(`/t/${token}/register`, body)).status, 201);
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});

test('reading and deleting are not served over the network, and other paths do not exist', async () => {
  assert.equal((await post(`/systems/${uuid}`, undefined, 'GET')).status, 403);
  assert.equal((await post(`/delete/${uuid}`, '', 'DELETE')).status, 403);
  assert.equal((await post(`/t/${token}/register`, undefined, 'GET')).status, 405);
  for (const path of [
    '/',
    '/t/short/register',
    `/t/${token}/other`,
    `/t/${token}/../register`,
    '/t/%2e%2e/register',
    '//register',
  ]) {
    assert.ok([404, 401].includes((await post(path, '{}')).status), path);
  }
});

test('a stranger is turned away before the body is read', async () => {
  registry.expect(uuid, hash, inAnHour());
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
  });
  const outcome = await fetch(`${registry.url}/t/${'b'.repeat(43)}/register`, {
    method: 'POST',
    body: endless,
    duplex: 'half',
  } as RequestInit).then(
    ({ status }) => status,
    () => 'cut',
  );
  assert.ok(outcome === 403 || outcome === 'cut', String(outcome));
  assert.equal((await post(`/t/${token}/register`, report)).status, 201, 'the expected machine still gets through');
});

test('open mode speaks as upstream does, for expected machines only, and warns', async (t) => {
  const warnings: string[] = [];
  const log = { log: (level: string, message: string) => void (level === 'warn' && warnings.push(message)) };
  const open = await startRegistry({ host: '127.0.0.1', port: 0, clock, log, isOpen: true });
  t.after(() => open.close());
  assert.match(warnings[0] ?? '', /open/);
  const send = (method: string, path: string, body?: unknown) =>
    fetch(`${open.url}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  assert.equal((await send('POST', '/register', report)).status, 403, 'nobody expects it');
  open.expect(uuid, hash, inAnHour());
  assert.equal((await send('POST', '/register', report)).status, 201);
  assert.deepEqual((await open.report(uuid, hash))?.report.networkInterfaces, [nic]);
  const read = await send('GET', `/systems/${uuid.toUpperCase()}`);
  const zero = (...names: string[]) => Object.fromEntries(names.map((name) => [name, '']));
  assert.deepEqual(await read.json(), {
    systemInfo: {
      biosInformation: zero('vendor', 'version', 'date'),
      systemInformation: zero('manufacturer', 'productName', 'version', 'serialNumber', 'uuid', 'skuNumber', 'family'),
      boardInformation: zero('manufacturer', 'product', 'version', 'serialNumber', 'assetTag'),
    },
    networkInterfaces: [nic],
  });
  for (const [method, path, words] of [
    ['HEAD', `/systems/${uuid}`, ''],
    ['POST', `/systems/${uuid}`, 'Only GET method is allowed\n'],
    ['GET', `/delete/${uuid}`, 'Only DELETE method is allowed\n'],
    ['GET', '/register', 'Only POST method is allowed\n'],
    ['PUT', '/bootstate', 'Only POST method is allowed\n'],
  ] as const) {
    const refused = await send(method, path);
    assert.deepEqual([refused.status, await refused.text()], [405, words], `${method} ${path}`);
  }
  assert.equal((await send('GET', '/systems/')).status, 404);
  assert.equal((await send('GET', '/systems/a/b')).status, 404);
  const moved = await fetch(`${open.url}/systems`, { redirect: 'manual' });
  assert.deepEqual([moved.status, moved.headers.get('location')], [307, '/systems/']);
  assert.equal((await send('DELETE', `/delete/${uuid}`)).status, 200);
  assert.equal((await send('DELETE', `/delete/${uuid}`)).status, 404);
  assert.equal((await send('GET', `/systems/${uuid}`)).status, 404);
});

test('what a report has beside upstream’s members is dropped, and its lists may be null', async () => {
  registry.expect(uuid, hash, inAnHour());
  const data = { networkInterfaces: [{ ...nic, extra: 1 }], cpu: null, surprise: { deep: true }, lldp: null };
  assert.equal((await post(`/t/${token}/register`, { systemUUID: uuid, data, more: 1 })).status, 201);
  const found = (await registry.report(uuid, hash))?.report.data;
  assert.deepEqual(found, { networkInterfaces: [nic], cpu: null, lldp: null });
  registry.forget(uuid);
});

test('a busy port is said with the way out', async () => {
  const port = Number(new URL(registry.url).port);
  const second = startRegistry({ host: '127.0.0.1', port, clock, log: silent });
  await assert.rejects(second, { code: 'PORT_IN_USE', message: `port ${port} is in use` });
});

const fixtures = fileURLToPath(new URL('../../../../shared/upstream/fixtures/payloads/', import.meta.url));
const present = existsSync(fixtures);
test('payloads of the unmodified upstream probe are accepted', {
  skip: !present && `reference data absent: ${fixtures}`,
}, async () => {
  const files = readdirSync(fixtures).filter((name) => name.startsWith('register-'));
  assert.ok(files.length > 0);
  for (const file of files) {
    const body = readFileSync(`${fixtures}${file}`, 'utf8');
    const { systemUUID, data } = JSON.parse(body) as { systemUUID: string; data: object };
    registry.expect(systemUUID, hash, inAnHour());
    assert.equal((await post(`/t/${token}/register`, body)).status, 201, file);
    const { report: taken } = (await registry.report(systemUUID, hash)) ?? {};
    assert.deepEqual(taken?.data, data, `${file}: every member is one we know`);
    const echo = echoOf(taken?.data) as Record<string, unknown>;
    assert.deepEqual(readReport(echo), { data: echo }, `${file}: what is given back has the same schema`);
    assert.ok('systemInfo' in echo);
  }
});

for (const days of [-1, 1, -20_000, 27_000]) {
  test(`R-BMC-18: a report whose clock is ${days} days off counts from its arrival`, async () => {
    registry.expect(uuid, hash, inAnHour());
    const timestamp = new Date(clock.now().getTime() + days * 86_400_000).toISOString();
    const skewed = { ...report, data: { ...report.data, timestamp } };
    assert.equal((await post(`/t/${token}/register`, skewed)).status, 201);
    const found = await registry.report(uuid, hash);
    assert.equal(found?.receivedAt.getTime(), clock.now().getTime());
    registry.forget(uuid);
  });
}

test('a report is read as Go reads it: names in any case, the first value, the later of two', async () => {
  registry.expect(uuid, hash, inAnHour());
  const { name, ...rest } = nic;
  const data = {
    NetworkInterfaces: [{ NAME: 'first', Name: name, ...rest }],
    LLDP: [{ name, Neighbors: [{ ChassisID: 'c' }] }],
  };
  const body = `${JSON.stringify({ SystemUuid: uuid, DATA: data })}\n{"systemUUID":"another"} trailing`;
  assert.equal((await post(`/t/${token}/register`, body)).status, 201);
  const found = await registry.report(uuid, hash);
  assert.deepEqual(found?.report.networkInterfaces, [nic]);
  assert.deepEqual(found?.report.lldp, [{ name, neighbors: [{ chassisId: 'c' }] }]);
});

test('what is no whole value is refused, and names that reach prototypes are dropped', async () => {
  registry.expect(uuid, hash, inAnHour());
  for (const body of ['', '{', '{"systemUUID":', 'x', '[]', '7', `${'['.repeat(5_000)}${']'.repeat(5_000)}`])
    assert.equal((await post(`/t/${token}/register`, body)).status, 400, body.slice(0, 20));
  const hostile = `{"systemUUID":"${uuid}","__PROTO__":{"a":1},"data":{"__proto__":{"polluted":1},"constructor":{"x":1}}}`;
  assert.equal((await post(`/t/${token}/register`, hostile)).status, 201);
  assert.equal(({} as { polluted?: number }).polluted, undefined);
});
