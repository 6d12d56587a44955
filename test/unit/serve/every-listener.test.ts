/** What holds for each listener alike: wrong methods, paths that lead elsewhere, large headers and bodies, one zone each. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ask, type Subject, startAll } from './all-listeners.js';

const { all, close } = await startAll();
after(close);

/** Forms a file name or another route might hide in. */
const elsewhere = [
  '/',
  '/etc/passwd',
  '/../etc/passwd',
  '/..%2f..%2fetc%2fpasswd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/....//etc/passwd',
  '/..\\..\\windows\\win.ini',
  '/C:/windows/win.ini',
  '/%00',
  '/.git/config',
  '//healthz/x',
  '/static/../../etc/shadow',
  '/t/../register',
  '/t/%2e%2e/register',
  '/v1/../../secrets',
  '/serverevents/alerts/../../etc/passwd/00',
  `/${'a/'.repeat(2_000)}`,
  '/debug/pprof',
  '/__proto__',
  '/constructor',
];
/** Answers that tell nothing and do nothing. */
const harmless = [400, 401, 403, 404];
const isServed = async (subject: Subject): Promise<void> => {
  const { status } = await ask(subject, { ...subject, body: '{}' });
  assert.ok(status > 0 && status < 500, `${subject.name} still answers: ${status}`);
};

for (const subject of all) {
  const { name, path, method, headers } = subject;

  test(`${name}: other methods are 405, and the right one is named`, async () => {
    for (const wrong of ['PUT', 'DELETE', 'PATCH', method === 'GET' ? 'POST' : 'GET']) {
      const answer = await ask(subject, { path, method: wrong, headers });
      assert.deepEqual([answer.status, answer.headers.allow?.split(', ')[0]], [405, method], wrong);
    }
  });

  test(`${name}: S-FILE-1: paths that lead elsewhere lead nowhere`, async () => {
    for (const each of elsewhere) {
      const answer = await ask(subject, { path: each, method, headers });
      assert.ok(harmless.includes(answer.status), `${each}: ${answer.status}`);
      assert.doesNotMatch(answer.text, /root:|\[boot|\/work|\/home|at .*\.ts:/, each);
    }
    await isServed(subject);
  });

  test(`${name}: headers beyond 16 KiB and bodies beyond a mebibyte are not taken`, async () => {
    const large = await ask(subject, { path, method, headers: { ...headers, 'X-Large': 'x'.repeat(17_000) } });
    assert.ok([431, 0].includes(large.status), String(large.status));
    const body = 'x'.repeat(1_100_000);
    const answer = await ask(subject, { path, method: 'POST', headers, body });
    assert.ok([413, 405, 0].includes(answer.status), String(answer.status));
    await isServed(subject);
  });
}

test('each has a port of its own, and serves nothing of another', async () => {
  assert.equal(new Set(all.map(({ url }) => new URL(url).port)).size, all.length);
  for (const subject of all) {
    for (const { name, path, method, headers } of all.filter((each) => each !== subject)) {
      const { status } = await ask(subject, { path, method, headers: { ...headers } });
      assert.ok(harmless.includes(status), `${subject.name} answers ${status} to what is asked of ${name}`);
    }
  }
});

for (const subject of all.filter(({ name }) => name !== 'admission')) {
  test(`${subject.name}: S-LIM-1: an address that asks without end is told to wait, and another is answered`, async () => {
    const from = (localAddress: string) => ask(subject, { ...subject, body: '{}', localAddress });
    let refused: { headers: { 'retry-after'?: string } } | undefined;
    // A slow machine gives an address time to be allowed some more.
    for (let floods = 0; floods < 5 && refused === undefined; floods += 1) {
      const answers = await Promise.all(Array.from({ length: 240 }, () => from('127.0.0.77')));
      refused = answers.find(({ status }) => status === 429);
    }
    assert.equal(refused?.headers['retry-after'], '1');
    assert.notEqual((await from('127.0.0.78')).status, 429);
  });
}
