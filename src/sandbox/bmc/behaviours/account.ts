/** AccountService: accounts created by POST, or the fixed slots of an iDRAC; passwords by the profile's rules. */
import { type Answer, created, noContent, problem, refusal } from '../http/answer.js';
import type { Message } from '../http/messages.js';
import type { Account } from '../http/sessions.js';
import type { JsonObject } from '../json.js';
import { withoutLaterMembers } from '../tree/schema-versions.js';
import { rolePrivileges } from '../tree/service.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import { hpeAccount, isHpeOem, loginNameIn } from './account-hpe.js';
import type { Behaviour, Write } from './behaviour.js';
import { isBoolean, isString, oneOf, patchAnswer, sortPatch } from './patching.js';

const roles = Object.keys(rolePrivileges);
const rules = { UserName: isString, Password: isString, RoleId: oneOf(roles), Enabled: isBoolean, Locked: isBoolean };

const idOf = (bmc: VirtualBmc, account: Account): string =>
  bmc.profile.quirks.accounts.model === 'slots' ? String(account.slot ?? 2) : account.username;

const idsOf = (bmc: VirtualBmc): readonly string[] => {
  const { model, places } = bmc.profile.quirks.accounts;
  if (model === 'slots') return Array.from({ length: places }, (_, i) => String(i + 1));
  return bmc.sessions.accounts.map((account) => idOf(bmc, account));
};

const accountAt = (bmc: VirtualBmc, path: string): Account | undefined =>
  bmc.sessions.accounts.find((account) => idOf(bmc, account) === path.split('/').at(-1));

export const accountCollection: Behaviour = {
  privilege: 'ConfigureUsers',
  compute(bmc, path, doc) {
    const ids = idsOf(bmc);
    doc.Members = ids.map((id) => ({ '@odata.id': `${path}/${id}` }));
    doc['Members@odata.count'] = ids.length;
  },
  member(bmc, path) {
    return idsOf(bmc).includes(path.split('/').at(-1) ?? '') ? accountDoc(bmc, path) : undefined;
  },
  create,
};

function accountDoc(bmc: VirtualBmc, path: string): JsonObject {
  const account = accountAt(bmc, path);
  const id = path.split('/').at(-1) ?? '';
  const { model, schema = 'v1_10_0', areTypesHidden, hasHpeOem } = bmc.profile.quirks.accounts;
  const role = account?.role ?? (model === 'slots' ? 'None' : 'ReadOnly');
  const doc: JsonObject = {
    '@odata.id': path,
    '@odata.type': `#ManagerAccount.${schema}.ManagerAccount`,
    Id: id,
    Name: 'User Account',
    UserName: account?.username ?? '',
    Password: null,
    RoleId: role,
    ...(areTypesHidden ? {} : { AccountTypes: ['Redfish'] }),
    Enabled: account !== undefined && account.isDisabled !== true,
    Locked: account !== undefined && bmc.sessions.isLocked(account.username),
    PasswordChangeRequired: account?.mustChangePassword === true,
    Links: { Role: { '@odata.id': `/redfish/v1/AccountService/Roles/${role}` } },
    ...(hasHpeOem && account ? { Oem: { Hpe: hpeAccount(account) } } : {}),
  };
  withoutLaterMembers(doc);
  return doc;
}

const notAllowed = ({ profile }: VirtualBmc, allow: string): Answer => ({
  ...problem(profile.quirks, 405, 'OperationNotAllowed'),
  headers: { Allow: allow },
});

function create({ bmc, path, body }: Write): Answer {
  const { quirks } = bmc.profile;
  // Services with fixed slots have nothing to create; a slot is written instead.
  if (quirks.accounts.model === 'slots') return notAllowed(bmc, 'GET, HEAD');
  const { UserName: username, Password: password, RoleId: role = 'ReadOnly' } = body;
  const missing = ['UserName', 'Password'].filter((name) => body[name] === undefined);
  const messages: Message[] = missing.map((name) => ({ key: 'PropertyMissing', args: [name], property: `#/${name}` }));
  const known = { ...accountDoc(bmc, path), ...(quirks.accounts.hasHpeOem ? { Oem: {} } : {}) };
  messages.push(...sortPatch(known, body, { ...rules, Oem: isHpeOem }).refused, ...refusePassword(bmc, password));
  if (messages.length > 0) return refusal(quirks, 400, messages);
  if (bmc.sessions.accounts.some((known) => known.username === username)) {
    return problem(quirks, 400, 'ResourceAlreadyExists', ['ManagerAccount', 'UserName', String(username)]);
  }
  if (bmc.sessions.accounts.length >= quirks.accounts.places) return problem(quirks, 400, 'ResourceInUse');
  const loginName = loginNameIn(body);
  const account: Account = {
    username: String(username),
    password: String(password),
    role: String(role),
    ...(loginName === undefined ? {} : { loginName }),
  };
  bmc.sessions.accounts = [...bmc.sessions.accounts, account];
  const location = `${path}/${account.username}`;
  return created(bmc.show(location) ?? {}, location);
}

