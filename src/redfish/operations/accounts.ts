/** Accounts by POST and DELETE, or, where the service has fixed slots (405), by writing and clearing one of them. */
import { ConflictError, isMetalError, PermanentError } from '../../errors/classes.js';
import type { Secret } from '../../lib/secret.js';
import type { AccountInfo, Accounts, NewAccount, PasswordRules } from '../../ports/bmc.js';
import type { Resources } from '../resources.js';
import { AccountService, ManagerAccount } from '../schema/account-service.js';
import type { JsonObject } from '../transport/json.js';
import type { Path } from '../transport/link.js';
import { create, remove } from './create.js';
import { patch } from './patch.js';
import { present } from './present.js';
import type { Reach } from './reach.js';
import { unsupported } from './unsupported.js';

/** Links and bounds of the service do not change while the firmware stays. */
const serviceMs = 3_600_000;

/** Accounts of a BMC. */
export function accountsOf({ resources }: Reach): Accounts {
  let remembered: { readonly list: readonly AccountInfo[]; readonly atMs: number } | undefined;
  const now = () => resources.service.options.clock.monotonicMs();
  /** Whatever changes an account makes what is remembered of all of them doubtful, also when it fails. */
  const changing = <T>(work: Promise<T>): Promise<T> =>
    work.finally(() => {
      remembered = undefined;
    });
  return {
    accounts: async (maxAgeMs = 0) => {
      if (remembered !== undefined && maxAgeMs > 0 && now() - remembered.atMs <= maxAgeMs) return remembered.list;
      remembered = { list: (await list(resources)).filter(isNamed).map(toInfo), atMs: now() };
      return remembered.list;
    },
    passwordRules: () => passwordRules(resources),
    createAccount: (account) => changing(createAccount(resources, account)),
    setAccountPassword: (id, password) => changing(setPassword(resources, id, password)),
    setAccountRole: (id, roleId) => changing(setRole(resources, id, roleId)),
    changeOwnPassword: (password) => changing(changeOwnPassword(resources, password)),
    admits: (userName, password) => resources.service.admits(userName, password),
    deleteAccount: (id) => changing(deleteAccount(resources, id)),
  };
}

async function readService(resources: Resources) {
  const { root } = await resources.service.known();
  if (root.AccountService === undefined)
    throw unsupported(resources, 'reading its accounts', 'it has no AccountService');
  const path = resources.service.path(root.AccountService);
  return AccountService.parse((await resources.get(path, serviceMs)).json);
}

async function accountsPath(resources: Resources): Promise<Path> {
  const { Accounts } = await readService(resources);
  if (Accounts === undefined) throw unsupported(resources, 'reading its accounts', 'its AccountService lists none');
  return resources.service.path(Accounts);
}

async function list(resources: Resources): Promise<JsonObject[]> {
  return resources.members(await accountsPath(resources), { tolerant: true });
}

const isNamed = (json: JsonObject): boolean => ManagerAccount.parse(json).UserName !== undefined;

function toInfo(json: JsonObject): AccountInfo {
  const account = ManagerAccount.parse(json);
  const facts = present({
    roleId: account.RoleId,
    isEnabled: account.Enabled,
    isLocked: account.Locked,
    passwordExpiration: account.PasswordExpiration,
  });
  return { id: account.Id ?? '', userName: account.UserName ?? '', ...facts };
}

async function passwordRules(resources: Resources): Promise<PasswordRules> {
  const { MinPasswordLength: min, MaxPasswordLength: max } = await readService(resources);
  const { accounts } = (await resources.service.known()).vendor;
  // Zero means "not said": iDRAC publishes a minimum of 0, XCC a maximum of 0 while no policy is set.
  const bounds = present({ minLength: min || accounts.minLength, maxLength: max || accounts.maxLength });
  return { ...bounds, specials: accounts.specials };
}

async function createAccount(resources: Resources, account: NewAccount): Promise<AccountInfo> {
  resources.service.options.transport.conceal(account.password.reveal());
  const members = await list(resources);
  const taken = members.find((json) => ManagerAccount.parse(json).UserName === account.userName);
  if (taken !== undefined) throw nameTaken(resources, account.userName);
  const path = await accountsPath(resources);
  try {
    const created = await create(resources, path, bodyOf(account));
    const info = created?.json === undefined ? undefined : toInfo(created.json);
    return info?.userName === account.userName ? info : await found(resources, account);
  } catch (error) {
    if (isLost(error)) return found(resources, account, error);
    if (!isSlotsOnly(error)) throw error;
  }
  return fillSlot(resources, account, members);
}

const bodyOf = ({ userName, password, roleId }: NewAccount): JsonObject => ({
  UserName: userName,
  Password: password.reveal(),
  RoleId: roleId,
  Enabled: true,
});

