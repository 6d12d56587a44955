/** Accounts: created by POST or written into slots, guarded passwords, never without an administrator. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { basic, messageIds, send, withEmulator } from './client.js';

const accounts = '/redfish/v1/AccountService/Accounts';
const newcomer = { UserName: 'ops', Password: 'long enough 1', RoleId: 'Operator' };
const keyOf = (reply: Parameters<typeof messageIds>[0]) => messageIds(reply)[0]?.split('.').at(-1);

test('an account is created, logs in, changes its password and is deleted', () =>
  withEmulator({}, async (_, bmc) => {
    const made = await send(bmc, accounts, { method: 'POST', body: newcomer });
    assert.deepEqual([made.status, made.headers.location], [201, `${accounts}/ops`]);
    assert.equal(made.text.includes(newcomer.Password), false);
    const own = { headers: basic('ops', newcomer.Password) };
    const path = `${accounts}/ops`;
    assert.equal((await send(bmc, path, own)).json.RoleId, 'Operator');
    assert.equal((await send(bmc, path, { ...own, method: 'PATCH', body: { RoleId: 'Administrator' } })).status, 403);
    assert.equal((await send(bmc, path, { ...own, method: 'PATCH', body: { Password: 'another one 2' } })).status, 200);
    assert.equal((await send(bmc, path, own)).status, 401);
    assert.equal((await send(bmc, path, { method: 'DELETE' })).status, 204);
    assert.equal((await send(bmc, path)).status, 404);
    assert.equal((await send(bmc, accounts)).json['Members@odata.count'], 1);
  }));

test('what is wrong with an account is said', () =>
  withEmulator({}, async (_, bmc) => {
    const post = (body: unknown) => send(bmc, accounts, { method: 'POST', body });
    assert.equal(keyOf(await post({ UserName: 'a' })), 'PropertyMissing');
    assert.equal(keyOf(await post({ ...newcomer, Password: 'short' })), 'PropertyValueFormatError');
    assert.equal(keyOf(await post({ ...newcomer, RoleId: 'King' })), 'PropertyValueNotInList');
    assert.equal(keyOf(await post({ ...newcomer, UserName: 'admin' })), 'ResourceAlreadyExists');
    assert.equal(keyOf(await send(bmc, `${accounts}/admin`, { method: 'DELETE' })), 'ResourceCannotBeDeleted');
  }));

test('a password that must be changed is changed with the account itself', () =>
  withEmulator({}, async ({ control }, bmc) => {
    control.addAccount(bmc.name, {
      username: 'new',
      password: 'first one',
      role: 'Operator',
      mustChangePassword: true,
    });
    const systems = '/redfish/v1/Systems';
    const patch = { method: 'PATCH', headers: basic('new', 'first one'), body: { Password: 'second one' } };
    assert.equal((await send(bmc, systems, { headers: basic('new', 'first one') })).status, 403);
    assert.equal((await send(bmc, `${accounts}/new`, patch)).status, 200);
    assert.equal((await send(bmc, systems, { headers: basic('new', 'second one') })).status, 200);
  }));

test('dell: sixteen slots, no POST, a slot takes name and password at once', () =>
  withEmulator({ vendors: 'dell-idrac9' }, async (_, bmc) => {
    assert.equal((await send(bmc, accounts)).json['Members@odata.count'], 16);
    assert.equal((await send(bmc, accounts, { method: 'POST', body: newcomer })).status, 405);
    assert.equal((await send(bmc, `${accounts}/2`)).json.UserName, 'admin');
    const patch = (body: unknown) => send(bmc, `${accounts}/3`, { method: 'PATCH', body });
    assert.equal(keyOf(await patch({ RoleId: 'Operator' })), 'PropertyMissing');
    assert.equal((await patch({ ...newcomer, Enabled: true })).status, 200);
    assert.equal((await send(bmc, accounts, { headers: basic('ops', newcomer.Password) })).status, 200);
    assert.equal((await patch({ UserName: '' })).status, 200);
    assert.equal((await send(bmc, accounts, { headers: basic('ops', newcomer.Password) })).status, 401);
  }));

test('an iLO names the one who uses an account, tells privileges by role, and shows no AccountTypes', () =>
  withEmulator({ vendors: 'hpe-ilo6' }, async (_, bmc) => {
    const body = { ...newcomer, Oem: { Hpe: { LoginName: 'Olga' } } };
    const post = (oem: unknown) => send(bmc, accounts, { method: 'POST', body: { ...newcomer, Oem: { Hpe: oem } } });
    assert.equal(keyOf(await post({ LoginName: 7 })), 'PropertyValueTypeError');
    assert.equal((await send(bmc, accounts, { method: 'POST', body })).status, 201);
    const shown = (await send(bmc, `${accounts}/ops`)).json;
    assert.equal(shown.Oem.Hpe.LoginName, 'Olga');
    assert.deepEqual(
      [shown.Oem.Hpe.Privileges.VirtualMediaPriv, shown.Oem.Hpe.Privileges.iLOConfigPriv],
      [true, false],
    );
    assert.equal('AccountTypes' in shown, false);
  }));

test('accounts say their types where the schema has them, and only HPE takes an Oem part', () =>
  withEmulator({ vendors: 'generic,smc-x10', servers: 2 }, async ({ bmcs: [generic, x10] }) => {
    assert.ok(generic && x10);
    assert.deepEqual((await send(generic, `${accounts}/admin`)).json.AccountTypes, ['Redfish']);
    const old = (await send(x10, `${accounts}/admin`)).json;
    assert.deepEqual([old['@odata.type'], 'AccountTypes' in old], ['#ManagerAccount.v1_0_0.ManagerAccount', false]);
    const body = { ...newcomer, Oem: { Hpe: { LoginName: 'Olga' } } };
    assert.equal(keyOf(await send(generic, accounts, { method: 'POST', body })), 'PropertyUnknown');
  }));
