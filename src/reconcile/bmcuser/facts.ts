/** What the gates and steps of a BMCUser look at, taken together once. */
import {
  annotations,
  BMC,
  BMCSecret,
  type BMCUser,
  bmcSecretKeys,
  operations,
} from '../../api/metal/v1alpha1/index.js';
import { parseDuration } from '../../lib/duration.js';
import type { Reads } from '../reads.js';
import { changeOf, failedOf, provenOf } from './notes.js';
import { versionOf } from './secrets.js';

/** A BMCUser with what it points to, as far as that exists. */
export interface UserFacts {
  readonly user: BMCUser;
  readonly bmc: BMC | undefined;
  /** The one of `spec.bmcSecretRef`. */
  readonly secret: BMCSecret | undefined;
  /** The BMC's own. */
  readonly bmcSecret: BMCSecret | undefined;
}

export function factsOf(user: BMCUser, read: Pick<Reads, 'get'>): UserFacts {
  const bmc = read.get(BMC, { name: user.spec?.bmcRef?.name ?? '' });
  const secret = read.get(BMCSecret, { name: user.spec?.bmcSecretRef?.name ?? '' });
  return { user, bmc, secret, bmcSecret: read.get(BMCSecret, { name: bmc?.spec?.bmcSecretRef.name ?? '' }) };
}

export const wantsRotation = ({ metadata }: BMCUser): boolean =>
  metadata.annotations?.[annotations.operation] === operations.rotateCredentials;

/** Period in milliseconds: undefined when none is asked for, NaN when it is no duration. */
export function periodMs({ spec }: BMCUser): number | undefined {
  if (!spec?.rotationPeriod) return undefined;
  const ms = parseDuration(spec.rotationPeriod);
  return ms === undefined || ms === 0 ? Number.NaN : ms;
}

/** When the password last changed, as far as anything tells; 0 if nothing does. */
export const lastRotationMs = (user: BMCUser): number =>
  Math.max(...[user.status?.lastRotation, provenOf(user)?.at].map((at) => Date.parse(at ?? '') || 0));

/**
 * Milliseconds until the next rotation; 0 or less when it is due, undefined when nothing asks for one. An expiry the BMC
 * still tells from before the last rotation is an old story, not a reason to rotate on every visit.
 */
export function rotationDueMs(user: BMCUser, expiration: string | undefined, now: Date): number | undefined {
  if (wantsRotation(user)) return 0;
  const last = lastRotationMs(user);
  const expires = Date.parse(expiration ?? '');
  const period = periodMs(user);
  const times = [
    ...(expires > last ? [expires] : []),
    ...(period === undefined || Number.isNaN(period) ? [] : [last + period]),
  ];
  return times.length === 0 ? undefined : Math.min(...times) - now.getTime();
}

/** Whether the account was last seen to log in with what `spec.bmcSecretRef` names now. Upstream's word is taken for it. */
export function isProven({ user, secret }: Pick<UserFacts, 'user' | 'secret'>): boolean {
  const name = user.spec?.bmcSecretRef?.name;
  if (name === undefined || secret === undefined) return false;
  const proven = provenOf(user);
  if (proven === undefined) return user.status?.effectiveBMCSecretRef?.name === name && changeOf(user) === undefined;
  return proven.secret === name && proven.version === versionOf(secret);
}

/** The Secret named now is the one the BMC did not take. */
export function isRefused({ user, secret }: Pick<UserFacts, 'user' | 'secret'>): boolean {
  const failed = failedOf(user);
  return failed !== undefined && secret !== undefined && failed.version === versionOf(secret);
}

/** The account is the one metalctl itself enters the BMC with: changing it here would lock metalctl out. */
export function isOwnAccount({ user, bmcSecret }: Pick<UserFacts, 'user' | 'bmcSecret'>): boolean {
  const encoded = bmcSecret?.data?.[bmcSecretKeys.username];
  const name = encoded === undefined ? bmcSecret?.stringData?.[bmcSecretKeys.username] : decoded(encoded);
  return name !== undefined && name === user.spec?.userName;
}

const decoded = (value: string): string => Buffer.from(value, 'base64').toString('utf8');

/** The name the account was made under, if it is not the one asked for now. */
export function formerName({ user }: Pick<UserFacts, 'user'>): string | undefined {
  const name = provenOf(user)?.userName;
  return name === undefined || name === user.spec?.userName ? undefined : name;
}
