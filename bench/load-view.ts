/**
 * The process of `bench/load.ts`: the dashboard, or the claim view's list, over a fleet that lives in this process. Each
 * watch event is parsed from its text, as over a wire; only the socket is missing. SIGUSR2 begins and ends the changes.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Server } from '../src/api/metal/v1alpha1/server.js';
import { topFeed } from '../src/commands/impl/top.js';
import { styleOf } from '../src/lib/output/style.js';
import type { Cluster, ListOptions, WatchEvent } from '../src/ports/cluster.js';
import { runTop } from '../src/ui/top/run.js';
import { realClock } from '../src/wiring/clock.js';
import { server, status } from './a-server.js';

const { values } = parseArgs({
  options: { objects: { type: 'string' }, rate: { type: 'string' }, log: { type: 'string' } },
});
const count = Number(values.objects);
const rate = Number(values.rate);
const path = values.log ?? '';
const tell = (line: object): void => appendFileSync(path, `${JSON.stringify({ ms: performance.now(), ...line })}\n`);
writeFileSync(path, '');

const texts = Array.from({ length: count }, (_, n) => {
  const object = { ...server(n), status };
  return JSON.stringify({
    ...object,
    metadata: { ...object.metadata, uid: `u-${n}`, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
  });
});
const states = ['Available', 'Reserved', 'Initial', 'Discovery', 'Available'];

let isChanging = false;
process.on('SIGUSR2', () => {
  isChanging = !isChanging;
  // What is held when everything that can go has gone.
  if (!isChanging) {
    globalThis.gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    tell({ rss, heapUsed, isCollected: true });
  }
});

/** Changes, so many a second, in bursts of twenty milliseconds: that is how they come over a wire. */
async function* changes(signal: AbortSignal | undefined): AsyncIterable<WatchEvent<Server>> {
  let version = 2;
  let owed = 0;
  let last = performance.now();
  while (signal?.aborted !== true) {
    await sleep(isChanging ? 20 : 500, undefined, { signal });
    const now = performance.now();
    owed = isChanging ? owed + ((now - last) * rate) / 1_000 : 0;
    last = now;
    for (; owed >= 1; owed -= 1) {
      version += 1;
      const changed = JSON.parse(texts[(version * 7919) % count] ?? '{}') as Server;
      const state = states[version % states.length] as 'Available';
      yield {
        type: 'MODIFIED',
        object: {
          ...changed,
          metadata: { ...changed.metadata, resourceVersion: String(version) },
          status: { ...changed.status, state },
        } as Server,
      };
    }
  }
}

const cluster = {
  list: async ({ kind }: { kind: string }, { onPart }: ListOptions = {}) => {
    const items: Server[] = [];
    if (kind !== 'Server') return { items, resourceVersion: '1' };
    for (let from = 0; from < count; from += 500) {
      items.push(...texts.slice(from, from + 500).map((text) => JSON.parse(text) as Server));
      await sleep(0);
      if (items.length < count) onPart?.({ items, remaining: count - items.length });
    }
    return { items, resourceVersion: '1' };
  },
  watch: async function* ({ kind }: { kind: string }, { signal }: { signal?: AbortSignal }) {
    if (kind === 'Server') yield* changes(signal);
    else await new Promise((resolve) => signal?.addEventListener('abort', resolve));
  },
} as unknown as Cluster;

setInterval(() => {
  const { rss, heapUsed } = process.memoryUsage();
  tell({ rss, heapUsed });
}, 1_000).unref();

const ports = { cluster, clock: realClock() };
await runTop(
  { style: styleOf(true, false), page: 'servers', commands: [] },
  (send, fail) => topFeed({ ports, flags: { refresh: 10_000 } } as never, send, fail),
  { onAct: async () => '', commandOf: () => '' },
  new AbortController().signal,
  {
    explain: () => undefined,
    trace: { key: (press) => tell({ press }), frame: (frame) => tell({ frame }) },
  },
);
