/** Health, sensors, logs, consoles, disks and certificates of every emulated profile through the client. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { connect } from 'node:tls';
import { profiles } from '../../../src/sandbox/bmc/index.js';
import { createAuthority } from '../../../src/sandbox/certificates.js';
import { hasOpenssl, signed } from '../../support/openssl.js';
import { bootable, until, withProfile } from './with-profile.js';

for (const { name: profile, quirks } of profiles) {
  describe(`the state of the emulated ${profile}`, () => {
    it('is healthy, and warm once it runs', () =>
      withProfile(profile, async ({ emulator, bmc, name, spent }) => {
        const { uri } = bootable(await bmc.systems());
        assert.equal((await bmc.health(uri)).health, 'OK');
        await bmc.sensors(uri);
        spent();
        const cold = await bmc.sensors(uri);
        if (quirks.expand && profile !== 'ami-megarac') assert.ok(spent().length <= 3);
        assert.deepEqual(new Set(cold.map(({ kind }) => kind)), new Set(['Temperature', 'Rotational', 'Power']));
        const fan = (list: typeof cold) => list.find(({ name: known }) => known === 'Fan1')?.reading;
        assert.equal(fan(cold), 0);
        await bmc.setPower(uri, 'On', 'force');
        await until('On', () => emulator.powerState(name) === 'On');
        const warm = await bmc.sensors(uri);
        assert.ok(Number(fan(warm)) > 6_000);
        assert.ok(warm.some(({ upperCritical, unit }) => upperCritical === 95 && unit === 'Cel'));
        assert.ok(warm.every(({ reading }) => typeof reading === 'number'));
      }));

    it('is remembered in its log, newest first, until that is cleared', () =>
      withProfile(profile, async ({ emulator, bmc, name }) => {
        const { uri } = bootable(await bmc.systems());
        await bmc.setPower(uri, 'On', 'force');
        await until('On', () => emulator.powerState(name) === 'On');
        const [log] = await bmc.logs(uri);
        assert.deepEqual([log?.id, log?.owner, log?.canBeCleared], [quirks.log.id, quirks.log.at, true]);
        const place = log?.uri ?? '';
        const entries = await bmc.logEntries(place);
        assert.match(String(entries[0]?.messageId), /ResourcePoweredOn$/);
        assert.match(String(entries[1]?.messageId), /ResourcePoweringOn$/);
        assert.ok(entries.every(({ at, message }) => at !== undefined && message !== ''));
        assert.equal((await bmc.logEntries(place, 1)).length, 1);
        await bmc.clearLog(place);
        assert.deepEqual(await bmc.logEntries(place), []);
      }));

    it('has consoles', () =>
      withProfile(profile, async ({ bmc }) => {
        const { uri } = bootable(await bmc.systems());
        const consoles = await bmc.consoles(uri);
        assert.ok(consoles.some(({ kind, protocol }) => kind === 'graphical' && protocol === 'KVMIP'));
        const serial = consoles.filter(({ kind }) => kind === 'serial');
        assert.ok(serial.length > 0);
        const port = quirks.console.host?.Port;
        if (port !== undefined) assert.equal(serial[0]?.port, port);
      }));

    it('loses its volumes and the data of its drives when told to', () =>
      withProfile(profile, async ({ emulator, bmc, name }) => {
        const { uri } = bootable(await bmc.systems());
        const [drive] = await bmc.drives(uri);
        if (drive === undefined) return;
        if (!quirks.erase) {
          assert.equal(drive.canBeErased, false);
          await assert.rejects(bmc.eraseDrive(drive.uri), { code: 'BMC_UNSUPPORTED' });
          return;
        }
        for (const { uri: volume } of await bmc.volumes(uri)) await bmc.deleteVolume(volume);
        assert.deepEqual(await bmc.volumes(uri), []);
        assert.deepEqual(drive.methods, quirks.erase.methods);
        await assert.rejects(bmc.eraseDrive(drive.uri, 'Hammer'), { code: 'BMC_UNSUPPORTED' });
        let task = await bmc.eraseDrive(drive.uri, 'CryptographicErase');
        await until('erased', async () => {
          task = await bmc.task(task.uri);
          return task.progress === 'completed';
        });
        const erased = emulator.log.actions(name).filter(({ action, to }) => action === 'erase' && to === 'erased');
        assert.equal(erased.length, 1);
      }));
  });
}

describe('drives', () => {
  it('with a volume on them are not erased', () =>
    withProfile('generic', async ({ bmc }) => {
      const { uri } = bootable(await bmc.systems());
      const [drive] = await bmc.drives(uri);
      await assert.rejects(bmc.eraseDrive(drive?.uri ?? ''), { code: 'BMC_BUSY' });
    }));

  it('take a new volume after the old one is gone', () =>
    withProfile('generic', async ({ bmc }) => {
      const { uri } = bootable(await bmc.systems());
      const [storage] = await bmc.storages(uri);
      const [old] = await bmc.volumes(uri);
      await bmc.deleteVolume(old?.uri ?? '');
      await bmc.deleteVolume(old?.uri ?? '');
      const drives = (await bmc.drives(uri)).map((drive) => drive.uri);
      const wanted = { storage: storage?.name ?? '', raidType: 'RAID0', drives, name: 'scratch' };
      assert.equal((await bmc.createVolume(uri, wanted)).progress, 'completed');
      assert.deepEqual(
        (await bmc.volumes(uri)).map(({ name, raidType, drives: on }) => ({ name, raidType, on })),
        [{ name: 'scratch', raidType: 'RAID0', on: drives }],
      );
      await assert.rejects(bmc.createVolume(uri, { ...wanted, storage: 'none' }), { code: 'BMC_NOT_FOUND' });
    }));

  it('whose erasure is interrupted say so', () =>
    withProfile('openbmc', async ({ emulator, bmc }) => {
      emulator.control.fail({ action: { kind: 'state', how: 'eraseInterrupted' } });
      const { uri } = bootable(await bmc.systems());
      const [drive] = await bmc.drives(uri);
      let task = await bmc.eraseDrive(drive?.uri ?? '');
      await until('failed', async () => {
        task = await bmc.task(task.uri);
        return task.progress === 'failed';
      });
      assert.match(task.messages.join(), /stopped answering/);
    }));

  it('are erased once though the answer was lost', () =>
    withProfile('openbmc', async ({ emulator, bmc, name }) => {
      emulator.control.fail({ match: { path: '*SecureErase' }, action: { kind: 'connection', how: 'reset' } });
      const { uri } = bootable(await bmc.systems());
      const [drive] = await bmc.drives(uri);
      await assert.rejects(bmc.eraseDrive(drive?.uri ?? ''), { code: 'OUTCOME_UNKNOWN' });
      const begun = emulator.log.actions(name).filter(({ action, to }) => action === 'erase' && to.includes('begun'));
      assert.equal(begun.length, 1);
    }));
});

/** What the port serves now. */
const servedBy = (port: number, host: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on('error', reject);
  });

