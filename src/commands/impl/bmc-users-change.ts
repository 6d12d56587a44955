/** What `bmc users role` and `enable` share: the object where there is one, else the account itself. */
import type { BMCUser } from '../../api/metal/v1alpha1/bmcuser.js';
import { accountOf, patchAccount, refuseOwn, userKind, usersOf } from './bmc-users.js';
import { type BmcPlace, bmcPlace } from './kit/bmc-places.js';
import type { AnyRun } from './kit/run.js';

export interface AccountWish {
  readonly target: string;
  readonly user: string;
  /** `made ReadOnly`, `disabled`. */
  readonly done: string;
  /** Whether metalctl would lock itself out. */
  readonly isRisky: boolean;
  /** Members of the account, as Redfish calls them. */
  readonly change: Readonly<Record<string, string | boolean>>;
  /** The same on a BMCUser; absent where it has no such field. */
  readonly spec?: Partial<NonNullable<BMCUser['spec']>>;
}

export async function changeAccount(run: AnyRun, wish: AccountWish): Promise<void> {
  const place = await bmcPlace(run, wish.target);
  if (wish.isRisky) refuseOwn(place, wish.user, wish.done);
  const object = wish.spec && (await usersOf(run, place.name)).find(({ spec }) => spec?.userName === wish.user);
  if (object !== undefined) return changeObject(run, object, wish);
  const account = await accountOf(place, wish.user);
  const facts = { RoleId: account.roleId, Enabled: account.isEnabled };
  const isSo = Object.entries(wish.change).every(([key, value]) => facts[key as keyof typeof facts] === value);
  if (isSo) return tell(run, place, wish, 'unchanged');
  if (run.globals.dryRun !== 'none') return tell(run, place, wish, `would be ${wish.done}`);
  const subject = `account ${wish.user} of bmc/${place.name}`;
  await run.confirm({ level: 2, what: `changing ${subject}`, plan: [`${subject} is ${wish.done}`] });
  run.signal.throwIfAborted();
  await patchAccount(place, account.id, wish.change);
  return tell(run, place, wish, wish.done);
}

async function changeObject(run: AnyRun, object: BMCUser, { spec, done }: AccountWish): Promise<void> {
  const { name } = object.metadata;
  const isSo = Object.entries(spec ?? {}).every(([key, value]) => object.spec?.[key as 'roleID'] === value);
  const line = (words: string): string => `bmcuser/${name} ${words}`;
  if (isSo) return run.out.changes([{ object, line: line('unchanged') }]);
  if (run.globals.dryRun !== 'none') return run.out.changes([{ object, line: line(`would be ${done}`) }]);
  await run.confirm({
    level: 2,
    what: `changing bmcuser/${name}`,
    plan: [line(`is ${done}; the operator changes the account`)],
  });
  const cluster = await run.open('cluster');
  const changed = await cluster.patch(userKind(), { name }, { spec }, 'merge', { signal: run.signal });
  return run.out.changes([{ object: changed, line: line(done) }]);
}

const tell = (run: AnyRun, { name }: BmcPlace, { user }: AccountWish, outcome: string): Promise<void> =>
  run.out.document(
    { kind: 'AccountChanged', bmc: name, userName: user, outcome },
    () => `account ${user} of bmc/${name} ${outcome}\n`,
  );
