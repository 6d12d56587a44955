/** Faults of what a BMC looks after, and of the BMC itself: parts, tasks, certificates, clocks; each heals. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, type PeerCertificate } from 'node:tls';
import {
  type EmulatedBmc,
  type FaultAction,
  type NetworkBootOffer,
  profiles,
} from '../../../../src/sandbox/bmc/index.js';
import { createAuthority } from '../../../../src/sandbox/certificates.js';
import { reset, send, withEmulator } from './client.js';
import { SteppedClock, settle } from './stepped-clock.js';

const system = '/redfish/v1/Systems/1';

type Hardware = Extract<FaultAction, { kind: 'hardware' }>;
const hardware = (how: Hardware['how'], part?: string): Hardware => ({
  kind: 'hardware',
  how,
  ...(part === undefined ? {} : { part }),
});

/** Documents of one kind, as the service links them. */
async function membersOf(bmc: EmulatedBmc, collection: string) {
  const { Members } = (await send(bmc, collection)).json;
  const links = (Members as { '@odata.id': string }[]).map((member) => member['@odata.id']);
  return Promise.all(links.map(async (link) => (await send(bmc, link)).json));
}

test('a drive fails: drive, storage and system say so, an event tells, and healing ends it', () =>
  withEmulator({}, async ({ control }, bmc) => {
    const [storage] = await membersOf(bmc, `${system}/Storage`);
    const [first, second] = (storage.Drives as { '@odata.id': string }[]).map((drive) => drive['@odata.id']);
    const id = String((await send(bmc, String(first))).json.Id);
    const fault = control.fail({ match: { bmc: bmc.name }, action: hardware('driveFailed', id) });

    const failed = (await send(bmc, String(first))).json;
    assert.deepEqual([failed.Status.Health, failed.FailurePredicted], ['Critical', true]);
    assert.equal((await send(bmc, String(second))).json.Status.Health, 'OK');
    assert.equal((await send(bmc, storage['@odata.id'])).json.Status.HealthRollup, 'Critical');
    assert.equal((await send(bmc, system)).json.Status.HealthRollup, 'Critical');
    const expanded = (await send(bmc, '/redfish/v1/Systems?$expand=.')).json;
    assert.equal(expanded.Members[0].Status.HealthRollup, 'Critical');

    control.heal(fault);
    assert.equal((await send(bmc, String(first))).json.Status.Health, 'OK');
    assert.equal((await send(bmc, system)).json.Status.HealthRollup, 'OK');
    const [log] = await membersOf(bmc, `${system}/LogServices`);
    const entries = await membersOf(bmc, log.Entries['@odata.id']);
    assert.deepEqual(
      entries.map(({ MessageId }) => MessageId),
      ['ResourceEvent.1.3.ResourceStatusChangedCritical', 'ResourceEvent.1.3.ResourceStatusChangedOK'],
    );
  }));

test('a drive is pulled from a running machine: it is gone from Redfish and from what the probe finds', async () => {
  const clock = new SteppedClock();
  const reports: { storage: { serial: string }[] }[] = [];
  const networkBoot = async (serverUUID: string): Promise<NetworkBootOffer> => ({
    kind: 'probe',
    registryUrl: 'http://127.0.0.1:9',
    serverUUID,
  });
  await withEmulator({ clock, networkBoot }, async ({ control }, bmc) => {
    const [storage] = await membersOf(bmc, `${system}/Storage`);
    const drives = (storage.Drives as { '@odata.id': string }[]).map((drive) => drive['@odata.id']);
    const gone = String(drives[0]);
    const { Id, SerialNumber } = (await send(bmc, gone)).json;
    control.fail({ action: hardware('drivePulled', Id) });
    assert.equal((await send(bmc, gone)).status, 404);
    const after = (await send(bmc, storage['@odata.id'])).json;
    assert.deepEqual(
      after.Drives.map((drive: { '@odata.id': string }) => drive['@odata.id']),
      drives.slice(1),
    );
    assert.equal(after['Drives@odata.count'], drives.length - 1);
    const seen = control.probeReport(bmc.name) as unknown as (typeof reports)[number];
    assert.equal(seen.storage.length, drives.length - 1);
    assert.ok(!seen.storage.some(({ serial }) => serial === SerialNumber));
    control.heal();
    assert.equal((await send(bmc, gone)).status, 200);
  });
});

