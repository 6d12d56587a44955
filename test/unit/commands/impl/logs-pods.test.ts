/** `logs --from-cluster`: what the pods of the CronJob and the daemon have said, over a real socket. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Exit } from '../../../../src/errors/exit.js';
import { createLog } from '../../../../src/wiring/log.js';
import { fakeClock } from '../../../support/clock.js';
import { runLine } from '../../../support/run-line.js';
import { failure, json, scripted } from '../../kube/support.js';

const stamp = (text: string, at: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `${at} ${line}\n`)
    .join('');

const report = {
  apiVersion: 'cli.metalctl.dev/v1',
  kind: 'ReconcileReport',
  passes: 1,
  writes: 2,
  bmcCalls: 3,
  seconds: 1,
  objects: [
    { kind: 'Server', name: 's1', outcome: 'changed', because: 'Probed', message: 'probed' },
    { kind: 'BMC', name: 'b1', outcome: 'failed', because: 'x', code: 'BMC_AUTH_FAILED', message: 'refused\u001b[2J' },
    { kind: 'BMC', name: 'b2', outcome: 'unchanged', because: 'x', message: '' },
  ],
};

/** As the pod of a pass says it: talk on stderr, then the document. */
const passPod = (run: string, endedAt: string): string =>
  stamp(
    `skipped nothing\n${JSON.stringify({ ...report, run, startedAt: endedAt, endedAt }, null, 2)}\n`,
    '2026-03-04T10:00:01.123456789Z',
  );

/** As the daemon says it, by the log it really has. */
function daemonPod(): string {
  const lines: string[] = [];
  const clock = fakeClock('2026-03-04T11:00:00Z');
  const log = createLog({ level: 'info', form: 'json', clock, write: (line) => void lines.push(line) });
  log.log('info', 'switched on', { kind: 'Server', name: 's1', because: 'PoweredOn', run: 'dddd4444' });
  log.log('warn', 'no answer', { kind: 'BMC', name: 'b1', because: 'BmcUnreachable', run: 'dddd4444' });
  return stamp(`registry on http://x; waiting\n${lines.join('')}`, '2026-03-04T11:00:00.5Z');
}

const pods = (...names: string[]) => ({
  kind: 'PodList',
  apiVersion: 'v1',
  metadata: { resourceVersion: '1' },
  items: names.map((name) => ({
    metadata: { name, namespace: 'metalctl-system' },
    status: { phase: name === 'new' ? 'Pending' : 'Running' },
  })),
});

const texts: Readonly<Record<string, string>> = {
  'pass-1': passPod('aaaa1111', '2026-03-04T10:00:01.000Z'),
  daemon: daemonPod(),
};

async function cluster(t: TestContext, forbid?: RegExp) {
  const place = await scripted(t, ({ url }, response) => {
    if (forbid?.test(url.pathname))
      return json(response, 403, failure(403, 'Forbidden', 'User "u" cannot do this', { kind: 'pods' }));
    if (url.pathname.endsWith('/pods')) return json(response, 200, pods('daemon', 'pass-1', 'new', 'gone'));
    const name = /pods\/([^/]+)\/log$/.exec(url.pathname)?.[1] ?? '';
    const text = texts[name];
    if (text === undefined) return json(response, 404, failure(404, 'NotFound', 'gone', { name, kind: 'pods' }));
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.end(text);
  });
  const env = { LANG: 'C.UTF-8', METALCTL_NOW: '2026-03-04T12:00:00Z' };
  const logs = (words: string) =>
    runLine(`logs --from-cluster ${words}`, { ports: { clock: fakeClock(), cluster: place.cluster }, env });
  return { ...place, logs };
}

test('passes and the daemon in order of time, by the labels install sets; what has not begun or has gone is passed over', async (t) => {
  const { logs, seen } = await cluster(t);
  const { code, stdout, stderr } = await logs('-o json');
  assert.equal(code, Exit.OK, stderr);
  const { kind, lines } = JSON.parse(stdout);
  assert.equal(kind, 'RunLog');
  assert.deepEqual(
    lines.map(({ run, object, outcome, reason }: Record<string, string>) => [run, object, outcome, reason].join(' ')),
    [
      'aaaa1111 server/s1 changed Probed',
      'aaaa1111 bmc/b1 failed BMC_AUTH_FAILED',
      'dddd4444 server/s1 changed PoweredOn',
      'dddd4444 bmc/b1 failed BmcUnreachable',
    ],
  );
  assert.equal(seen[0]?.url.searchParams.get('labelSelector'), 'app.kubernetes.io/name=metalctl');
  assert.ok(!seen.some(({ url }) => url.pathname.includes('/new/')));
});

test('one run, one object, only failures, only lately; foreign text acts on no terminal', async (t) => {
  const { logs, seen } = await cluster(t);
  const one = await logs('--run aaaa --errors');
  assert.match(one.stdout, /aaaa1111 +failed +bmc\/b1/);
  assert.doesNotMatch(one.stdout, /dddd4444|server\/s1/);
  assert.ok(!one.stdout.includes('\u001b'));
  const about = await logs('server/s1 --since 90m');
  assert.match(about.stdout, /aaaa1111.*server\/s1[\s\S]*dddd4444.*server\/s1/);
  assert.equal(
    seen.find(({ url }) => url.searchParams.has('sinceSeconds'))?.url.searchParams.get('sinceSeconds'),
    '5400',
  );
  const none = await logs('--run ffff');
  assert.equal(none.code, Exit.NOT_FOUND);
  assert.match(none.stderr, /no pod in namespace metalctl-system tells of run ffff/);
});

test('a missing right is named: the verb, and pods or pods/log', async (t) => {
  const noList = await (await cluster(t, /\/pods$/)).logs('');
  assert.equal(noList.code, Exit.FORBIDDEN);
  assert.match(noList.stderr, /RBAC does not allow "list" on pods\b/);
  const noLog = await (await cluster(t, /\/log$/)).logs('');
  assert.equal(noLog.code, Exit.FORBIDDEN);
  assert.match(noLog.stderr, /RBAC does not allow "get" on pods\/log/);
  assert.match(noLog.stderr, /kubectl auth can-i get pods --subresource=log -n metalctl-system/);
});
