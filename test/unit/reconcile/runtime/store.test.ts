/** The cache: it never goes back in time, a successor of the same name wins, and indexes follow. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server } from '../../../../src/api/metal/v1alpha1/index.js';
import { Store } from '../../../../src/reconcile/runtime/store.js';
import { aServer } from '../../../support/build.js';

const key = { name: 'rack1-system-0' };
function at(resourceVersion: string, labels: Record<string, string> = {}, uid = 'server-uid'): Server {
  const server = aServer().build();
  return { ...server, metadata: { ...server.metadata, resourceVersion, labels, uid } };
}
const versionIn = (store: Store) => store.get(Server, key)?.metadata.resourceVersion;

function zoned() {
  const store = new Store();
  const told: string[] = [];
  store.addIndex(Server, 'zone', (server) => [server.metadata.labels?.zone ?? '']);
  store.onChange((_, before, after) =>
    told.push(`${before?.metadata.resourceVersion ?? '-'} → ${after?.metadata.resourceVersion ?? '-'}`),
  );
  const inZone = (zone: string) => store.by(Server, 'zone', zone).map(({ metadata }) => metadata.resourceVersion);
  return { store, told, inZone };
}

test('an older version never replaces a newer one, also across a digit', () => {
  const { store, told } = zoned();
  for (const version of ['9', '10', '9', '10']) store.put(Server, at(version));
  assert.equal(versionIn(store), '10');
  assert.deepEqual(told, ['- → 9', '9 → 10']);
});

test('a successor of the same name wins, whatever its version', () => {
  const { store, told } = zoned();
  store.put(Server, at('100'));
  store.put(Server, at('5', {}, 'successor'));
  assert.equal(versionIn(store), '5');
  assert.deepEqual(told, ['- → 100', '100 → 5']);
});

test('the late end of a predecessor does not take its successor away', () => {
  const { store } = zoned();
  store.put(Server, at('5', {}, 'successor'));
  store.remove(Server, key, 'server-uid');
  assert.equal(versionIn(store), '5');
  store.remove(Server, key, 'successor');
  assert.equal(versionIn(store), undefined);
});

test('an index follows an object that moved, and forgets one that is gone', () => {
  const { store, inZone } = zoned();
  store.put(Server, at('1', { zone: 'a' }));
  store.put(Server, at('2', { zone: 'b' }));
  assert.deepEqual([inZone('a'), inZone('b')], [[], ['2']]);
  store.remove(Server, key);
  assert.deepEqual(inZone('b'), []);
});

test('an index that comes later knows what is there already', () => {
  const store = new Store();
  store.put(Server, at('1', { zone: 'a' }));
  store.addIndex(Server, 'zone', (server) => [server.metadata.labels?.zone ?? '']);
  assert.equal(store.by(Server, 'zone', 'a').length, 1);
});

test('a complete list takes away what is not in it, and tells of nothing that stayed', () => {
  const { store, told } = zoned();
  store.put(Server, at('1'));
  store.put(Server, aServer().named('other').build());
  told.length = 0;
  store.replaceAll(Server, [at('1')]);
  assert.deepEqual(told, ['10 → -']);
});

test('what kubectl and the API server note about themselves is not kept', () => {
  const store = new Store();
  const server = aServer()
    .annotated('kubectl.kubernetes.io/last-applied-configuration', '{}')
    .annotated('own', 'x')
    .build();
  store.put(Server, { ...server, metadata: { ...server.metadata, managedFields: [{}] } } as Server);
  const kept = { ...store.get(Server, key)?.metadata } as Record<string, unknown>;
  assert.deepEqual([kept.annotations, 'managedFields' in kept], [{ own: 'x' }, false]);
});

test('an index nobody declared is a bug: duplicates of every Server came of an empty answer', () => {
  assert.throws(() => new Store().by(Server, 'serial', 'x'), /declares the index serial over servers/);
});