const isLost = (error: unknown): boolean => isMetalError(error) && error.code === 'OUTCOME_UNKNOWN';
const isSlotsOnly = (error: unknown): boolean => isMetalError(error) && error.context.status === 405;

/** The account as the list has it now. It was not there before, so it is ours. */
async function found(resources: Resources, { userName }: NewAccount, lost?: unknown): Promise<AccountInfo> {
  const accounts = (await list(resources)).filter(isNamed).map(toInfo);
  const account = accounts.find((known) => known.userName === userName);
  if (account !== undefined) return account;
  throw (
    lost ??
    new PermanentError('BMC_REFUSED', `creating the account ${userName}`, {
      why: 'the BMC accepted it, but does not list it',
      context: { bmc: resources.service.options.access.id },
    })
  );
}

async function fillSlot(resources: Resources, account: NewAccount, members: JsonObject[]): Promise<AccountInfo> {
  const { firstSlot } = (await resources.service.known()).vendor.accounts;
  const free = members.find((json) => !isNamed(json) && Number(json.Id) >= firstSlot);
  if (free === undefined) throw noSlot(resources, account.userName, members.length);
  const path = resources.service.path(free['@odata.id']);
  try {
    await change(resources, path, bodyOf(account));
  } catch (error) {
    if (!isLost(error)) throw error;
    return found(resources, account, error);
  }
  return { id: String(free.Id), userName: account.userName, roleId: account.roleId, isEnabled: true };
}

async function setPassword(resources: Resources, id: string, password: Secret): Promise<void> {
  resources.service.options.transport.conceal(password.reveal());
  const account = await demanded(resources, hasId(id), { id, what: 'password' });
  await change(resources, account.path, { Password: password.reveal() }, account.etag);
}

async function setRole(resources: Resources, id: string, roleId: string): Promise<void> {
  const account = await demanded(resources, hasId(id), { id, what: 'role' });
  await change(resources, account.path, { RoleId: roleId }, account.etag);
}

/** @throws PermanentError BMC_NOT_FOUND */
async function demanded(
  resources: Resources,
  isIt: (json: JsonObject) => boolean,
  { id, what }: { readonly id: string; readonly what: 'password' | 'role' },
): Promise<Found> {
  const account = await findAccount(resources, isIt);
  if (account !== undefined) return account;
  throw new PermanentError('BMC_NOT_FOUND', `changing the ${what} of the account ${id}`, {
    why: 'the BMC has no such account',
    context: { bmc: resources.service.options.access.id, account: id },
  });
}

/** By the link the refusal gave, without a session; or as any other account, if the BMC lets us in. */
async function changeOwnPassword(resources: Resources, password: Secret): Promise<void> {
  const { service } = resources;
  service.options.transport.conceal(password.reveal());
  await service.known();
  const link = await service.passwordChange();
  if (link !== undefined) return service.changePassword(link, { Password: password.reveal() });
  const { username } = service.options.access;
  const account = await demanded(resources, (json) => ManagerAccount.parse(json).UserName === username, {
    id: username,
    what: 'password',
  });
  await change(resources, account.path, { Password: password.reveal() }, account.etag);
}

async function deleteAccount(resources: Resources, id: string): Promise<void> {
  const account = await findAccount(resources, hasId(id));
  if (account === undefined) return;
  try {
    await remove(resources, account.path);
  } catch (error) {
    if (!isSlotsOnly(error)) throw error;
    // A slot is cleared without naming its password, which iDRAC would demand to be a good one.
    await change(resources, account.path, { UserName: '', Enabled: false }, account.etag);
  }
}

interface Found {
  readonly path: Path;
  readonly etag?: string;
}

const hasId =
  (id: string) =>
  (json: JsonObject): boolean =>
    isNamed(json) && String(json.Id) === id;

async function findAccount(resources: Resources, isIt: (json: JsonObject) => boolean): Promise<Found | undefined> {
  const json = (await list(resources)).find(isIt);
  if (json === undefined) return undefined;
  const etag = json['@odata.etag'];
  return { path: resources.service.path(json['@odata.id']), ...(typeof etag === 'string' ? { etag } : {}) };
}

async function change(resources: Resources, path: Path, body: JsonObject, etag?: string): Promise<void> {
  try {
    await patch(resources.service, path, body, etag);
  } finally {
    resources.forget(path);
  }
}

const nameTaken = (resources: Resources, userName: string): ConflictError =>
  new ConflictError('BMC_CONFLICT', `creating the account ${userName}`, {
    why: 'the BMC has an account of this name',
    context: { bmc: resources.service.options.access.id },
  });

const noSlot = (resources: Resources, userName: string, slots: number): PermanentError =>
  new PermanentError('BMC_REFUSED', `creating the account ${userName}`, {
    why: `all ${slots} slots for accounts are taken`,
    context: { bmc: resources.service.options.access.id },
  });
