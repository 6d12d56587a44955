/** Body of `bmc users enable`. */
import type { bmcUsersEnableCommand } from '../bmc-access.js';
import { changeAccount } from './bmc-users-change.js';
import type { Run } from './kit/run.js';

export default ({ args, flags, ...run }: Run<typeof bmcUsersEnableCommand>): Promise<void> =>
  changeAccount(run, {
    target: args.target,
    user: args.user,
    done: flags.disable ? 'disabled' : 'enabled',
    isRisky: flags.disable,
    change: { Enabled: !flags.disable },
  });
