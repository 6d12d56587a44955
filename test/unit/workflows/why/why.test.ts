/** Every gate, one row each: an object it alone holds back is answered with it first, and with its way out. */
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
import { bmcGates } from '../../../../src/reconcile/bmc/gates.js';
import { userGates, userProgress } from '../../../../src/reconcile/bmcuser/gates.js';
import { defaultSettings, reconcilers } from '../../../../src/reconcile/index.js';
import { Store } from '../../../../src/reconcile/runtime/store.js';
import { claimable } from '../../../../src/reconcile/server/gates.js';
import { everyState, serverGates } from '../../../../src/reconcile/server/state-gates.js';
import { type Answer, whyBmc, whyClaim, whyServer, whyUser } from '../../../../src/workflows/why/index.js';
import { aBmc, aBoot, aClaim, aDiscoveryBoot, aSecret, aServer } from '../../../support/build.js';

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
const discovering = () =>
  aServer().in('Discovery').powered('On').bootingWith('rack1-system-0-discovery', 'metalctl-system');
const ready = (server: ServerObject, reason: string, message: string): ServerObject => ({
  ...server,
  status: {
    ...server.status,
    conditions: [{ type: 'Ready', status: 'False', reason, message, lastTransitionTime: '2026-01-01T00:00:00Z' }],
  },
});

interface Row {
  readonly gate: string;
  readonly answer: () => Answer;
  /** Part of the command that opens it; undefined where only the machine or time does. */
  readonly remedy?: string;
}

const claimRows: readonly Row[] = [
  { gate: 'BeingDeleted', answer: () => askServer(free().deleted().build()) },
  {
    gate: 'HeldByOther',
    answer: () => askServer(free().claimedBy('db-07').build()),
    remedy: 'metalctl release db-07 -n db',
  },
  { gate: 'Cordoned', answer: () => askServer(free().cordoned().build()), remedy: 'metalctl uncordon rack1-system-0' },
  { gate: 'InMaintenance', answer: () => askServer(free().inMaintenance().build()) },
  {
    gate: 'PoweredOn',
    answer: () => askServer(free().powered('On').build()),
    remedy: 'metalctl power off rack1-system-0 --direct',
  },
  {
    gate: 'OperationPending',
    answer: () => askServer(free().asking('power-cycle-server').build()),
    remedy: 'metal.ironcore.dev/operation-',
  },
  { gate: 'Tainted', answer: () => askServer(free().taint('hw/nic-fault').build()), remedy: 'hw/nic-fault' },
];

/** Told below `state is Available`: what keeps the server out of it. */
const stateRows: readonly Row[] = [
  {
    gate: 'Ignored',
    answer: () => askServer(reserved().asking('ignore').build(), aClaim(), aBoot('Ready')),
    remedy: 'metal.ironcore.dev/operation-',
  },
  {
    gate: 'SpecInvalid',
    answer: () => askServer(aServer().in('Initial').powered('Off').withoutBmc().build()),
    remedy: 'edit server rack1-system-0',
  },
  {
    gate: 'ReferenceMissing',
    answer: () => {
      const server = aServer().in('Initial').powered('Off').build();
      return whyServer({ server, store: storeOf(server), settings });
    },
    remedy: 'metalctl get bmcs',
  },
  {
    gate: 'BMCUnavailable',
    answer: () => {
      const server = aServer().in('Initial').powered('Off').build();
      return whyServer({ server, store: storeOf(server, aBmc('Error')), settings });
    },
    remedy: 'metalctl why bmc rack1',
  },
  {
    gate: 'DuplicateIdentity',
    answer: () =>
      askServer(aServer().in('Initial').powered('Off').build(), aServer().in('Initial').named('twin').build()),
    remedy: 'delete server twin',
  },
  {
    gate: 'WaitingForFirstPowerOff',
    answer: () => askServer(aServer().in('Initial').powered('On').build()),
    remedy: 'metalctl power off rack1-system-0 --direct',
  },
  {
    gate: 'NoRegistry',
    answer: () => askServer(ready(aServer().in('Initial').powered('Off').build(), 'NoRegistry', 'none')),
    remedy: '--hold-for-probe',
  },
  {
    gate: 'WaitingForBootConfiguration',
    answer: () => askServer(discovering().build(), aDiscoveryBoot('Pending')),
    remedy: 'metalctl describe serverbootconfiguration',
  },
  {
    gate: 'BootConfigurationFailed',
    answer: () => askServer(discovering().build(), aDiscoveryBoot('Error')),
    remedy: 'metalctl describe serverbootconfiguration',
  },
  { gate: 'WaitingForProbe', answer: () => askServer(discovering().build(), aDiscoveryBoot('Ready')) },
  { gate: 'Releasing', answer: () => askServer(reserved().build()), remedy: 'force-off-server' },
  { gate: 'WaitingForPower', answer: () => askServer(reserved().powered('Off').build(), aClaim(), aBoot('Ready')) },
  {
    gate: 'WaitingForPowerOff',
    answer: () => askServer(aServer().in('Released').powered('On').build()),
    remedy: 'metalctl power off',
  },
  {
    gate: 'Retained',
    answer: () => askServer(aServer().in('Released').powered('Off').claimedBy().retained().build()),
    remedy: 'metalctl release --finish',
  },
  {
    gate: 'Parked',
    answer: () =>
      askServer(aServer().in('Parked').powered('Off').annotated('metal.ironcore.dev/parked', 'true').build()),
    remedy: 'metalctl unpark rack1-system-0',
  },
  {
    gate: 'NeedsAttention',
    answer: () => askServer(aServer().in('Error').powered('Off').build()),
    remedy: 'operation=retry',
  },
  {
    gate: 'BmcUnreachable',
    answer: () =>
      askServer(ready(reserved().build(), 'BmcUnreachable', '10.0.0.1 does not answer'), aClaim(), aBoot('Ready')),
  },
];

