/**
 * Which credential a BMC gets: exactly one, chosen by the most specific assignment, or none. Nothing here is ever tried
 * in turn: a refused credential is final for this sweep (security: S-CRED-1).
 */
import { UserError } from '../../errors/classes.js';
import { type Cidr, contains, parseCidr } from '../../lib/cidr.js';
import { parseIp } from '../../lib/ip.js';
import type { Secret } from '../../lib/secret.js';
import type { TargetRow } from './target-file.js';

/** A user name and password, with where they came from. */
export interface Credential {
  readonly username: string;
  readonly password: Secret;
  /** In words, for messages: `BMCSecret "oob-default"`, `--bmc-username`. */
  readonly source: string;
  /** BMCSecret that holds it, if one does: onboarding refers to it instead of copying. */
  readonly secretName?: string;
  /** Identifies the value; see `BmcAccess.credentialVersion`. */
  readonly version: string;
}

/** Where a credential is kept; loaded only when it is used. */
export type CredentialRef =
  | { readonly secret: string }
  | { readonly username: string; readonly passwordFile: string }
  | { readonly given: Credential };

/** One line of a `--credentials` file: every member of `match` that is given must fit. */
export interface CredentialRule {
  readonly vendor?: string;
  readonly cidr?: Cidr;
  /** Lower-case hex digits without separators. */
  readonly macPrefix?: string;
  readonly use: CredentialRef;
}

export interface CredentialBook {
  /** In the order of the file: the first match is the credential. */
  readonly rules: readonly CredentialRule[];
  /** `--bmc-secret`, or `--bmc-username` with a password file or stdin. */
  readonly fallback?: CredentialRef;
}

export interface BmcTraits {
  readonly host: string;
  readonly vendor?: string;
  readonly row?: TargetRow;
}

/** The credential assigned to a BMC: its row, then the first matching rule, then the fallback. */
export function assignCredential(book: CredentialBook, bmc: BmcTraits): CredentialRef | undefined {
  if (bmc.row?.secret !== undefined) return { secret: bmc.row.secret };
  return book.rules.find((rule) => matches(rule, bmc))?.use ?? book.fallback;
}

function matches(rule: CredentialRule, { host, vendor, row }: BmcTraits): boolean {
  const ip = parseIp(host);
  if (rule.cidr && !(ip && contains(rule.cidr, ip))) return false;
  if (rule.vendor && !vendor?.toLowerCase().startsWith(rule.vendor.toLowerCase())) return false;
  return !rule.macPrefix || hexOf(row?.mac ?? '').startsWith(rule.macPrefix);
}

const hexOf = (mac: string): string => mac.toLowerCase().replace(/[^0-9a-f]/g, '');

/**
 * Reads a parsed `--credentials` file: a list of `{match: {vendor,cidr,macPrefix}, username, passwordFile|secretRef}`.
 * @throws UserError MANIFEST_INVALID naming the entry
 */
export function readCredentialRules(entries: unknown, file: string): CredentialRule[] {
  if (!Array.isArray(entries)) throw new UserError('MANIFEST_INVALID', `${file} is not a list of credentials`);
  return entries.map((entry: unknown, index) => readRule(entry, `${file}: entry ${index + 1}`));
}

const known = ['match', 'username', 'passwordFile', 'secretRef'];
const knownMatches = ['vendor', 'cidr', 'macPrefix'];

function readRule(entry: unknown, place: string): CredentialRule {
  const fields = recordOf(entry, place, known);
  const match = recordOf(fields.match ?? {}, `${place}: match`, knownMatches);
  const [vendor, range, macPrefix] = ['vendor', 'cidr', 'macPrefix'].map((key) => textOf(match[key], place, key));
  const cidr = range === undefined ? undefined : parseCidr(range);
  if (range !== undefined && cidr === undefined) throw invalid(place, `"${range}" is not a range`);
  return {
    ...(vendor ? { vendor } : {}),
    ...(cidr ? { cidr } : {}),
    ...(macPrefix ? { macPrefix: hexOf(macPrefix) } : {}),
    use: refOf(fields, place),
  };
}

function refOf(fields: Readonly<Record<string, unknown>>, place: string): CredentialRef {
  const [username, passwordFile, secret] = known.slice(1).map((key) => textOf(fields[key], place, key));
  if (secret) return { secret };
  if (username && passwordFile) return { username, passwordFile };
  throw invalid(place, 'needs secretRef, or username and passwordFile');
}

/** YAML reads an unquoted MAC prefix as a number. */
function textOf(value: unknown, place: string, key: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw invalid(place, `"${key}" is not a text`);
}

/** Values are kept out of the messages: somebody may have written a password where it does not belong. */
function recordOf(value: unknown, place: string, keys: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(place, 'is not a mapping');
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw invalid(place, `unknown key "${unknown}"; known: ${keys.join(', ')}`);
  return value as Record<string, unknown>;
}

const invalid = (place: string, what: string): UserError => new UserError('MANIFEST_INVALID', `${place} ${what}`);
