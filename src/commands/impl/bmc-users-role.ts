/** Body of `bmc users role`. */
import type { bmcUsersRoleCommand } from '../bmc-access.js';
import { changeAccount } from './bmc-users-change.js';
import type { Run } from './kit/run.js';

export default ({ args, ...run }: Run<typeof bmcUsersRoleCommand>): Promise<void> =>
  changeAccount(run, {
    target: args.target,
    user: args.user,
    done: `made ${args.role}`,
    isRisky: args.role !== 'Administrator',
    change: { RoleId: args.role },
    spec: { roleID: args.role },
  });
