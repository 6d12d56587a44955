/**
 * What a BMCUser remembers beyond upstream's fields: the password change under way, the Secret proven last, and the one
 * the BMC did not take.
 */
import { type BMCUser, ownAnnotations } from '../../api/metal/v1alpha1/index.js';

/** Why a password is set. */
export type Cause = 'New' | 'Missing' | 'Changed' | 'Rotation';

/** Written before the account is touched. As long as it is there, the account may have the password of this Secret. */
export interface PasswordChange {
  /** Name of the BMCSecret. */
  readonly secret: string;
  readonly cause: Cause;
  /** RFC 3339. */
  readonly at: string;
  /**
   * How far it is known to have come: `sent`, the BMC took it; `refused`, it did not, as some do with a password that is
   * in force already; `reverting`, it was taken and did not log in, and the old one goes back. Absent: nobody knows.
   */
  readonly came?: 'sent' | 'refused' | 'reverting';
}

/** The account was seen to log in with this version of this Secret. */
export interface Proven {
  readonly secret: string;
  readonly version: string;
  readonly userName: string;
  readonly at: string;
}

/** The BMC did not take this version of this Secret. */
export interface Failed {
  readonly secret: string;
  readonly version: string;
  readonly cause: Cause;
  readonly at: string;
}

export const changeOf = (user: BMCUser): PasswordChange | undefined => parsed(user, ownAnnotations.passwordChange);
export const provenOf = (user: BMCUser): Proven | undefined => parsed(user, ownAnnotations.passwordProven);
export const failedOf = (user: BMCUser): Failed | undefined => parsed(user, ownAnnotations.passwordFailed);

/** What cannot be read counts as absent: the next proof writes it anew. */
function parsed<T>({ metadata }: BMCUser, key: string): T | undefined {
  try {
    return JSON.parse(metadata.annotations?.[key] ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

export interface Notes {
  readonly change?: PasswordChange | null;
  readonly proven?: Proven | null;
  readonly failed?: Failed | null;
}

/** Merge patch of a BMCUser that writes notes down; null takes one away. */
export function noting({ change, proven, failed }: Notes, more: Record<string, null> = {}): Record<string, unknown> {
  const marks: [string, unknown][] = [
    [ownAnnotations.passwordChange, change],
    [ownAnnotations.passwordProven, proven],
    [ownAnnotations.passwordFailed, failed],
  ];
  const told = marks.filter(([, value]) => value !== undefined);
  const written = told.map(([key, value]) => [key, value === null ? null : JSON.stringify(value)]);
  return { metadata: { annotations: { ...Object.fromEntries(written), ...more } } };
}