test('a memory module fails, and a power supply is lost', () =>
  withEmulator({ vendors: 'smc-x10' }, async ({ control }, bmc) => {
    control.fail({ action: hardware('dimmFailed') });
    control.fail({ action: hardware('psuLost') });
    const [dimm] = await membersOf(bmc, `${system}/Memory`);
    assert.deepEqual([dimm.Status.State, dimm.Status.Health], ['Disabled', 'Critical']);
    const [chassis] = await membersOf(bmc, '/redfish/v1/Chassis');
    assert.equal(chassis.Status.HealthRollup, 'Critical');
    const { PowerSupplies } = (await send(bmc, chassis.Power['@odata.id'])).json;
    assert.deepEqual(PowerSupplies[0].Status, { State: 'UnavailableOffline', Health: 'Critical' });
  }));

for (const { name } of profiles) {
  test(`${name}: a network card is replaced: Redfish and probe show the new address, and no other machine has it`, () =>
    withEmulator({ servers: 2, vendors: name }, async ({ control }, bmc) => {
      const macs = (of: string) =>
        (control.probeReport(of) as unknown as { nics: { mac: string }[] }).nics.map(({ mac }) => mac);
      const before = macs(bmc.name);
      control.replaceNic(bmc.name, 1);
      const after = macs(bmc.name);
      assert.deepEqual([after[0], after.length], [before[0], before.length]);
      assert.notEqual(after[1], before[1]);
      assert.ok(![...before, ...macs('bmc-2')].includes(after[1] ?? ''));
    }));
}

test('a stuck task goes on when it is healed; a jumping one never ends, a lost one is forgotten', async () => {
  const clock = new SteppedClock();
  await withEmulator({ clock }, async ({ control }, bmc) => {
    const start = async (): Promise<string> => {
      const body = { ImageURI: 'http://127.0.0.1/BIOS-9.9.9.bin', Targets: [] };
      const path = '/redfish/v1/UpdateService/Actions/UpdateService.SimpleUpdate';
      const reply = await send(bmc, path, { method: 'POST', body });
      assert.equal(reply.status, 202, reply.text);
      return reply.json['@odata.id'];
    };
    const percent = async (task: string): Promise<number> => (await send(bmc, task)).json.PercentComplete;

    const stuck = control.fail({ action: { kind: 'task', how: 'stuck' } });
    const first = await start();
    await clock.step(120_000);
    assert.equal(await percent(first), 0);
    control.heal(stuck);
    await clock.step(120_000);
    assert.equal(await percent(first), 100);

    const strange = control.fail({ action: { kind: 'task', how: 'wrongState' } });
    assert.equal((await send(bmc, first)).json.TaskState, 'Pondering');
    control.heal(strange);
    assert.equal((await send(bmc, first)).json.TaskState, 'Completed');

    const jumping = control.fail({ action: { kind: 'task', how: 'jumpBack' } });
    const second = await start();
    const seen: number[] = [];
    for (let i = 0; i < 12; i++) {
      await clock.step(6_000);
      seen.push(await percent(second));
    }
    assert.ok(seen.some((value, i) => value < (seen[i - 1] ?? 0)) && Math.max(...seen) < 100, String(seen));
    control.heal(jumping);
    await clock.step(120_000);
    assert.equal(await percent(second), 100);

    control.fail({ action: { kind: 'task', how: 'lost' } });
    const third = (await send(bmc, '/redfish/v1/TaskService/Tasks')).json.Members.length;
    await start().catch(() => undefined);
    assert.equal((await send(bmc, '/redfish/v1/TaskService/Tasks')).json.Members.length, third);
  });
});

test('the BMC itself: a clock that is wrong, few connections, a crash loop', async () => {
  const clock = new SteppedClock();
  await withEmulator({ clock }, async ({ control, log }, bmc) => {
    const manager = '/redfish/v1/Managers/BMC';
    const timeOf = async () => Date.parse((await send(bmc, manager)).json.DateTime);
    const right = await timeOf();
    control.fail({ id: 'skew', action: { kind: 'bmc', how: 'clockSkew', seconds: -3600 } });
    assert.equal((await timeOf()) - right, -3_600_000);
    control.heal('skew');
    assert.equal(await timeOf(), right);

    control.fail({ id: 'few', action: { kind: 'bmc', how: 'fewConnections', connections: 0 } });
    await assert.rejects(send(bmc, system), /hang up|ECONNRESET|aborted/);
    control.heal('few');

    control.fail({ id: 'crash', action: { kind: 'bmc', how: 'crashLoop', everyMs: 10_000 } });
    await clock.step(35_000);
    const restarts = () => log.actions().filter(({ action, cause }) => action === 'bmc' && cause === 'crash').length;
    assert.equal(restarts(), 3);
    control.heal('crash');
    await clock.step(60_000);
    assert.equal(restarts(), 3);
    await settle();
  });
});

