/** Whether a certificate may see credentials: verified by a CA, or pinned as the policy allows (security: S-TLS-1). */
import type { ProbeAnswer } from '../../ports/bmc.js';

/**
 * `off`: only CAs and fingerprints recorded on BMC objects. `first-use`: an unknown certificate is taken as it is seen.
 * `required`: only recorded fingerprints, whatever the CAs say.
 */
const pinPolicies = ['off', 'first-use', 'required'] as const;
export type PinPolicy = (typeof pinPolicies)[number];

export type Trust =
  | { readonly by: 'ca' }
  | { readonly by: 'pinned' | 'first-use'; readonly pin: string }
  /** Refused; `why` in words. */
  | { readonly by: 'nothing'; readonly why: string };

/**
 * Judges a certificate. A recorded fingerprint that no longer fits is refused under every policy, unless a CA vouches
 * for the new certificate and pins are not required: a renewed certificate of the company's CA is no attack.
 */
export function judgeTrust(answer: ProbeAnswer, recordedPin: string | undefined, policy: PinPolicy): Trust {
  const { fingerprint, isTrusted, trustError } = answer;
  if (recordedPin !== undefined && fingerprint === recordedPin) return { by: 'pinned', pin: recordedPin };
  if (isTrusted && policy !== 'required') return { by: 'ca' };
  if (recordedPin !== undefined) return { by: 'nothing', why: 'its certificate is not the one recorded at onboarding' };
  if (policy === 'required') return { by: 'nothing', why: 'no fingerprint is recorded for it, and --pin is required' };
  if (policy === 'first-use' && fingerprint !== undefined) return { by: 'first-use', pin: fingerprint };
  return { by: 'nothing', why: trustError ?? 'its certificate is not trusted' };
}