export const account: Behaviour = {
  // Everybody may change the own password; the rest is checked below.
  privilege: 'ConfigureSelf',
  patch,
  remove({ bmc, path, principal }) {
    const { quirks } = bmc.profile;
    const found = accountAt(bmc, path);
    if (principal?.role !== 'Administrator') return problem(quirks, 403, 'InsufficientPrivilege');
    if (quirks.accounts.model === 'slots') return notAllowed(bmc, 'GET, HEAD, PATCH');
    if (isLastAdministrator(bmc, found)) return problem(quirks, 400, 'ResourceCannotBeDeleted');
    bmc.sessions.accounts = bmc.sessions.accounts.filter((known) => known !== found);
    return noContent;
  },
};

function patch({ bmc, path, doc, body, principal }: Write): Answer {
  const { quirks } = bmc.profile;
  const found = accountAt(bmc, path);
  const isOwnPassword = found?.username === principal?.username && Object.keys(body).join() === 'Password';
  if (principal?.role !== 'Administrator' && !isOwnPassword) return problem(quirks, 403, 'InsufficientPrivilege');
  const sorted = sortPatch(doc, body, rules);
  const refused = [...sorted.refused, ...refusePassword(bmc, body.Password), ...refuseEmptySlot(bmc, found, body)];
  if (refused.length > 0) return refusal(quirks, 400, refused);
  const changed = body.UserName === '' ? undefined : changedAccount(bmc, path, found, body);
  const losesLast = changed?.role !== 'Administrator' || changed.isDisabled;
  if (losesLast && isLastAdministrator(bmc, found)) return problem(quirks, 400, 'ResourceCannotBeDeleted');
  if (body.Locked === false && found) bmc.sessions.unlock(found.username);
  const others = bmc.sessions.accounts.filter((known) => known !== found);
  bmc.sessions.accounts = changed ? [...others, changed] : others;
  return patchAnswer(bmc, path, sorted);
}

function changedAccount(bmc: VirtualBmc, path: string, found: Account | undefined, body: JsonObject): Account {
  const isSlot = bmc.profile.quirks.accounts.model === 'slots';
  const { mustChangePassword, ...kept } = found ?? { username: '', password: '', role: 'ReadOnly' };
  return {
    ...kept,
    username: String(body.UserName ?? kept.username),
    password: String(body.Password ?? kept.password),
    role: String(body.RoleId ?? kept.role),
    ...(body.Enabled === undefined ? {} : { isDisabled: body.Enabled === false }),
    ...(isSlot ? { slot: Number(path.split('/').at(-1)) } : {}),
    ...(mustChangePassword && body.Password === undefined ? { mustChangePassword } : {}),
  };
}

/** A user in an empty slot needs name and password at once; slot 1 is never one. */
function refuseEmptySlot(bmc: VirtualBmc, found: Account | undefined, body: JsonObject): readonly Message[] {
  if (found || bmc.profile.quirks.accounts.model !== 'slots') return [];
  const missing = ['UserName', 'Password'].filter((name) => body[name] === undefined);
  return missing.map((name) => ({ key: 'PropertyMissing', args: [name], property: `#/${name}` }));
}

function refusePassword(bmc: VirtualBmc, password: unknown): readonly Message[] {
  const { minPassword, maxPassword } = bmc.profile.quirks.accounts;
  if (typeof password !== 'string' || (password.length >= minPassword && password.length <= maxPassword)) return [];
  return [{ key: 'PropertyValueFormatError', args: ['…', 'Password'], property: '#/Password' }];
}

function isLastAdministrator(bmc: VirtualBmc, found: Account | undefined): boolean {
  const administrators = bmc.sessions.accounts.filter(
    ({ role, isDisabled }) => role === 'Administrator' && !isDisabled,
  );
  return found !== undefined && administrators.length === 1 && administrators[0] === found;
}
