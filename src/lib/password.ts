/**
 * Passwords for BMC accounts: from the CSPRNG, without modulo bias, with every class of character the strictest firmware
 * asks for, and only with special characters its vendor accepts.
 */
import { randomInt } from 'node:crypto';

/** What a BMC accepts. Lengths in characters. */
export interface PasswordShape {
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Characters beside letters and digits; default a cautious few. */
  readonly specials?: string;
}

const lower = 'abcdefghijkmnopqrstuvwxyz';
const upper = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
const digits = '23456789';
const cautious = '!-_.@';
/** Firmware that quotes passwords badly stumbles over these, even where the vendor's list has them. */
const awkward = /["'`\\<>&%$|;\s]/g;

export const usualLength = 24;
const leastLength = 8;

/** Length to use: as asked, within what the BMC takes. Without a wish at least 20 where the BMC takes that (security.md S-SEC-4). */
export function passwordLength({ minLength = 0, maxLength }: PasswordShape, wanted = usualLength): number {
  const least = Math.max(leastLength, minLength);
  const most = maxLength === undefined || maxLength < leastLength ? Number.POSITIVE_INFINITY : maxLength;
  return Math.min(Math.max(wanted, least), most);
}

/** A new password of this length: at least one of each class, everywhere else any character. */
export function newPassword(
  length: number,
  shape: PasswordShape = {},
  pick: (below: number) => number = randomInt,
): string {
  const specials = (shape.specials ?? cautious).replace(awkward, '') || cautious;
  const classes = [lower, upper, digits, specials];
  const all = classes.join('');
  const one = (set: string): string => set[pick(set.length)] ?? '';
  const chars = [...classes.map(one), ...Array.from({ length: Math.max(0, length - classes.length) }, () => one(all))];
  // Fisher–Yates: the classes must not stand at known places.
  for (let at = chars.length - 1; at > 0; at -= 1) {
    const other = pick(at + 1);
    [chars[at], chars[other]] = [chars[other] ?? '', chars[at] ?? ''];
  }
  return chars.join('');
}
