/** Body of `bmc credentials test`. */
import { isMetalError } from '../../errors/classes.js';
import type { AccountInfo } from '../../ports/bmc.js';
import type { bmcCredentialsTestCommand } from '../bmc-access.js';
import { type BmcPlace, bmcTargets } from './kit/bmc-places.js';
import { failureOf, readEach } from './kit/each.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof bmcCredentialsTestCommand>): Promise<void> {
  const targets = await bmcTargets(run, { names: run.args.targets, ...run.flags });
  const read = await readEach(
    run,
    targets,
    ({ name }) => `bmc/${name}`,
    async (target) => tested(await target.open()),
  );
  await run.out.document({ kind: 'CredentialTest', items: read.values }, () => ({
    columns: [
      { header: 'BMC' },
      { header: 'SECRET' },
      { header: 'USER' },
      { header: 'LOGIN' },
      { header: 'ROLE' },
      { header: 'EXPIRES' },
    ],
    rows: read.values.map((each) => [
      each.bmc,
      each.secret,
      each.userName,
      'accepted',
      each.role ?? '',
      each.expires ?? '',
    ]),
  }));
  const failure = failureOf(read);
  if (failure !== undefined) throw failure;
}

async function tested({ name, bmc, access, object }: BmcPlace) {
  await bmc.authenticate();
  const account = await own(bmc.accounts(), access.username);
  return {
    bmc: name,
    secret: object?.spec?.bmcSecretRef.name ?? '',
    userName: access.username,
    ...(account?.roleId === undefined ? {} : { role: account.roleId }),
    ...(account?.passwordExpiration === undefined ? {} : { expires: account.passwordExpiration }),
  };
}

/** Accounts may be hidden from an account that may do everything else. */
async function own(accounts: Promise<readonly AccountInfo[]>, userName: string): Promise<AccountInfo | undefined> {
  try {
    return (await accounts).find((account) => account.userName === userName);
  } catch (error) {
    if (isMetalError(error)) return undefined;
    throw error;
  }
}