const bmc = (change: (object: BMCObject) => unknown, secret: BMCSecretObject | undefined = aSecret()): Answer => {
  const object = structuredClone(aBmc());
  change(object);
  return whyBmc(object, storeOf(object, ...(secret === undefined ? [] : [secret])));
};
const failing = (object: BMCObject) =>
  (object.status = {
    state: 'Error',
    conditions: [
      {
        type: 'Ready',
        status: 'False',
        reason: 'ConnectionFailed',
        message: 'no answer',
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
    ],
  } as NonNullable<BMCObject['status']>);

const bmcRows: readonly Row[] = [
  {
    gate: 'Ignored',
    answer: () => bmc(({ metadata }) => (metadata.annotations = { 'metal.ironcore.dev/operation': 'ignore' })),
    remedy: 'metalctl annotate bmc rack1',
  },
  { gate: 'BeingDeleted', answer: () => bmc(({ metadata }) => (metadata.deletionTimestamp = '2026-01-01T00:00:00Z')) },
  { gate: 'SpecInvalid', answer: () => bmc(({ spec }) => delete spec?.access), remedy: 'kubectl edit bmc rack1' },
  {
    gate: 'ReferenceMissing',
    answer: () => {
      const object = aBmc();
      return whyBmc(object, storeOf(object));
    },
    remedy: 'bmcsecret rack1',
  },
  {
    gate: 'SecretIncomplete',
    answer: () => bmc(() => undefined, { ...aSecret(), data: { username: 'YQ==' } }),
    remedy: 'edit bmcsecret rack1',
  },
  {
    gate: 'AuthenticationFailed',
    answer: () =>
      bmc(({ metadata }) => (metadata.annotations = { 'metalctl.dev/credentials-refused': 'secret-uid/5' })),
    remedy: 'edit bmcsecret rack1',
  },
  { gate: 'NotReachable', answer: () => bmc(failing), remedy: 'metalctl discover --target 10.0.0.1' },
  {
    gate: 'NotEnabled',
    answer: () => bmc((object) => (object.status = { state: 'Pending' } as NonNullable<BMCObject['status']>)),
    remedy: 'metalctl describe bmc rack1',
  },
];

const mark = (value: object | string) => (typeof value === 'string' ? value : JSON.stringify(value));
const account = (marks: Record<string, object | string> = {}, spec: object = {}, ...beside: KubeObject[]): Answer => {
  const annotations = Object.fromEntries(Object.entries(marks).map(([key, value]) => [key, mark(value)]));
  const user = {
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'BMCUser',
    metadata: { name: 'ops', annotations },
    spec: { userName: 'ops', roleID: 'Operator', bmcRef: { name: 'rack1' }, bmcSecretRef: { name: 'ops-1' }, ...spec },
    status: { id: '3', effectiveBMCSecretRef: { name: 'ops-1' } },
  } as BMCUserObject;
  const secret = { ...aSecret(), metadata: { name: 'ops-1', uid: 'ops', generation: 1 } };
  return whyUser(user, storeOf(aBmc(), aSecret(), secret, ...beside));
};
const failedWith = (version: string) => ({
  'metalctl.dev/password-failed': { secret: 'ops-2', version, cause: 'Changed', at: '2026-01-01T00:00:00Z' },
});

const userRows: readonly Row[] = [
  {
    gate: 'Ignored',
    answer: () => account({ 'metal.ironcore.dev/operation': 'ignore' }),
    remedy: 'metalctl annotate bmcuser ops metal.ironcore.dev/operation-',
  },
  {
    gate: 'BeingDeleted',
    answer: () => {
      const user = { kind: 'BMCUser', metadata: { name: 'ops', deletionTimestamp: '2026-01-01T00:00:00Z' } };
      return whyUser(user as BMCUserObject, storeOf());
    },
  },
  { gate: 'NoBMC', answer: () => account({}, { bmcRef: undefined }), remedy: 'kubectl edit bmcuser ops' },
  { gate: 'ReferenceMissing', answer: () => account({}, { bmcRef: { name: 'gone' } }), remedy: 'metalctl get bmcs' },
  {
    gate: 'BMCUnavailable',
    answer: () => account({}, { bmcRef: { name: 'down' } }, { ...aBmc('Pending'), metadata: { name: 'down' } }),
    remedy: 'metalctl why bmc down',
  },
  { gate: 'OwnAccount', answer: () => account({}, { userName: 'admin' }), remedy: 'kubectl edit bmcuser ops' },
  {
    gate: 'UserNameChanged',
    answer: () => account({ 'metalctl.dev/password-proven': { secret: 'ops-1', version: 'ops/1', userName: 'old' } }),
    remedy: 'kubectl edit bmcuser ops',
  },
  {
    gate: 'PeriodInvalid',
    answer: () => account({}, { rotationPeriod: 'monthly' }),
    remedy: 'kubectl edit bmcuser ops',
  },
  { gate: 'SecretMissing', answer: () => account({}, { bmcSecretRef: { name: 'gone' } }), remedy: 'edit bmcuser ops' },
  {
    gate: 'SecretIncomplete',
    answer: () =>
      account({}, { bmcSecretRef: { name: 'half' } }, {
        ...aSecret(),
        metadata: { name: 'half' },
        data: {},
      } as KubeObject),
    remedy: 'kubectl edit bmcsecret half',
  },
  { gate: 'PasswordRefused', answer: () => account(failedWith('ops/1')), remedy: 'kubectl edit bmcsecret ops-1' },
  {
    gate: 'ChangingPassword',
    answer: () => account({ 'metalctl.dev/password-change': { secret: 'ops-2', cause: 'Rotation', at: '' } }),
    remedy: 'metalctl reconcile --once --settle',
  },
  {
    gate: 'RotationFailed',
    answer: () => account(failedWith('another')),
    remedy: 'metal.ironcore.dev/operation=rotate-credentials',
  },
  {
    gate: 'NotProven',
    answer: () => account({}, { bmcSecretRef: undefined }),
    remedy: 'metalctl reconcile --once --settle',
  },
];

const tables = { claim: claimRows, state: stateRows, BMC: bmcRows, BMCUser: userRows };
for (const [title, rows] of Object.entries(tables)) {
  for (const { gate, answer, remedy } of rows) {
    test(`${title}: ${gate} is the first answer${remedy === undefined ? '' : ', with its way out'}`, () => {
      const { reason, isBlocked, remedy: given } = answer();
      assert.deepEqual([reason, isBlocked], [gate, true]);
      if (remedy !== undefined) assert.ok(given?.includes(remedy), `remedy is ${given}`);
    });
  }
}

test('every gate has a row', () => {
  const declared = [claimable, everyState, ...Object.values(serverGates)].flatMap((list) =>
    list.gates.map(({ reason }) => reason),
  );
  const tested = new Set([...claimRows, ...stateRows].map(({ gate }) => gate));
  const answeredBelow = new Set(['NotAvailable']);
  const without = declared.filter((reason) => !tested.has(reason) && !answeredBelow.has(reason));
  assert.deepEqual([...new Set(without)], []);
  const ofBmc = new Set(bmcRows.map(({ gate }) => gate));
  assert.deepEqual(
    bmcGates.gates.filter(({ reason }) => !ofBmc.has(reason)),
    [],
  );
  const ofUser = new Set(userRows.map(({ gate }) => gate));
  assert.deepEqual(
    [...userGates.gates, ...userProgress.gates].filter(({ reason }) => !ofUser.has(reason)),
    [],
  );
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

test('a claim whose server is gone says so', () => {
  const claim = aClaim({ serverRef: { name: 'rack1-system-0' } });
  const found = whyClaim(claim, { store: storeOf(), settings });
  assert.deepEqual([found.reason, found.remedy], ['ServerNotFound', 'metalctl release db-07 -n db']);
});
