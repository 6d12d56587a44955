/** The promise behind every informer: a list, and the watch from its version, give what a later list gives. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type Body, startApi, type TestApi } from './start-api.js';
import { installWidgets, MERGE, WIDGETS, widget } from './widget.js';

const CLIENTS = 8;
const NAMES = 40;

/** Pseudo-random numbers below a limit; the same ones each run. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return Math.floor((state / 4_294_967_296) * limit);
  };
}

/** One request; which of them fail (absent, existing, being deleted) is up to the moment. */
async function operate(api: TestApi, next: (limit: number) => number): Promise<void> {
  const name = `w${next(NAMES)}`;
  const path = `${WIDGETS}/${name}`;
  const labels = { side: ['left', 'right'][next(2)] };
  switch (next(5)) {
    case 0:
    case 1:
      await api.call('POST', WIDGETS, { body: widget(name, { metadata: { labels } }) });
      break;
    case 2:
      await api.call('PATCH', path, { body: { metadata: { labels }, spec: { size: 1 + next(9) } }, headers: MERGE });
      break;
    case 3:
      await api.call('PATCH', path, { body: { metadata: { finalizers: next(2) ? ['a.b/c'] : null } }, headers: MERGE });
      break;
    default:
      await api.call('DELETE', path);
  }
}

const versions = (items: Iterable<Body>): string[] =>
  [...items].map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`).sort();

/** Follows one collection by list and watch while clients write; compares with what is there at the end. */
export async function listAndWatchAgree(context: TestContext, operations: number): Promise<void> {
  const api = await startApi(context);
  await installWidgets(api);
  const next = numbers(operations);
  for (let count = 0; count < NAMES; count++) await operate(api, next);
  const queries = ['', 'labelSelector=side%3Dleft'];
  const followed = await Promise.all(queries.map((query) => follow(api, query)));
  let open = operations;
  const client = async () => {
    while (open-- > 0) await operate(api, next);
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  for (const [index, query] of queries.entries()) {
    const { items, metadata } = (await api.call('GET', `${WIDGETS}?${query}`)).body;
    const seen = await followed[index]?.until(metadata.resourceVersion);
    assert.deepEqual(versions(seen?.values() ?? []), versions(items), `with ${query || 'no selector'}`);
  }
}

async function follow(api: TestApi, query: string) {
  const list = (await api.call('GET', `${WIDGETS}?${query}`)).body;
  const watch = await api.watch(`${WIDGETS}?watch=true&resourceVersion=${list.metadata.resourceVersion}&${query}`);
  return {
    /** What the watch adds up to. It ends when the server has sent everything up to now: that takes a round trip. */
    until: async (version: string): Promise<Map<string, Body>> => {
      const isThere = () =>
        watch.events.some(({ object }) => Number(object.metadata.resourceVersion) >= Number(version));
      for (let wait = 0; wait < 100 && !isThere(); wait++) await new Promise((done) => setTimeout(done, 5));
      watch.close();
      return replayed(list.items, watch.events);
    },
  };
}

function replayed(items: readonly Body[], events: readonly { type: string; object: Body }[]): Map<string, Body> {
  const state = new Map<string, Body>(items.map((item) => [item.metadata.name, item]));
  let last = 0;
  for (const { type, object } of events) {
    const version = Number(object.metadata.resourceVersion);
    assert.ok(version > last, `version ${version} after ${last}`);
    last = version;
    assert.equal(type === 'ADDED', !state.has(object.metadata.name), `${type} ${object.metadata.name}`);
    if (type === 'DELETED') state.delete(object.metadata.name);
    else state.set(object.metadata.name, object);
  }
  return state;
}
