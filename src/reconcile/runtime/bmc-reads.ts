/** Which methods of a BMC only read: one list for plans and for runs that change nothing. */
import type { Bmc } from '../../ports/bmc.js';

/**
 * Whatever is not named here counts as a change: a capability added later is neither sent nor done before anybody thinks
 * of this list. `admits` is not named either: it tries a password, and a BMC counts what it refuses.
 */
const reads: ReadonlySet<string> = new Set<keyof Bmc>([
  'authenticate',
  'manager',
  'systems',
  'system',
  'processors',
  'storages',
  'bootOrder',
  'accounts',
  'passwordRules',
  'subscriptions',
]);

export const isRead = (method: string): boolean => reads.has(method);
