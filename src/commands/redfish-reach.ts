/** What all `redfish` commands share: whose BMC they speak to, and how they end. */
import { choice, text, toggle } from './flags.js';

/** Whose BMC. */
export const reach = {
  server: text('SERVER', 'The BMC of this Server.', { complete: 'servers' }),
  bmc: text('BMC', 'The BMC of this name.'),
  host: text('HOST[:PORT]', 'A host, whether the cluster knows it or not; needs an account.'),
  scheme: choice(['https', 'http'], 'With --host; http is never tried unless asked for.', { fallback: 'https' }),
  bmcUsername: text('U', 'Account for --host.'),
  bmcPasswordFile: text('F', 'File with its password.', { complete: 'files' }),
  bmcPasswordStdin: toggle('Read its password from stdin.'),
  bmcSecret: text('NAME', 'BMCSecret with the account for --host.'),
} as const;
/** Of every `redfish` command. */
export const common = {
  group: 'Plumbing',
  stability: 'stable',
  needs: ['clock'],
} as const;
/** How every one of them may end. */
export const readExits = ['FORBIDDEN', 'NOT_FOUND', 'UNSUPPORTED', 'CONFLICT', 'BMC_AUTH', 'BMC_UNREACHABLE'] as const;
