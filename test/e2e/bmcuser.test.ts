/** Accounts of emulated BMCs of every vendor kept by BMCUsers: made, rotated, repaired and deleted, over sockets. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { BMC, BMCSecret, BMCUser } from '../../src/api/metal/v1alpha1/index.js';
import { Secret } from '../../src/lib/secret.js';
import { startLive } from '../support/live.js';

const vendors = ['generic', 'dell', 'hpe', 'lenovo', 'supermicro'];
const live = await startLive({ servers: vendors.length, vendors: vendors.map((vendor) => `${vendor}:1`).join(',') });
after(() => live.close());
const { emulator } = live.sandbox;
const { cluster } = live.ports;
const names = emulator.bmcs.map(({ name }) => name);

const userOf = async (bmc: string): Promise<BMCUser> => {
  const user = await cluster.get(BMCUser, { name: `ops-${bmc}` });
  assert.ok(user, `no user on ${bmc}`);
  return user;
};
const text = (encoded: string | undefined) => Buffer.from(encoded ?? '', 'base64').toString();

/** Name and password as somebody finds them who follows the object's reference. */
async function credentialOf(bmc: string) {
  const name = (await userOf(bmc)).spec?.bmcSecretRef?.name ?? '';
  const secret = await cluster.get(BMCSecret, { name });
  return { name, userName: text(secret?.data?.username), password: text(secret?.data?.password) };
}

/** By a client of its own, which asks the BMC and nobody else. */
async function isAdmitted(bmc: string, { userName, password }: { userName: string; password: string }) {
  const { host = '', port = 0 } = emulator.bmcs.find(({ name }) => name === bmc) ?? {};
  const admin = new Secret(live.sandbox.bmcPassword);
  const access = {
    id: bmc,
    url: `https://${host}:${port}`,
    username: 'admin',
    password: admin,
    credentialVersion: 'test',
  };
  return live.ports.bmcs.open({ ...access, id: `${bmc}-test` }).admits(userName, new Secret(password));
}

const failedLogins = () => names.map((bmc) => emulator.log.logins(bmc).failed);
const patchAll = async (patch: Record<string, unknown>) => {
  for (const bmc of names) await cluster.patch(BMCUser, { name: `ops-${bmc}` }, patch, 'merge');
};

test('an account is made on every BMC, with a password of its vendor’s kind, and it logs in', async () => {
  await live.installCrds();
  await live.onboard();
  await live.pass({ settle: true });
  for (const bmc of names) {
    const spec = { userName: 'ops', roleID: 'Operator', bmcRef: { name: bmc } };
    const metadata = { name: `ops-${bmc}` };
    const apiVersion = 'metal.ironcore.dev/v1alpha1';
    await cluster.create(BMCUser, { apiVersion, kind: 'BMCUser', metadata, spec } as BMCUser);
  }
  await live.pass({ settle: true });
  for (const bmc of names) {
    const [user, found] = [await userOf(bmc), await credentialOf(bmc)];
    assert.equal(found.name, `ops-${bmc}-1`, bmc);
    assert.equal(user.status?.effectiveBMCSecretRef?.name, found.name, bmc);
    assert.ok(user.status?.id && user.status.lastRotation, bmc);
    assert.ok(found.password.length >= 16, `${bmc}: ${found.password.length}`);
    assert.ok(await isAdmitted(bmc, found), `${bmc} does not let it in`);
  }
  assert.deepEqual(
    failedLogins(),
    names.map(() => 0),
  );
});

test('rotated on request, the new password logs in, the old one does not, and its Secret is gone', async () => {
  const before = await Promise.all(names.map(credentialOf));
  await patchAll({ metadata: { annotations: { 'metal.ironcore.dev/operation': 'rotate-credentials' } } });
  await live.pass({ settle: true });
  for (const [at, bmc] of names.entries()) {
    const [now, old] = [await credentialOf(bmc), before[at]];
    assert.ok(old);
    assert.equal(now.name, `ops-${bmc}-2`, bmc);
    assert.notEqual(now.password, old.password, bmc);
    assert.equal((await userOf(bmc)).metadata.annotations?.['metal.ironcore.dev/operation'], undefined, bmc);
    assert.equal(await cluster.get(BMCSecret, { name: old.name }), undefined, `${bmc}: the old Secret is there`);
  }
  assert.deepEqual(
    failedLogins(),
    names.map(() => 0),
    'rotation risked a login',
  );
  for (const bmc of names) assert.ok(await isAdmitted(bmc, await credentialOf(bmc)), bmc);
});

test('nothing left to do, nothing is written', async () => {
  const { report } = await live.pass();
  assert.equal(report.writes, 0);
  // A look at each BMC, at each of its Servers, and what is known of its accounts.
  assert.ok(report.bmcCalls <= 4 * names.length, `${report.bmcCalls} calls`);
});

test('an account somebody deleted on the BMC comes back with the password on record', async () => {
  const bmc = names[0] ?? '';
  const found = await credentialOf(bmc);
  const { host = '', port = 0 } = emulator.bmcs[0] ?? {};
  const access = {
    id: `${bmc}-other`,
    url: `https://${host}:${port}`,
    username: 'admin',
    password: new Secret(live.sandbox.bmcPassword),
    credentialVersion: 'test',
  };
  await live.ports.bmcs.open(access).deleteAccount((await userOf(bmc)).status?.id ?? '');
  assert.equal(await isAdmitted(bmc, found), false);
  // What the pass before had read is good for ten minutes; a new process asks.
  await live.ports.bmcs.close();
  await live.pass({ settle: true });
  assert.ok(await isAdmitted(bmc, found));
});

test('deleted, the account is gone from the BMC; a BMC that is gone holds nobody', async () => {
  const found = await Promise.all(names.map(credentialOf));
  const last = names.at(-1) ?? '';
  await cluster.delete(BMC, { name: last });
  for (const bmc of names) await cluster.delete(BMCUser, { name: `ops-${bmc}` });
  await live.pass({ settle: true });
  assert.deepEqual((await cluster.list(BMCUser)).items, []);
  for (const [at, bmc] of names.slice(0, -1).entries()) {
    const credential = found[at];
    assert.ok(credential);
    assert.equal(await isAdmitted(bmc, credential), false, `${bmc} lets it in`);
  }
});
