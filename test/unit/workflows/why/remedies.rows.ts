/** What each gate of each state looks like from outside: the rows of `remedies.test.ts`. */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../../../src/api/kind.js';
import {
  type BMC as BMCObject,
  BMCSecret,
  BMCUser,
  type BMCUser as BMCUserObject,
  Endpoint,
  type ServerClaim as ServerClaimObject,
} from '../../../../src/api/metal/v1alpha1/index.js';
import { Secret } from '../../../../src/lib/secret.js';
import { declaredGates } from '../../../../src/reconcile/gates.js';
import type { GateList } from '../../../../src/reconcile/runtime/gates.js';
import { aBoot, aClaim, aDiscoveryBoot, aServer, type ServerBuilder } from '../../../support/build.js';
import { settle } from '../../../support/clock.js';
import { ending } from '../../../support/commands.js';
import { BMC, Server, ServerBootConfiguration, type World } from '../../../support/world.js';

/** Every list of gates there is, by a name of its own. */
export const lists: Readonly<Record<string, GateList<never>>> = Object.fromEntries(
  declaredGates.map(({ kind, when, list }) => [when === undefined ? kind : `${kind} ${when}`, list]),
);

/** A gate that holds an object back, and what is to be done about it. */
export interface Row {
  /** Name of its list, and what the gate wants. */
  readonly list: string;
  readonly must: string;
  /** Said first, where a gate before it always says the same earlier. */
  readonly told?: string;
  readonly about: string;
  readonly objects: (uuid: string) => readonly KubeObject[];
  /** What the machine is at, before anything is asked. */
  readonly machine?: (w: World) => void;
  /** What the person types into the editor. */
  readonly edit?: object;
  /** What others do while the command waits: the boot operator, the probe, a pass of the daemon. */
  readonly meanwhile?: (w: World) => Promise<unknown>;
  /** The operator's own passes would lift it too. */
  readonly byItself?: boolean;
}

const now = '2026-01-01T00:00:00Z';
const head = { apiVersion: 'metal.ironcore.dev/v1alpha1' };
const operation = 'metal.ironcore.dev/operation';
const server = 'server rack1-system-0';
const free = () => aServer().in('Available').powered('Off').withInventory();
const initial = () => aServer().in('Initial').powered('Off');
const reserved = () => aServer().in('Reserved').claimedBy().bootingWith('db-07').bootedWith('boot-uid/3').powered('On');
const discovering = () =>
  aServer().in('Discovery').powered('Off').bootingWith('rack1-system-0-discovery', 'metalctl-system').discovering(0);
/** One whose pass fails, until it is told what to do. */
const withReady = (object: KubeObject, reason: string, status = 'False'): KubeObject => {
  const condition = { type: 'Ready', status, reason, message: `it is ${reason}`, lastTransitionTime: now };
  const { status: before = {} } = object as { status?: { conditions?: object[] } };
  return { ...object, status: { ...before, conditions: [...(before.conditions ?? []), condition] } } as KubeObject;
};
const held = (builder: ServerBuilder, boot = aBoot('Ready')) => [builder.build(), aClaim({ serverRef: named }), boot];
const failedServer = () => {
  const failure = JSON.stringify({ reason: 'DiscoveryTimedOut', why: 'silent', tries: 3, at: now });
  return aServer().in('Error').powered('Off').annotated('metalctl.dev/failure', failure).build();
};
const named = { name: 'rack1-system-0' };
const on = (w: World) => {
  w.bmcs.machine('rack1').power = 'On';
};
const bootOperator = (w: World) => w.bootOperator();
const aPass = (w: World) => passes(w, 1);
/** A finalizer whose owner takes it off only now. */
const lastFinalizer = (kind: never, name: string, namespace?: string) => (w: World) =>
  w.cluster.patch(kind, { name, ...(namespace && { namespace }) }, { metadata: { finalizers: null } }, 'merge');
