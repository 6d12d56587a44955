/** The command line of a BMC, for what its Redfish service cannot be asked any more. */
import type { BmcAccess } from './bmc.js';

export interface BmcShells {
  /**
   * Logs in over SSH and runs one command. Sent once, and never again by itself. The host key is checked before the
   * password is given; a connection that ends while the command runs counts as its success: it restarts the BMC.
   * @throws PermanentError SSH_HOST_KEY · SSH_MISSING · BMC_AUTH_FAILED · BMC_REFUSED · SPEC_INVALID, and TransientError
   * BMC_UNREACHABLE: it was not run · TransientError OUTCOME_UNKNOWN: it may have been
   */
  run(access: BmcAccess, command: string): Promise<void>;
}
