/**
 * Ctrl-C at every step of `move`, by its command line: the exit code, what was done, what is in flight, and a line that goes
 * on, which is then typed and ends as if nothing had been.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { KindDef } from '../../src/api/kind.js';
import { Exit } from '../../src/errors/exit.js';
import { silent } from '../../src/ports/log.js';
import type { Ports } from '../../src/wiring.js';
import { fakeClock } from '../support/clock.js';
import type { FakeCluster } from '../support/fake-cluster.js';
import { runLine, type Said } from '../support/run-line.js';
import { awakeInBoth, furnish, source, target, told } from './two-clusters.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-move-'));
process.env.METALCTL_STATE_DIR = folder;
after(() => rmSync(folder, { recursive: true }));

/** Runs a line whose Ctrl-C comes right after its k-th write; 0 for none. */
async function typed(line: string, k = 0): Promise<Said & { readonly wrote: readonly string[] }> {
  const wrote: string[] = [];
  const interrupt = new AbortController();
  const side = (name: string, cluster: FakeCluster): Ports['cluster'] => {
    const write =
      <A extends unknown[], T>(method: (...args: A) => Promise<T>) =>
      async (...args: A): Promise<T> => {
        interrupt.signal.throwIfAborted();
        const result = await method(...args);
        wrote.push(`${(args[0] as KindDef).kind} in the ${name}`);
        if (wrote.length === k) interrupt.abort(Object.assign(new Error('SIGINT'), { name: 'AbortError' }));
        return result;
      };
    return {
      ...cluster,
      raw: async () => ({ body: { status: { incomplete: true } }, headers: {} }),
      version: async () => ({ gitVersion: 'v1.35.6' }),
      served: async () => true,
      create: write(cluster.create as never),
      patch: write(cluster.patch as never),
      replace: write(cluster.replace as never),
      delete: write(cluster.delete as never),
    } as unknown as Ports['cluster'];
  };
  const clock = fakeClock();
  // Nobody waits for the source to be quiet: nobody else writes here.
  const hasty = {
    ...clock,
    sleep: (ms: number, signal?: AbortSignal) => (ms === 1_000 ? Promise.resolve() : clock.sleep(ms, signal)),
  };
  const contexts = { old: side('source', source), new: side('target', target) };
  const said = await runLine(line, { ports: { clock: hasty, log: silent }, contexts, signal: interrupt.signal });
  return { ...said, wrote };
}

const move = 'move --source-context old --target-context new --yes';

test('Ctrl-C at every step of move says what was done and how to go on, and the line it names ends the move', async (t) => {
  await furnish();
  const before = told(source);
  const calm = await typed(move);
  assert.equal(calm.code, Exit.OK, calm.stderr);
  const end = [told(source), told(target)];
  const phases = new Set<string>();
  for (let k = 1; k <= calm.wrote.length; k += 1) {
    await furnish();
    const where = `Ctrl-C after write ${k} of ${calm.wrote.length}, ${calm.wrote[k - 1]}`;
    const cut = await typed(move, k);
    // The last writes come after the end that was told.
    if (cut.code === Exit.OK) assert.match(cut.stdout + cut.stderr, /moved/, where);
    else assert.equal(cut.code, Exit.SIGINT, `${where}\n${cut.stderr}`);
    assert.deepEqual(awakeInBoth(), [], where);
    const journal = /^journal (\S+)$/m.exec(cut.stderr)?.[1];
    if (journal === undefined) {
      assert.deepEqual([told(source), told(target)], [before, []], `${where}: nothing was begun`);
      continue;
    }
    if (cut.code !== Exit.OK) {
      const done = /^interrupted: (.*); nothing is in flight, no machine was touched$/m.exec(cut.stderr)?.[1];
      assert.ok(done !== undefined, `${where}\n${cut.stderr}`);
      phases.add(done);
    }
    const resume = `move --resume ${journal}`;
    const goes = cut.stderr.includes(`go on    metalctl ${resume}`);
    assert.ok(goes || /the move is done|moved/.test(cut.stdout + cut.stderr), `${where}\n${cut.stderr}`);
    const rest = await typed(resume);
    assert.equal(rest.code, Exit.OK, `${where}\n${rest.stderr}`);
    assert.deepEqual([told(source), told(target)], end, where);
  }
  t.diagnostic(`${calm.wrote.length} writes; told: ${[...phases].join(' | ')}`);
  assert.ok(phases.size >= 3, [...phases].join(' | '));
});