const going = <T extends KubeObject>(object: T): T => ({
  ...object,
  metadata: { ...object.metadata, deletionTimestamp: now, finalizers: ['example.com/others'] },
});

const serverRows: Row[] = [
  {
    list: 'Server before it takes a claim',
    must: 'exists, not being deleted',
    about: server,
    objects: () => [going(free().build())],
    meanwhile: lastFinalizer(Server as never, 'rack1-system-0'),
  },
  {
    list: 'Server before it takes a claim',
    must: 'no other claim holds it',
    about: `${server} --for db/other`,
    objects: () => [...held(reserved()), { ...aClaim({}, 'other'), status: { phase: 'Unbound' } }],
    machine: on,
  },
  {
    list: 'Server before it takes a claim',
    must: 'not cordoned',
    about: server,
    objects: () => [free().cordoned().build()],
  },
  {
    list: 'Server before it takes a claim',
    must: 'no maintenance holds it',
    about: server,
    objects: () => [free().inMaintenance().build()],
    edit: { spec: { serverMaintenanceRef: null } },
  },
  {
    // What keeps it out of Available is told by the gates of its state, and has the remedy.
    list: 'Server before it takes a claim',
    must: 'state is Available',
    told: 'Parked',
    about: server,
    objects: () => [free().in('Parked').annotated('metal.ironcore.dev/parked', 'true').build()],
  },
  {
    list: 'Server before it takes a claim',
    must: 'power is Off',
    about: server,
    objects: () => [free().powered('On').build()],
    machine: on,
    byItself: true,
  },
  {
    list: 'Server before it takes a claim',
    must: 'no operation is pending',
    about: server,
    objects: () => [free().asking('ignore').build()],
  },
  {
    list: 'Server before it takes a claim',
    must: 'its taints are tolerated',
    about: server,
    objects: () => [free().taint('hw').build()],
  },
  {
    list: 'Server any state',
    must: 'reconciliation is switched on',
    about: server,
    objects: () => held(reserved().asking('ignore')),
    machine: on,
  },
  {
    list: 'Server any state',
    must: 'it names its BMC',
    about: server,
    objects: () => [initial().withoutBmc().build()],
    edit: { spec: { bmcRef: { name: 'rack1' } } },
  },
  {
    list: 'Server any state',
    must: 'its BMC object exists',
    about: server,
    objects: () => [
      initial()
        .with({ bmcRef: { name: 'gone' } })
        .build(),
    ],
    edit: { spec: { bmcRef: { name: 'rack1' } } },
  },
  {
    list: 'Server any state',
    must: 'its BMC is Enabled',
    about: server,
    objects: () => [initial().build(), bmc({}, { state: 'Pending' })],
    byItself: true,
  },
  {
    list: 'Server any state',
    must: 'no other Server stands for this machine',
    about: server,
    objects: (uuid) => [initial().build(), initial().named('twin').with({ systemUUID: uuid }).build()],
  },
  {
    list: 'Server Initial',
    must: 'the machine is off, or may be switched off',
    about: server,
    objects: () => [initial().powered('On').build()],
    machine: on,
  },
  {
    list: 'Server Initial',
    must: 'a registry listens for the probe',
    about: server,
    objects: () => [withReady(initial().build(), 'NoRegistry')],
    machine: deaf,
    meanwhile: discovery,
  },
  {
    list: 'Server Discovery',
    must: 'a registry listens for the probe',
    about: server,
    objects: () => [withReady(discovering().build(), 'NoRegistry'), aDiscoveryBoot('Ready')],
    machine: deaf,
    meanwhile: discovery,
  },
  {
    list: 'Server Discovery',
    must: 'a boot configuration is in force',
    about: server,
    objects: () => [discovering().build()],
    byItself: true,
  },
  {
    list: 'Server Discovery',
    must: 'the boot configuration did not fail',
    about: server,
    objects: () => [discovering().build(), aDiscoveryBoot('Error')],
  },
  {
    list: 'Server Discovery',
    must: 'the boot operator has prepared it',
    about: server,
    objects: () => [discovering().build(), aDiscoveryBoot('Pending')],
    meanwhile: bootOperator,
  },
  {
    list: 'Server Discovery',
    must: 'the machine has reported',
    about: server,
    objects: () => [discovering().powered('On').build(), aDiscoveryBoot('Ready')],
    machine: on,
    meanwhile: async (w) => {
      await passes(w, 1);
      const [uuid = ''] = w.probes.expected.keys();
      assert.ok(w.probes.arrive(uuid), 'no report is expected');
      await passes(w, 1);
    },
  },
  {
    list: 'Server Discovery',
    must: 'the machine is off',
    about: server,
    objects: () => [
      aServer()
        .in('Discovery')
        .powered('On')
        .bootingWith('rack1-system-0-discovery', 'metalctl-system')
        .discovering(0, 'True')
        .build(),
      aDiscoveryBoot('Ready'),
    ],
    machine: on,
    byItself: true,
  },
  {
    list: 'Server Available',
    must: 'the machine is off',
    told: 'PoweredOn',
    about: server,
    objects: () => [free().powered('On').build()],
    machine: on,
    byItself: true,
  },
  {
    list: 'Server Reserved',
    must: 'the claim that holds it exists',
    about: server,
    objects: () => [reserved().build()],
    machine: (w) => {
      on(w);
      w.bmcs.machine('rack1').obeys = false;
    },
    meanwhile: async (w) => {
      w.bmcs.machine('rack1').power = 'Off';
    },
  },
  {
    list: 'Server Reserved',
    must: 'a boot configuration is in force',
    about: server,
    objects: () => [aServer().in('Reserved').claimedBy().powered('On').build(), aClaim({ serverRef: named })],
    machine: on,
    byItself: true,
  },
  {
    list: 'Server Reserved',
    must: "the boot configuration is the claim's",
    about: server,
    objects: () => [
      ...held(reserved().bootingWith('other')),
      {
        ...aBoot('Ready', 'another-uid'),
        metadata: { ...aBoot('Ready', 'another-uid').metadata, name: 'other', uid: 'other' },
      },
    ],
    machine: on,
    byItself: true,
  },
  {
    list: 'Server Reserved',
    must: 'the boot configuration did not fail',
    about: server,
    objects: () => held(reserved(), aBoot('Error')),
    machine: on,
  },
  {
    list: 'Server Reserved',
    must: 'the boot operator has prepared it',
    about: server,
    objects: () => held(reserved(), aBoot('Pending')),
    machine: on,
    meanwhile: async (w) => {
      await w.bootOperator();
      await aPass(w);
    },
  },
  {
    list: 'Server Reserved',
    must: 'power is as the claim wants it',
    about: server,
    objects: () => held(reserved().powered('Off')),
    byItself: true,
  },
  {
    list: 'Server Released',
    must: 'the machine is off',
    about: server,
    objects: () => [aServer().in('Released').powered('On').retained().claimedBy().build()],
    machine: on,
    byItself: true,
  },
  {
    list: 'Server Released',
    must: 'nothing names the former claim',
    about: server,
    objects: () => [aServer().in('Released').powered('Off').retained().claimedBy().build()],
  },
  {
    list: 'Server Parked',
    must: 'it is not parked',
    about: server,
    objects: () => [aServer().in('Parked').powered('Off').annotated('metal.ironcore.dev/parked', 'true').build()],
  },
  {
    list: 'Server Maintenance',
    must: 'no maintenance holds it',
    about: server,
    objects: () => [aServer().in('Maintenance').powered('Off').inMaintenance().build()],
    edit: { spec: { serverMaintenanceRef: null } },
  },
  {
    list: 'Server Error',
    must: 'it has not failed',
    about: server,
    objects: () => [withReady(failedServer(), 'DiscoveryTimedOut')],
  },
];

