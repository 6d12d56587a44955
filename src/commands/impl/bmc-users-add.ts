/** Body of `bmc users add`. */
import type { BMCUser } from '../../api/metal/v1alpha1/bmcuser.js';
import { ConflictError, PermanentError, UserError } from '../../errors/classes.js';
import type { bmcUsersAddCommand } from '../bmc-access.js';
import { userKind, usersOf } from './bmc-users.js';
import { bmcObjects } from './kit/bmc-places.js';
import { bmcSecretKind } from './kit/kinds.js';
import { missing } from './kit/missing.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof bmcUsersAddCommand>): Promise<void> {
  const { cluster } = run.ports;
  const { role, secret, rotate } = run.flags;
  const [place] = await bmcObjects(run, { names: [run.args.target] });
  const bmc = place?.object?.metadata.name;
  if (bmc === undefined) throw new PermanentError('BMC_UNSUPPORTED', `${run.args.target} has no BMC object`);
  const object = userOf(bmc, run.args.user, run.flags);
  if (secret !== undefined && (await cluster.get(bmcSecretKind, { name: secret }, run.signal)) === undefined) {
    throw await missing(cluster, bmcSecretKind, { name: secret }, run.signal);
  }
  const known = (await usersOf(run, bmc)).find(({ spec }) => spec?.userName === run.args.user);
  if (known !== undefined) {
    const isEqual = known.spec?.roleID === role && (secret === undefined || known.spec?.bmcSecretRef?.name === secret);
    if (!isEqual || rotate !== undefined) throw taken(known, bmc);
    await run.out.changes([{ object: known, line: `bmcuser/${known.metadata.name} unchanged` }]);
    return;
  }
  const isDry = run.globals.dryRun !== 'none';
  const made = isDry ? object : await cluster.create(userKind(), object, { signal: run.signal });
  const line = `bmcuser/${made.metadata.name} ${isDry ? 'would be created' : 'created: the operator makes the account'}`;
  await run.out.changes([{ object: made, line }]);
}

function userOf(bmc: string, user: string, flags: Run<typeof bmcUsersAddCommand>['flags']): BMCUser {
  const name =
    flags.name ??
    `${bmc}-${user}`
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 253);
  if (user === '' || user.length > 64) throw new UserError('USAGE', 'a user name has 1 to 64 characters');
  return {
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'BMCUser',
    metadata: { name },
    spec: {
      userName: user,
      roleID: flags.role,
      bmcRef: { name: bmc },
      ...(flags.secret === undefined ? {} : { bmcSecretRef: { name: flags.secret } }),
      ...(flags.rotate === undefined ? {} : { rotationPeriod: `${Math.round(flags.rotate / 1000)}s` }),
    },
  };
}

const taken = ({ metadata }: BMCUser, bmc: string): ConflictError =>
  new ConflictError('ALREADY_EXISTS', `bmcuser/${metadata.name} stands for this account of bmc/${bmc} already`, {
    hint: `metalctl bmc users role ${bmc} USER ROLE`,
  });