describe('the certificate of a BMC', () => {
  it('is replaced by one made from its own request, and served from then on', {
    skip: !hasOpenssl && 'no openssl',
  }, async () => {
    const authority = await createAuthority();
    await withProfile(
      'generic',
      async ({ emulator, factory, access, name }) => {
        const [first] = emulator.bmcs;
        assert.ok(first);
        const before = await servedBy(first.port, first.host);
        const pin = before.replaceAll(':', '').toLowerCase();
        const bmc = factory.open({ ...access, id: 'pinned', tlsPin: pin });
        const csr = await bmc.generateSigningRequest({
          commonName: 'bmc-1.example',
          alternativeNames: ['bmc-1.example'],
        });
        const pem = signed(csr, authority);
        const [certificate] = await bmc.certificates();
        assert.ok(certificate);
        await bmc.replaceCertificate(certificate.uri, pem);
        const wanted = new X509Certificate(pem).fingerprint256;
        assert.equal(await servedBy(first.port, first.host), wanted);
        assert.equal(new X509Certificate(pem).subjectAltName, 'DNS:bmc-1.example');
        const [now] = await bmc.certificates();
        assert.equal(now?.fingerprint, wanted);
        assert.match(String(now?.subject), /CN=bmc-1.example/);
        assert.ok(emulator.log.requests(name).length > 0);
      },
      { tls: (hosts) => authority.issue({ hosts }) },
    );
  });

  it('is not replaced by one of another key', () =>
    withProfile('generic', async ({ bmc }) => {
      const [certificate] = await bmc.certificates();
      const { cert } = await (await createAuthority()).issue({ hosts: ['bmc-1.example'] });
      await bmc.generateSigningRequest({ commonName: 'bmc-1.example' });
      await assert.rejects(bmc.replaceCertificate(certificate?.uri ?? '', cert), { code: 'BMC_REFUSED' });
    }));
});
