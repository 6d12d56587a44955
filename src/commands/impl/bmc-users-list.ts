/** Body of `bmc users list`. */
import type { bmcUsersListCommand } from '../bmc-access.js';
import { usersOf } from './bmc-users.js';
import { type BmcPlace, bmcTargets } from './kit/bmc-places.js';
import { failureOf, readEach } from './kit/each.js';
import type { Run } from './kit/run.js';

type ListRun = Run<typeof bmcUsersListCommand>;

export default async function (run: ListRun): Promise<void> {
  const targets = await bmcTargets(run, { names: run.args.targets, ...run.flags });
  const read = await readEach(
    run,
    targets,
    ({ name }) => `bmc/${name}`,
    async (target) => accountsOf(run, await target.open()),
  );
  const accounts = read.values.flat();
  await run.out.document(
    { kind: 'AccountList', accounts },
    () => ({
      columns: [
        { header: 'BMC' },
        { header: 'ID' },
        { header: 'USER' },
        { header: 'ROLE' },
        { header: 'STATE', isState: true },
        { header: 'OBJECT' },
        { header: 'EXPIRES', drop: 1 },
      ],
      rows: accounts.map((each) => [
        each.bmc,
        each.id,
        each.userName,
        each.roleId ?? '',
        each.isLocked ? 'Locked' : each.isEnabled === false ? 'Disabled' : 'Enabled',
        each.object ?? (each.isOwn ? 'metalctl enters with it' : ''),
        each.passwordExpiration ?? '',
      ]),
    }),
    accounts.map(({ userName }) => userName),
  );
  const failure = failureOf(read);
  if (failure !== undefined) throw failure;
}

async function accountsOf(run: ListRun, { name, bmc, access }: BmcPlace) {
  const [accounts, users] = [await bmc.accounts(), await usersOf(run, name)];
  return accounts.map((account) => {
    const object = users.find(({ spec }) => spec?.userName === account.userName);
    return {
      bmc: name,
      ...account,
      isOwn: account.userName === access.username,
      ...(object === undefined ? {} : { object: `bmcuser/${object.metadata.name}` }),
    };
  });
}
