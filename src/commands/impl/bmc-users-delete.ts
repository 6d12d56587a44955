/** Body of `bmc users delete`. */
import type { bmcUsersDeleteCommand } from '../bmc-access.js';
import { accountOf, refuseOwn, userKind, usersOf } from './bmc-users.js';
import { bmcPlace } from './kit/bmc-places.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof bmcUsersDeleteCommand>): Promise<void> {
  const { user, target } = run.args;
  const place = await bmcPlace(run, target);
  refuseOwn(place, user, 'deleted');
  const object = (await usersOf(run, place.name)).find(({ spec }) => spec?.userName === user);
  const account = object === undefined ? await accountOf(place, user) : undefined;
  const subject =
    object === undefined
      ? `account ${user} (id ${account?.id}) of bmc/${place.name}`
      : `bmcuser/${object.metadata.name}`;
  const isDry = run.globals.dryRun !== 'none';
  const plan = [
    `deletes ${subject}${object === undefined ? '' : `: the operator removes account ${user} of bmc/${place.name}`}`,
  ];
  if (!isDry) {
    await run.confirm({ level: 2, what: `deleting ${subject}`, plan });
    run.signal.throwIfAborted();
    if (object !== undefined) {
      const { uid } = object.metadata;
      await run.ports.cluster.delete(userKind(), { name: object.metadata.name }, uid === undefined ? {} : { uid });
    } else await place.bmc.deleteAccount(account?.id ?? '');
  }
  await run.out.document(
    {
      kind: 'AccountDeleted',
      bmc: place.name,
      userName: user,
      dryRun: isDry,
      ...(object ? { object: object.metadata.name } : {}),
    },
    () => `${subject} ${isDry ? 'would be deleted' : 'deleted'}\n`,
  );
}
