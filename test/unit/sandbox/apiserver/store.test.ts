import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { isMetalError } from '../../../../src/errors/classes.js';
import type { Change } from '../../../../src/sandbox/apiserver/storage/change.js';
import { ClusterState } from '../../../../src/sandbox/apiserver/storage/cluster-state.js';
import { openStore } from '../../../../src/sandbox/apiserver/storage/store.js';
import type { KubeObject } from '../../../../src/sandbox/apiserver/types.js';
import { crashRounds, startWriter } from './crash-rounds.js';

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'metalctl-store-'));
  context.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const object = (name: string, value = 0): KubeObject => ({ metadata: { name, namespace: 'ns' }, value });
const TABLE = 'g/things';

test('what is written in one turn is one group, and is seen only once it is durable', async (context) => {
  const state = new ClusterState(await openStore(folder(context)), 100);
  const groups: number[] = [];
  state.onCommit((changes) => groups.push(changes.length));
  const writes = ['a', 'b', 'c'].map((name) => state.write((tx) => tx.put(TABLE, `ns/${name}`, object(name))));
  assert.equal(state.get(TABLE, 'ns/a'), undefined, 'not before the commit');
  const stored = await Promise.all(writes);
  assert.deepEqual(groups, [3]);
  const versions = stored.map(({ metadata }) => Number(metadata.resourceVersion));
  assert.deepEqual(versions, [101, 102, 103]);
  state.close();
});

test('a write sees the open group, and one that throws leaves nothing', async (context) => {
  const state = new ClusterState(await openStore(folder(context)), 100);
  const first = state.write((tx) => tx.put(TABLE, 'ns/a', object('a', 1)));
  const second = state.write((tx) => tx.put(TABLE, 'ns/a', object('a', Number(tx.get(TABLE, 'ns/a')?.value) + 1)));
  const third = state.write((tx) => {
    tx.put(TABLE, 'ns/b', object('b'));
    throw new Error('no');
  });
  await assert.rejects(third, /no/);
  await Promise.all([first, second]);
  assert.deepEqual([state.get(TABLE, 'ns/a')?.value, state.get(TABLE, 'ns/b')], [2, undefined]);
  state.close();
});

test('a failed commit fails its whole group, changes nothing, and the next one works', async (context) => {
  const store = await openStore(folder(context));
  let isFull = true;
  const failing = {
    ...{ load: () => store.load(), trim: (version: number) => store.trim(version), close: () => store.close() },
    append: (changes: readonly Change[]) => {
      if (isFull) throw new Error('database or disk is full');
      store.append(changes);
    },
  };
  const state = new ClusterState(failing, 100);
  const writes = ['a', 'b'].map((name) => state.write((tx) => tx.put(TABLE, `ns/${name}`, object(name))));
  for (const write of writes) await assert.rejects(write, /disk is full/);
  assert.deepEqual([...state.entries(TABLE)], []);
  isFull = false;
  const stored = await state.write((tx) => tx.put(TABLE, 'ns/c', object('c')));
  assert.equal(stored.metadata.resourceVersion, '101');
  state.close();
});

test('everything is there after a restart: objects, versions, and history to watch from', async (context) => {
  const path = folder(context);
  const before = new ClusterState(await openStore(path), 100);
  await before.write((tx) => tx.put(TABLE, 'ns/a', object('a', 1)));
  await before.write((tx) => tx.put(TABLE, 'ns/a', object('a', 2)));
  await before.write((tx) => tx.put(TABLE, 'ns/b', object('b')));
  await before.write((tx) => tx.remove(TABLE, 'ns/b'));
  before.close();
  const after = new ClusterState(await openStore(path), 100);
  assert.deepEqual([after.version, after.get(TABLE, 'ns/a')?.value, after.get(TABLE, 'ns/b')], [104, 2, undefined]);
  assert.deepEqual(
    after.since(TABLE, 101).map(({ type }) => type),
    ['MODIFIED', 'ADDED', 'DELETED'],
  );
  assert.equal(after.snapshot(TABLE, 101)?.get('ns/a')?.value, 1);
  const next = await after.write((tx) => tx.put(TABLE, 'ns/c', object('c')));
  assert.equal(next.metadata.resourceVersion, '105');
  after.close();
});

