/** Accounts and the BMCUsers that stand for them: what the `bmc users` commands share. */
import type { BMCUser } from '../../api/metal/v1alpha1/bmcuser.js';
import { resolveKind } from '../../api/names.js';
import { PermanentError, UserError } from '../../errors/classes.js';
import { nearest } from '../../lib/nearest.js';
import type { AccountInfo, Bmc } from '../../ports/bmc.js';
import type { BmcPlace } from './kit/bmc-places.js';
import { kindOf } from './kit/kinds.js';
import type { AnyRun } from './kit/run.js';

export function userKind() {
  const names = resolveKind('BMCUser');
  if (names === undefined) throw new Error('BMCUser is not among the names of kinds');
  return kindOf<BMCUser>(names);
}

/** BMCUsers of a BMC. */
export async function usersOf(run: AnyRun, bmc: string): Promise<readonly BMCUser[]> {
  const { items } = await (await run.open('cluster')).list(userKind(), { signal: run.signal });
  return items.filter(({ spec }) => spec?.bmcRef?.name === bmc);
}

/** The account of a name. @throws UserError NOT_FOUND with near names */
export async function accountOf({ bmc, name }: BmcPlace, user: string): Promise<AccountInfo> {
  const accounts = await bmc.accounts();
  const found = accounts.find(({ userName }) => userName === user);
  if (found !== undefined) return found;
  const close = nearest(
    user,
    accounts.map(({ userName }) => userName),
    3,
  );
  throw new UserError('NOT_FOUND', `bmc/${name} has no account "${user}"`, {
    ...(close.length > 0 ? { why: `near names: ${close.join(', ')}` } : {}),
    hint: `metalctl bmc users list ${name}`,
  });
}

/** Nobody saws off the branch metalctl sits on. @throws UserError USAGE */
export function refuseOwn({ access, name }: BmcPlace, user: string, what: string): void {
  if (access.username !== user) return;
  throw new UserError('USAGE', `"${user}" is the account metalctl enters bmc/${name} with; it is not ${what}`, {
    hint: `metalctl bmc credentials set ${name} --username OTHER   first`,
  });
}

type Json = Record<string, unknown>;
const linkOf = (value: unknown): string | undefined => {
  const link = (value as Json | undefined)?.['@odata.id'];
  return typeof link === 'string' ? link : undefined;
};

async function read(bmc: Bmc, path: string): Promise<{ json: Json; etag?: string }> {
  const { json, problem, etag } = await bmc.raw({ method: 'GET', path });
  if (problem !== undefined) throw problem;
  return { json: (json ?? {}) as Json, ...(etag === undefined ? {} : { etag }) };
}

/** Changes members of an account. @throws PermanentError BMC_UNSUPPORTED without accounts · what the BMC says */
export async function patchAccount({ bmc, name }: BmcPlace, id: string, change: Json): Promise<void> {
  const root = (await read(bmc, '/redfish/v1/')).json;
  const service = linkOf(root.AccountService);
  const collection = service === undefined ? undefined : linkOf((await read(bmc, service)).json.Accounts);
  if (collection === undefined) throw new PermanentError('BMC_UNSUPPORTED', `bmc/${name} lists no accounts`);
  const members = (await read(bmc, collection)).json.Members;
  for (const member of Array.isArray(members) ? members : []) {
    const path = linkOf(member) ?? '';
    const { json, etag } = await read(bmc, path);
    if (String(json.Id) !== id) continue;
    const { problem } = await bmc.raw({ method: 'PATCH', path, body: change, ...(etag === undefined ? {} : { etag }) });
    if (problem !== undefined) throw problem;
    return;
  }
  throw new UserError('NOT_FOUND', `bmc/${name} has no account of id ${id}`);
}