function deaf(w: World): void {
  w.probes.url = undefined;
}

/** The boot operator and the machine play along until nobody waits for a report any more. */
async function discovery(w: World): Promise<void> {
  for (let turn = 0, heard = 0; turn < 5_000 && (heard === 0 || w.probes.expected.size > 0); turn += 1) {
    await w.bootOperator();
    for (const uuid of w.bmcs.machine('rack1').power === 'On' ? w.probes.expected.keys() : [])
      if (w.probes.arrive(uuid)) heard += 1;
    await settle(1);
  }
}

const claim = 'serverclaim db-07 -n db';
const unbound = (spec: object = {}): ServerClaimObject => ({ ...aClaim(spec), status: { phase: 'Unbound' } });
const asking = (object: ServerClaimObject, word: string): ServerClaimObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: { [operation]: word } },
});
const foreignBoot = () => aBoot('Ready', 'somebody-else');
const boundTo = (builder: ServerBuilder) => [builder.build(), aClaim({ serverRef: named }), aBoot('Ready')];

const claimRows: Row[] = [
  {
    list: 'ServerClaim Unbound',
    must: 'reconciliation is switched on',
    about: claim,
    objects: () => [asking(unbound(), 'ignore')],
  },
  {
    list: 'ServerClaim Unbound',
    must: 'no server is left from an earlier claim of this name',
    told: 'Releasing',
    about: claim,
    objects: () => [unbound(), aServer().in('Reserved').claimedBy('db-07', 'earlier').powered('On').build()],
    machine: (w) => {
      on(w);
      w.bmcs.machine('rack1').obeys = false;
    },
    meanwhile: async (w) => {
      w.bmcs.machine('rack1').power = 'Off';
    },
  },
  {
    list: 'ServerClaim Unbound',
    must: 'some server is what it asks for',
    about: claim,
    objects: () => [free().build(), unbound({ serverSelector: { matchLabels: { pool: 'none' } } })],
  },
  {
    list: 'ServerClaim Unbound',
    must: 'one of them is free',
    told: 'Cordoned',
    about: claim,
    objects: () => [free().cordoned().build(), unbound()],
  },
  {
    list: 'ServerClaim Unbound',
    must: 'the server it names is the one that names it',
    about: claim,
    objects: () => [unbound({ serverRef: { name: 'another' } }), reserved().build()],
    machine: on,
    edit: { spec: { serverClaimRef: null } },
  },
  {
    list: 'ServerClaim Unbound',
    must: 'its server is not parked',
    about: claim,
    objects: () => [
      unbound({ serverRef: named }),
      free().in('Parked').annotated('metal.ironcore.dev/parked', 'true').claimedBy().build(),
    ],
  },
  {
    list: 'ServerClaim Unbound',
    must: 'its server is Reserved',
    about: claim,
    objects: () => [unbound({ serverRef: named }), free().claimedBy().build()],
    byItself: true,
  },
  {
    list: 'ServerClaim Unbound',
    must: 'no boot configuration of its name belongs to somebody else',
    about: claim,
    objects: () => [unbound({ serverRef: named }), reserved().build(), foreignBoot()],
    machine: on,
  },
  {
    list: 'ServerClaim Bound',
    must: 'reconciliation is switched on',
    about: claim,
    objects: () => [reserved().build(), asking(aClaim({ serverRef: named }), 'ignore'), aBoot('Ready')],
    machine: on,
  },
  {
    list: 'ServerClaim Bound',
    must: 'its server is there and serves it',
    about: claim,
    objects: () => [aClaim({ serverRef: { name: 'gone' } })],
    byItself: true,
  },
  {
    list: 'ServerClaim Bound',
    must: 'its server is not parked',
    about: claim,
    objects: () => boundTo(reserved().powered('Off').in('Parked').annotated('metal.ironcore.dev/parked', 'true')),
  },
  {
    list: 'ServerClaim Bound',
    must: 'its server is not in maintenance',
    told: 'InMaintenance',
    about: claim,
    objects: () => boundTo(reserved().powered('Off').in('Maintenance').inMaintenance()),
    edit: { spec: { serverMaintenanceRef: null } },
  },
  {
    list: 'ServerClaim Bound',
    must: 'its server is Reserved',
    told: 'NeedsAttention',
    about: claim,
    objects: () => boundTo(reserved().powered('Off').in('Error').condition('Ready', 'False', 0)),
  },
  {
    list: 'ServerClaim Bound',
    must: 'no boot configuration of its name belongs to somebody else',
    about: claim,
    objects: () => [reserved().build(), aClaim({ serverRef: named }), foreignBoot()],
    machine: on,
  },
];

