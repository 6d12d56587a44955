/**
 * A move between two clusters whose process dies after each of its writes, to the API or to its journal: whoever goes on
 * reaches the end of an undisturbed move, whoever takes back the beginning, and at no moment is an object awake in both.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KindDef } from '../../src/api/kind.js';
import type { Clock } from '../../src/ports/clock.js';
import { silent } from '../../src/ports/log.js';
import type { MoveRecord } from '../../src/workflows/move/journal.js';
import { begin, carryOn, type MovePorts, planMove, requireReady, takeBack } from '../../src/workflows/move/move.js';
import { fakeClock } from '../support/clock.js';
import type { FakeCluster } from '../support/fake-cluster.js';
import { awakeInBoth, furnish, source, target, told } from './two-clusters.js';

/** A process that moves: it dies after its k-th write, and then nothing it asks for is answered, or sent, any more. */
class Mover {
  /** What it wrote, in order. */
  readonly wrote: string[] = [];
  readonly ports: MovePorts;
  record: MoveRecord | undefined;
  readonly #dieAt: number;
  #isDead = false;
  #die: () => void = () => undefined;
  readonly #died = new Promise<'died'>((resolve) => {
    this.#die = () => resolve('died');
  });

  constructor(dieAt = 0, record?: MoveRecord) {
    this.#dieAt = dieAt;
    this.record = record;
    this.ports = {
      source: this.#cluster('source', source),
      target: this.#cluster('target', target),
      clock: this.#clock,
      log: silent,
      signal: new AbortController().signal,
      onStep: () => undefined,
      journal: {
        write: (now) =>
          this.#act(`journal ${now.phase}`, async () => {
            this.record = now;
          }),
      },
    };
  }

  /** Whether it came to its end. */
  async works(work: () => Promise<unknown>): Promise<boolean> {
    const end = await Promise.race([work(), this.#died]);
    return end !== 'died';
  }

  async #act<T>(what: string, work: () => Promise<T>): Promise<T> {
    if (this.#isDead) return never();
    const result = await work();
    this.wrote.push(what);
    if (this.wrote.length !== this.#dieAt) return result;
    this.#isDead = true;
    this.#die();
    return never();
  }

  #cluster(side: string, cluster: FakeCluster): MovePorts['source'] {
    const write =
      <A extends [kind: KindDef, ...rest: never[]], T>(verb: string, method: (...args: A) => Promise<T>) =>
      (...args: A) =>
        this.#act(`${verb} ${args[0].kind} in the ${side}`, () => method(...args));
    const read =
      <A extends unknown[], T>(method: (...args: A) => Promise<T>) =>
      (...args: A) =>
        this.#isDead ? never<T>() : method(...args);
    return {
      ...cluster,
      get: read(cluster.get),
      list: read(cluster.list),
      // Nobody tells which rights there are.
      raw: async () => ({ body: { status: { incomplete: true } }, headers: {} }),
      version: async () => ({ gitVersion: 'v1.35.6' }),
      served: async () => true,
      create: write('create', cluster.create as never),
      patch: write('patch', cluster.patch as never),
      replace: write('replace', cluster.replace as never),
      delete: write('delete', cluster.delete as never),
    } as MovePorts['source'];
  }

  /** Nobody waits for the source to be quiet: nobody else writes here. Leases are renewed by time, which stands still. */
  readonly #time = fakeClock();
  readonly #clock: Clock = {
    ...this.#time,
    sleep: (ms, signal) => (ms === 1_000 ? Promise.resolve() : this.#time.sleep(ms, signal)),
  };
}

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

async function setOut(mover: Mover, deleteSource: boolean): Promise<void> {
  const plan = await planMove(mover.ports, { signal: mover.ports.signal });
  requireReady(plan);
  const wish = { id: 'move-0001', source: {}, target: {}, managerNamespace: 'metalctl-system', deleteSource };
  await carryOn(mover.ports, await begin(mover.ports, plan, wish));
}

for (const deleteSource of [false, true]) {
  const how = deleteSource ? ', its source deleted' : '';
  test(`R-API-7: a move${how}: killed after any write, and gone on with, ends as if nothing had been`, async (t) => {
    await furnish();
    const calm = new Mover();
    await setOut(calm, deleteSource);
    const end = [told(source), told(target)];
    assert.ok((end[1] ?? []).length >= 9 && (end[0] ?? []).length === (deleteSource ? 0 : end[1]?.length));
    const n = calm.wrote.length;
    // Without a deletion it is the beginning of the other, but for how it ends.
    const from = deleteSource ? 1 : calm.wrote.indexOf('journal moved');
    assert.ok(from > 0);
    for (let k = from; k <= n; k += 1) {
      await furnish();
      const mover = new Mover(k);
      const where = `killed after write ${k} of ${n} (${calm.wrote[k - 1]})`;
      assert.equal(await mover.works(() => setOut(mover, deleteSource)), false, where);
      assert.deepEqual(awakeInBoth(), [], where);
      const next = new Mover(0, mover.record);
      // Killed before the journal was written it has changed nothing, and is begun anew.
      const { record } = mover;
      await next.works(() => (record === undefined ? setOut(next, deleteSource) : carryOn(next.ports, record)));
      assert.equal(next.record?.phase ?? mover.record?.phase, 'done', where);
      assert.deepEqual([told(source), told(target)], end, where);
      assert.deepEqual(awakeInBoth(), [], where);
    }
    t.diagnostic(`n = ${n} writes, killed after ${n - from + 1} of them`);
  });
}

test('R-API-7: a move taken back: killed after any write, and taken back again, leaves no trace', async (t) => {
  await furnish();
  const before = told(source);
  const whole = new Mover();
  await setOut(whole, false);
  const middle = whole.wrote.indexOf('journal unpausing');

  /** Killed when all copies were made; then taken back by one that dies after its k-th write. */
  const halfWay = async (k: number): Promise<Mover> => {
    await furnish();
    const mover = new Mover(middle);
    assert.equal(await mover.works(() => setOut(mover, false)), false);
    const taker = new Mover(k, mover.record);
    const { record } = mover;
    await taker.works(async () => takeBack(taker.ports, record ?? assert.fail('no journal')));
    return taker;
  };
  const n = (await halfWay(0)).wrote.length;
  assert.deepEqual([told(source), told(target)], [before, []]);
  for (let k = 1; k <= n; k += 1) {
    const { record, wrote } = await halfWay(k);
    const where = `killed after write ${k} of ${n} (${wrote.at(-1)})`;
    assert.deepEqual(awakeInBoth(), [], where);
    const next = new Mover(0, record);
    await next.works(() => takeBack(next.ports, record ?? assert.fail(where)));
    assert.deepEqual([told(source), told(target)], [before, []], where);
  }
  t.diagnostic(`n = ${n} writes`);
});
