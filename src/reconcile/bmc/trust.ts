/**
 * Step 2: whether the certificate of a BMC was verified. Whoever switches that off sees it said at the start; everybody
 * else finds it on the object.
 * Source  security rule S-TLS-1: insecure must be asked for, and shows in status.
 */
import { accessToBmc } from '../access.js';
import { warn } from '../effects.js';
import { conditionOf } from '../runtime/conditions.js';
import { type Decision, rest } from '../runtime/decision.js';
import type { BmcInput } from './machine.js';

const type = 'TLSVerified';
const blind = {
  type,
  status: 'False',
  reason: 'VerificationDisabled',
  message: 'Its certificate is neither pinned nor verified: --bmc-insecure-skip-tls-verify',
} as const;
const sound = { type, status: 'True', reason: 'Verified', message: 'Its certificate is verified' } as const;

/** Told once each way; a BMC that was always verified says nothing. */
export async function tellTrust(input: BmcInput): Promise<Decision | undefined> {
  const { bmc, settings } = input;
  const { url, tlsPin } = accessToBmc(bmc, input);
  const isBlind = !settings.verifiesTls && tlsPin === undefined && url.startsWith('https:');
  const before = conditionOf(bmc.status?.conditions, type);
  if (isBlind ? before?.status === 'False' : before === undefined || before.status === 'True') return undefined;
  return rest('Connected', {
    message: 'BMC is connected',
    effects: isBlind ? [warn(blind.reason, 'Connect', blind.message)] : [],
    conditions: [isBlind ? blind : sound],
    recheckMs: 1,
  });
}