export function bmc(
  spec: object = {},
  status: object = { state: 'Enabled' },
  marks: Record<string, string> = {},
): BMCObject {
  const access = { access: { ip: '10.0.0.1' } };
  const protocol = { name: 'Redfish', port: 443, scheme: 'https' };
  const whole = { ...access, bmcSecretRef: { name: 'rack1' }, protocol, ...spec };
  return { ...head, kind: 'BMC', metadata: { name: 'rack1', annotations: marks }, spec: whole, status } as BMCObject;
}
const secretOf = (data: Record<string, string>, name: string): KubeObject =>
  ({
    ...head,
    kind: 'BMCSecret',
    metadata: { name, uid: `${name}-uid`, resourceVersion: '7', generation: 1 },
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, btoa(value)])),
  }) as KubeObject;

const bmcRows: Row[] = [
  {
    list: 'BMC',
    must: 'reconciliation is switched on',
    about: 'bmc rack1',
    objects: () => [bmc({}, { state: 'Enabled' }, { [operation]: 'ignore' })],
  },
  {
    list: 'BMC',
    must: 'exists, not being deleted',
    about: 'bmc rack1',
    objects: () => [going(bmc())],
    meanwhile: lastFinalizer(BMC as never, 'rack1'),
  },
  {
    list: 'BMC',
    must: 'its address is known',
    about: 'bmc rack1',
    objects: () => [bmc({ access: {} })],
  },
  {
    list: 'BMC',
    must: 'its address is known',
    about: 'bmc rack1',
    objects: () => [
      bmc({ access: undefined, endpointRef: { name: 'e1' } }),
      { ...head, kind: 'Endpoint', metadata: { name: 'e1' }, spec: {} } as KubeObject,
    ],
    edit: { spec: { ip: '10.0.0.1' } },
  },
  {
    list: 'BMC',
    must: 'no other BMC object has its address',
    about: 'bmc rack1',
    objects: () => [bmc(), { ...bmc(), metadata: { name: 'twin' } }],
  },
  {
    list: 'BMC',
    must: 'its BMCSecret exists',
    about: 'bmc rack1',
    objects: () => [bmc({ bmcSecretRef: { name: 'gone' } })],
  },
  {
    list: 'BMC',
    must: 'its BMCSecret has a username and a password',
    about: 'bmc rack1',
    objects: () => [bmc({ bmcSecretRef: { name: 'half' } }), secretOf({ username: 'admin' }, 'half')],
  },
  {
    list: 'BMC',
    must: 'the BMC accepts its credentials',
    about: 'bmc rack1',
    objects: () => [bmc({ bmcSecretRef: { name: 'old' } }), secretOf({ username: 'admin', password: 'old' }, 'old')],
    machine: (w) => {
      const { resourceVersion } = w.cluster.peek(BMCSecret, 'old')?.metadata ?? {};
      const marks = { 'metalctl.dev/credentials-refused': `old-uid/${resourceVersion}` };
      w.cluster.seed(bmc({ bmcSecretRef: { name: 'old' } }, { state: 'Enabled' }, marks));
    },
  },
  {
    list: 'BMC',
    must: 'it answers',
    about: 'bmc rack1',
    objects: () => [withReady(bmc(), 'ConnectionFailed')],
    meanwhile: aPass,
  },
  {
    list: 'BMC',
    must: 'it is Enabled',
    about: 'bmc rack1',
    objects: () => [bmc({}, {})],
    byItself: true,
  },
];

