/** What `why` answers beyond its gates, each of which has its row in `remedies.test.ts`: verdicts, funnels, last visits. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../../../src/api/kind.js';
import {
  BMC,
  type BMC as BMCObject,
  BMCSecret,
  type BMCSecret as BMCSecretObject,
  type BMCUser as BMCUserObject,
  Server,
  ServerBootConfiguration,
  ServerClaim,
  type Server as ServerObject,
} from '../../../../src/api/metal/v1alpha1/index.js';
import { defaultSettings, reconcilers } from '../../../../src/reconcile/index.js';
import { Store } from '../../../../src/reconcile/runtime/store.js';
import { type Answer, whyBmc, whyClaim, whyServer, whyUser } from '../../../../src/workflows/why/index.js';
import { aBmc, aBoot, aClaim, aSecret, aServer } from '../../../support/build.js';

const kinds = { Server, ServerClaim, BMC, BMCSecret, ServerBootConfiguration };

function storeOf(...objects: KubeObject[]): Store {
  const store = new Store();
  for (const { kind, name, values } of reconcilers.flatMap(({ indexes }) => indexes))
    store.addIndex(kind, name, values);
  for (const object of objects) store.put(kinds[object.kind as keyof typeof kinds], object);
  return store;
}

const settings = defaultSettings;
const askServer = (server: ServerObject, ...beside: KubeObject[]): Answer =>
  whyServer({ server, store: storeOf(server, aBmc(), ...beside), settings });

const free = () => aServer().in('Available').powered('Off');
const reserved = () => aServer().in('Reserved').claimedBy().bootingWith('db-07').powered('On');
const ready = (server: ServerObject, reason: string, message: string): ServerObject => ({
  ...server,
  status: {
    ...server.status,
    conditions: [{ type: 'Ready', status: 'False', reason, message, lastTransitionTime: '2026-01-01T00:00:00Z' }],
  },
});

const bmc = (change: (object: BMCObject) => unknown, secret: BMCSecretObject | undefined = aSecret()): Answer => {
  const object = structuredClone(aBmc());
  change(object);
  return whyBmc(object, storeOf(object, ...(secret === undefined ? [] : [secret])));
};

const account = (): Answer => {
  const user = {
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'BMCUser',
    metadata: { name: 'ops' },
    spec: { userName: 'ops', roleID: 'Operator', bmcRef: { name: 'rack1' }, bmcSecretRef: { name: 'ops-1' } },
    status: { id: '3', effectiveBMCSecretRef: { name: 'ops-1' } },
  } as BMCUserObject;
  const secret = { ...aSecret(), metadata: { name: 'ops-1', uid: 'ops', generation: 1 } };
  return whyUser(user, storeOf(aBmc(), aSecret(), secret));
};

test('what the last visit ended with is told where no gate says it', () => {
  const server = ready(reserved().build(), 'BmcUnreachable', '10.0.0.1 does not answer');
  const found = askServer(server, aClaim(), aBoot('Ready'));
  assert.deepEqual([found.reason, found.isBlocked, found.remedy], ['BmcUnreachable', true, undefined]);
});

test('an operation that was sent already is resolved by a look at the machine, not called back', () => {
  const intent = JSON.stringify({ operation: 'hard-restart-server', at: '2026-01-01T00:00:00Z', by: 'x' });
  const found = askServer(free().annotated('metalctl.dev/reset-intent', intent).build());
  assert.deepEqual([found.reason, found.remedy], ['OperationPending', 'metalctl reconcile --once --settle']);
});

test('a server that a claim holds is told by its own state, whatever that is', () => {
  const parked = aServer().in('Parked').claimedBy().powered('Off').annotated('metal.ironcore.dev/parked', 'true');
  const found = askServer(parked.build(), aClaim());
  assert.deepEqual([found.reason, found.remedy], ['Parked', 'metalctl unpark rack1-system-0']);
});

test('where nothing blocks, that is said', () => {
  assert.deepEqual([askServer(free().build()).isBlocked, askServer(free().build()).verdict], [false, 'can be claimed']);
  const held = askServer(reserved().build(), aClaim(), aBoot('Ready'));
  assert.deepEqual([held.isBlocked, held.verdict], [false, 'is held by claim db/db-07, and as it wants it']);
  assert.equal(bmc(() => undefined).isBlocked, false);
  assert.deepEqual([account().isBlocked, account().verdict], [false, 'is as it should be']);
});

test('a claim without a server is answered by the funnel, and the first gate of the nearest miss', () => {
  const claim = { ...aClaim(), status: { phase: 'Unbound' as const } };
  const cordoned = free().cordoned().build();
  const far = free().named('far').cordoned().powered('On').build();
  const found = whyClaim(claim, { store: storeOf(cordoned, far), settings });
  assert.deepEqual([found.reason, found.remedy], ['Cordoned', 'metalctl uncordon rack1-system-0']);
  assert.deepEqual(
    found.funnel?.misses.map(({ server }) => server.metadata.name),
    ['rack1-system-0', 'far'],
  );
  assert.equal(whyClaim(claim, { store: storeOf(free().build()), settings }).isBlocked, false);
});

test('the funnel names the server that a claim names', () => {
  const claim = { ...aClaim({ serverRef: { name: 'far' } }), status: { phase: 'Unbound' as const } };
  const found = whyClaim(claim, {
    store: storeOf(free().build(), free().named('far').cordoned().build()),
    settings,
  });
  assert.deepEqual(found.funnel?.steps[1], { count: 1, label: 'match server/far' });
});

test('a claim whose server is gone says so', () => {
  const claim = aClaim({ serverRef: { name: 'rack1-system-0' } });
  const found = whyClaim(claim, { store: storeOf(), settings });
  assert.deepEqual([found.reason, found.remedy], ['ServerLost', 'metalctl release db-07 -n db']);
});
