/** Watches: framing across chunks, bookmarks, the many ways they end, and that leaving closes the connection. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import type { KubeCluster } from '../../../src/kube/index.js';
import { readLines } from '../../../src/kube/lines.js';
import type { WatchEvent } from '../../../src/ports/cluster.js';
import { aWidget, failure, json, quickClock, scripted, Widget } from './support.js';

const line = (type: string, object: unknown): string => `${JSON.stringify({ type, object })}\n`;

function stream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
}

async function collect(cluster: KubeCluster, resourceVersion = '5'): Promise<WatchEvent<Widget>[]> {
  const events: WatchEvent<Widget>[] = [];
  for await (const event of cluster.watch(Widget, { resourceVersion })) events.push(event);
  return events;
}

test('events and bookmarks come as sent, and a clean close ends the loop', async (t) => {
  const { cluster, seen } = await scripted(t, (_, response) => {
    stream(response);
    response.write(line('ADDED', aWidget('ä')));
    response.write(line('SOMETHING', {}));
    response.write(line('BOOKMARK', { kind: 'Widget', metadata: { resourceVersion: '9' } }));
    response.end(line('DELETED', aWidget('b')));
  });
  assert.deepEqual(await collect(cluster), [
    { type: 'ADDED', object: aWidget('ä') },
    { type: 'BOOKMARK', resourceVersion: '9' },
    { type: 'DELETED', object: aWidget('b') },
  ]);
  const query = seen[0]?.url.searchParams;
  assert.equal(query?.get('watch'), 'true');
  assert.equal(query?.get('allowWatchBookmarks'), 'true');
  assert.equal(query?.get('resourceVersion'), '5');
  const seconds = Number(query?.get('timeoutSeconds'));
  assert.ok(seconds >= 300 && seconds < 600);
});

test('410 is WATCH_EXPIRED as a status and as an event', async (t) => {
  const expired = failure(410, 'Expired', 'too old resource version: 5 (9)');
  const { cluster } = await scripted(t, ({ url }, response) => {
    if (url.searchParams.get('resourceVersion') === '1') return json(response, 410, expired);
    stream(response);
    response.end(line('ERROR', expired));
  });
  await assert.rejects(collect(cluster, '1'), { code: 'WATCH_EXPIRED' });
  await assert.rejects(collect(cluster, '2'), { code: 'WATCH_EXPIRED' });
});

test('a cut connection, a cut line, a line that is no JSON and a 500 are transient', async (t) => {
  const { cluster } = await scripted(t, ({ url }, response) => {
    const how = url.searchParams.get('resourceVersion');
    if (how === '4') return json(response, 500, failure(500, 'InternalError', 'etcd is away'));
    stream(response);
    if (how === '1') setTimeout(() => response.destroy(), 10);
    if (how === '2') response.end(line('ADDED', aWidget('a')).slice(0, 20));
    if (how === '3') response.end('<html>\n');
  });
  await assert.rejects(collect(cluster, '1'), { class: 'transient', code: 'API_UNREACHABLE' });
  await assert.rejects(collect(cluster, '2'), { class: 'transient', code: 'API_UNREACHABLE' });
  await assert.rejects(collect(cluster, '3'), { class: 'transient', code: 'API_ERROR' });
  await assert.rejects(collect(cluster, '4'), { class: 'transient', code: 'API_ERROR' });
});

test('silence beyond the idle limit ends the watch; events and bookmarks put it off', async (t) => {
  const clock = quickClock(300);
  const { cluster } = await scripted(
    t,
    (_, response) => {
      stream(response);
      let sent = 0;
      const timer = setInterval(() => {
        sent += 1;
        response.write(line('BOOKMARK', { metadata: { resourceVersion: String(sent) } }));
        if (sent === 3) clearInterval(timer);
      }, 200);
    },
    { clock, requestTimeoutMs: 5_000_000 },
  );
  const begun = performance.now();
  await assert.rejects(collect(cluster), { code: 'API_TIMEOUT' });
  assert.ok(performance.now() - begun >= 3 * 195 + 480, 'each bookmark put the limit off');
});

test('leaving the loop and aborting close the connection', async (t) => {
  let closed = 0;
  const { cluster } = await scripted(t, (_, response) => {
    stream(response);
    response.write(line('ADDED', aWidget('a')));
    response.on('close', () => {
      closed += 1;
    });
  });
  for await (const event of cluster.watch(Widget, { resourceVersion: '1' })) {
    assert.equal(event.type, 'ADDED');
    break;
  }
  const stop = new AbortController();
  const reason = new Error('stopped by the test');
  await assert.rejects(async () => {
    for await (const _ of cluster.watch(Widget, { resourceVersion: '1', signal: stop.signal })) stop.abort(reason);
  }, reason);
  while (closed < 2) await new Promise((resolve) => setTimeout(resolve, 5));
});

test('lines stay whole wherever chunks are cut, and an endless one is refused', async () => {
  const text = '{"a":"äöü€😀"}\n\n{"b":2}\n';
  const bytes = Buffer.from(text);
  for (let size = 1; size <= bytes.length; size += 1) {
    const chunks = (async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })();
    const lines: string[] = [];
    for await (const each of readLines(chunks)) lines.push(each);
    assert.deepEqual(lines, ['{"a":"äöü€😀"}', '{"b":2}']);
  }
  const endless = (async function* () {
    for (;;) yield Buffer.alloc(1000, 'x');
  })();
  await assert.rejects(
    async () => {
      for await (const _ of readLines(endless, 5000)) assert.fail('no line is complete');
    },
    { code: 'API_ERROR' },
  );
});