test('the file is for its owner only', async (context) => {
  const path = join(folder(context), 'data');
  (await openStore(path)).close();
  assert.equal(statSync(path).mode & 0o777, 0o700);
  for (const name of readdirSync(path)) assert.equal(statSync(join(path, name)).mode & 0o077, 0, name);
});

const codeOf = (error: unknown) => (isMetalError(error) ? error.code : String(error));

test('a damaged file is refused by name', async (context) => {
  const path = folder(context);
  (await openStore(path)).close();
  const file = join(path, 'cluster.sqlite');
  writeFileSync(file, Buffer.concat([Buffer.from('not a database at all'), readFileSync(file).subarray(21)]));
  await assert.rejects(openStore(path), (error) => codeOf(error) === 'STORE_DAMAGED');
});

/** Large enough for several pages, so that there is a middle to damage. */
async function filled(path: string): Promise<string> {
  const state = new ClusterState(await openStore(path), 100);
  for (let count = 0; count < 50; count++) {
    await state.write((tx) => tx.put(TABLE, `ns/${count}`, { ...object(`${count}`), value: 'x'.repeat(3_000) }));
  }
  state.close();
  return join(path, 'cluster.sqlite');
}

test('a file that lost its end, or a page in its middle, is refused, and stays as it is', async (context) => {
  for (const damage of [
    (bytes: Buffer) => bytes.subarray(0, bytes.length - 8192),
    (bytes: Buffer) => bytes.fill(0xa5, 8192, 24_576),
  ]) {
    const path = folder(context);
    const file = await filled(path);
    writeFileSync(file, damage(readFileSync(file)));
    const before = readFileSync(file);
    await assert.rejects(openStore(path), (error) => codeOf(error) === 'STORE_DAMAGED');
    assert.ok(before.equals(readFileSync(file)), 'nobody repaired or emptied it');
  }
});

test('a disk that is full refuses writes by name and loses none that it took', { skip: noLimits() }, (context) => {
  const path = folder(context);
  const program = join(import.meta.dirname, 'full-disk.ts');
  const command = `ulimit -f 4000 && exec "$0" --import tsx "$1" "$2"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', command, process.execPath, program, path], { encoding: 'utf8' });
  const lines = stdout.trim().split('\n');
  const taken = lines.flatMap((line) => /^ok (\d+)$/.exec(line)?.[1] ?? []);
  const refused = lines.filter((line) => line.startsWith('refused'));
  assert.ok(taken.length > 20 && refused.length === 3, `${stdout}${stderr}`);
  for (const line of refused) assert.match(line, /disk|full|I\/O/i);
  return openStore(path).then((store) => {
    const kept = new Set(store.load().objects.map(({ key }) => key.replace('ns/', '')));
    store.close();
    assert.deepEqual(
      taken.filter((name) => !kept.has(name)),
      [],
    );
  });
});

/** A limit on the size of files stands in for a full disk; only POSIX shells have one. */
function noLimits(): string | false {
  return process.platform === 'win32' ? 'there is no ulimit here' : false;
}

test('a second process on the same folder is told that the store is locked', async (context) => {
  const path = folder(context);
  const child = startWriter(path);
  context.after(() => child.kill('SIGKILL'));
  assert.ok(child.stdout);
  for await (const _ of createInterface({ input: child.stdout })) break;
  await assert.rejects(openStore(path), (error) => codeOf(error) === 'STORE_LOCKED');
});

test('SIGKILL at random moments loses no acknowledged write and leaves no half one', (context) =>
  crashRounds(folder(context), 4));