const user = (spec: object = {}, marks: Record<string, object | string> = {}): BMCUserObject => {
  const annotations = Object.fromEntries(
    Object.entries(marks).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
  const whole = {
    userName: 'ops',
    roleID: 'Operator',
    bmcRef: { name: 'rack1' },
    bmcSecretRef: { name: 'ops-1' },
    ...spec,
  };
  return {
    ...head,
    kind: 'BMCUser',
    metadata: { name: 'ops', uid: 'user-uid', annotations },
    spec: whole,
  } as BMCUserObject;
};
const opsSecret = (name = 'ops-1') => secretOf({ username: 'ops', password: 'Secret-of-ops1!' }, name);
const proven = (userName = 'ops') => ({
  'metalctl.dev/password-proven': { secret: 'ops-1', version: 'ops-1-uid/1', userName, at: now },
});
const failed = (version: string) => ({
  'metalctl.dev/password-failed': { secret: 'ops-2', version, cause: 'Changed', at: now },
});

const userRows: Row[] = [
  {
    list: 'BMCUser before anything is done',
    must: 'reconciliation is switched on',
    about: 'bmcuser ops',
    objects: () => [bmc(), user({}, { [operation]: 'ignore' }), opsSecret()],
  },
  {
    list: 'BMCUser before anything is done',
    must: 'exists, not being deleted',
    about: 'bmcuser ops',
    objects: () => [bmc(), going(user()), opsSecret()],
    meanwhile: lastFinalizer(BMCUser as never, 'ops'),
  },
  {
    list: 'BMCUser before anything is done',
    must: 'it names a BMC',
    about: 'bmcuser ops',
    objects: () => [bmc(), user({ bmcRef: undefined }), opsSecret()],
    edit: { spec: { bmcRef: { name: 'rack1' } } },
  },
  {
    list: 'BMCUser before anything is done',
    must: 'its BMC exists',
    about: 'bmcuser ops',
    objects: () => [bmc(), user({ bmcRef: { name: 'gone' } }), opsSecret()],
    edit: { spec: { bmcRef: { name: 'rack1' } } },
  },
  {
    list: 'BMCUser before anything is done',
    must: 'its BMC is Enabled',
    about: 'bmcuser ops',
    objects: () => [bmc({}, { state: 'Pending' }), user(), opsSecret()],
    byItself: true,
  },
  {
    list: 'BMCUser before anything is done',
    must: 'the account is not the one metalctl enters the BMC with',
    about: 'bmcuser ops',
    objects: () => [bmc(), user({ userName: 'admin' }), opsSecret()],
    edit: { spec: { userName: 'ops' } },
  },
  {
    list: 'BMCUser before anything is done',
    must: 'the account has kept its name',
    about: 'bmcuser ops',
    objects: () => [bmc(), user({ userName: 'new' }, proven()), opsSecret()],
    edit: { spec: { userName: 'ops' } },
  },
  {
    list: 'BMCUser before anything is done',
    must: 'its rotation period is a duration',
    about: 'bmcuser ops',
    objects: () => [bmc(), user({ rotationPeriod: 'monthly' }), opsSecret()],
    edit: { spec: { rotationPeriod: '720h' } },
  },
  {
    list: 'BMCUser before anything is done',
    must: 'the BMCSecret it names exists',
    about: 'bmcuser ops',
    objects: () => [bmc(), user({ bmcSecretRef: { name: 'gone' } }), opsSecret()],
    edit: { spec: { bmcSecretRef: { name: 'ops-1' } } },
  },
  {
    list: 'BMCUser before anything is done',
    must: 'its BMCSecret has a password',
    about: 'bmcuser ops',
    objects: () => [bmc(), user({ bmcSecretRef: { name: 'half' } }), secretOf({ username: 'ops' }, 'half')],
    edit: { data: { password: btoa('Secret-of-ops1!') } },
  },
  {
    list: 'BMCUser before anything is done',
    must: 'the BMC took its password',
    about: 'bmcuser ops',
    objects: () => [bmc(), user({}, failed('ops-1-uid/1')), opsSecret()],
    edit: { data: { password: btoa('Another-one-1!') }, metadata: { generation: 2 } },
  },
  {
    list: 'BMCUser before it is as it should be',
    must: 'no password change is under way',
    about: 'bmcuser ops',
    objects: () => [
      bmc(),
      user({}, { 'metalctl.dev/password-change': { secret: 'ops-1', cause: 'Changed', at: now } }),
      opsSecret(),
    ],
    byItself: true,
  },
  {
    list: 'BMCUser before it is as it should be',
    must: 'the BMC took the last password it was given',
    about: 'bmcuser ops',
    objects: () => [bmc(), user({}, { ...failed('another'), ...proven() }), opsSecret()],
    machine: (w) => {
      const account = { id: '3', userName: 'ops', role: 'Operator', isEnabled: true, password: new Secret('x') };
      w.bmcs.machine('rack1').accounts.push(account as never);
    },
  },
  {
    list: 'BMCUser before it is as it should be',
    must: 'the account logs in with its BMCSecret',
    about: 'bmcuser ops',
    objects: () => [bmc(), user(), opsSecret()],
    byItself: true,
  },
];

const endpoint = (spec: object, marks: Record<string, string> = {}): KubeObject =>
  ({ ...head, kind: 'Endpoint', metadata: { name: 'rack1', annotations: marks }, spec }) as KubeObject;
const address = { macAddress: '02:00:00:00:00:01', ip: '10.0.0.1' };
const boot = 'serverbootconfiguration db-07 -n db';

const otherRows: Row[] = [
  {
    list: 'Endpoint',
    must: 'reconciliation is switched on',
    about: 'endpoint rack1',
    objects: () => [endpoint(address, { [operation]: 'ignore' })],
  },
  {
    list: 'Endpoint',
    must: 'exists, not being deleted',
    about: 'endpoint rack1',
    objects: () => [going(endpoint(address))],
    meanwhile: lastFinalizer(Endpoint as never, 'rack1'),
  },
  {
    list: 'Endpoint',
    must: 'its IP address is known',
    about: 'endpoint rack1',
    objects: () => [endpoint({ macAddress: address.macAddress })],
    edit: { spec: { ip: '10.0.0.1' } },
  },
  {
    list: 'Endpoint',
    must: 'its MAC address is in the prefix database, or its BMC exists',
    about: 'endpoint e2',
    objects: () => [{ ...endpoint({ ...address, macAddress: '0A:00:00:00:00:01' }), metadata: { name: 'e2' } }],
    edit: { spec: { macAddress: '02:00:00:00:00:02' } },
  },
  {
    list: 'ServerBootConfiguration',
    must: 'exists, not being deleted',
    about: boot,
    objects: () => [going(aBoot('Ready'))],
    meanwhile: lastFinalizer(ServerBootConfiguration as never, 'db-07', 'db'),
  },
  {
    list: 'ServerBootConfiguration',
    must: 'its operator has seen it',
    about: boot,
    objects: () => [aBoot(undefined)],
    byItself: true,
  },
  {
    list: 'ServerBootConfiguration',
    must: 'the boot operator did not fail',
    about: boot,
    objects: () => held(reserved(), aBoot('Error')),
    machine: on,
  },
  {
    list: 'ServerBootConfiguration',
    must: 'the boot operator has prepared it',
    about: boot,
    objects: () => held(reserved(), aBoot('Pending')),
    machine: on,
    meanwhile: bootOperator,
  },
];

/** What the daemon does meanwhile: a few passes, a little apart. */
export async function passes(w: World, count = 3): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    await ending(w, w.pass());
    await w.clock.tick(3_000);
  }
}

/** All of them. */
export const rows: readonly Row[] = [...serverRows, ...claimRows, ...bmcRows, ...userRows, ...otherRows];