test('a BMC that does one thing at a time answers each request after those before it', async () => {
  const clock = new SteppedClock();
  await withEmulator({ clock }, async ({ control }, bmc) => {
    control.fail({ action: { kind: 'serial', serviceMs: 100 } });
    const done: number[] = [];
    const asked = [0, 1, 2].map(async () => {
      await send(bmc, system, { timeoutMs: 30_000 });
      done.push(clock.monotonicMs());
    });
    while (control.struck('fault-1') < 3) await settle();
    for (let i = 0; i < 3; i++) {
      await clock.step(100);
      while (done.length <= i) await settle();
    }
    await Promise.all(asked);
    assert.deepEqual(done, [100, 200, 300]);
  });
});

const flaws: readonly [how: 'tlsExpired' | 'tlsSelfSigned' | 'tlsOtherName' | 'tlsNewKey', code: string | undefined][] =
  [
    ['tlsExpired', 'CERT_HAS_EXPIRED'],
    ['tlsSelfSigned', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['tlsOtherName', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['tlsNewKey', undefined],
  ];
test('certificates with a flaw are refused by who verifies, and the good one comes back', async () => {
  const authority = await createAuthority();
  const tls = (hosts: string[], flaw?: (typeof flaws)[number][0]) =>
    authority.issue({ hosts, ...(flaw ? { flaw } : {}) });
  const meet = ({ host, port }: EmulatedBmc): Promise<string | PeerCertificate> =>
    new Promise((resolve) => {
      const socket = connect({ host, port, ca: authority.ca, servername: '' }, () => {
        resolve(socket.getPeerCertificate());
        socket.destroy();
      });
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  await withEmulator({ tls }, async ({ control }, bmc) => {
    const good = (await meet(bmc)) as PeerCertificate;
    for (const [how, code] of flaws) {
      const id = control.fail({ action: { kind: 'connection', how } });
      const met = await meet(bmc);
      if (code !== undefined) assert.equal(met, code);
      else assert.notEqual((met as PeerCertificate).fingerprint256, good.fingerprint256);
      assert.equal(control.struck(id), 1, how);
      control.heal(id);
    }
    assert.equal(((await meet(bmc)) as PeerCertificate).fingerprint256, good.fingerprint256);
  });
  await withEmulator({}, async ({ control }) => {
    assert.throws(() => control.fail({ action: { kind: 'connection', how: 'tlsExpired' } }), { code: 'USAGE' });
  });
});

test('healing one BMC leaves the fault of the others, and its own rule is gone', () =>
  withEmulator({ servers: 2 }, async ({ control, bmcs }, bmc) => {
    control.fail({ id: '503@all', action: { kind: 'status', status: 503 } });
    control.fail({ id: 'auth@bmc-1', match: { bmc: 'bmc-1' }, action: { kind: 'status', status: 401 } });
    assert.deepEqual(
      control.healBmc('bmc-1', (id) => id.startsWith('503')),
      ['503@all'],
    );
    const statuses = async () => Promise.all(bmcs.map(async (each) => (await send(each, system)).status));
    assert.deepEqual(await statuses(), [401, 503]);
    assert.deepEqual(control.healBmc('bmc-1'), ['auth@bmc-1']);
    assert.deepEqual(await statuses(), [200, 503]);
    assert.deepEqual(control.healBmc('bmc-1'), []);
    control.fail({
      id: 'narrow',
      match: { bmc: 'bmc-1', path: '/redfish/v1/Chassis*' },
      action: { kind: 'status', status: 500 },
    });
    assert.deepEqual(control.healBmc('bmc-1'), ['narrow'], 'a rule about other paths is about this BMC all the same');
    assert.equal((await reset(bmc, 'On')).status, 204);
  }));
