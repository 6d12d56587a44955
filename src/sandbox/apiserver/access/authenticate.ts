/** Who asks? Two fixed bearer tokens, tokens issued to ServiceAccounts; nobody else but for probes. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ServiceAccountTokens } from './tokens.js';
import { ADMIN, ANONYMOUS, type User, VIEWER } from './user.js';

export interface Tokens {
  readonly admin: string;
  readonly viewer: string;
}

/** Paths that need no token. */
const PUBLIC = /^\/(?:healthz|livez|readyz|version)\/?$/;

/** 256 random bits. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** Who a request comes from; undefined when it may not be anybody. */
export function authenticate(
  authorization: string | undefined,
  path: string,
  tokens: Tokens,
  issued: ServiceAccountTokens,
): User | undefined {
  if (authorization === undefined) return PUBLIC.test(path) ? ANONYMOUS : undefined;
  const token = /^Bearer\s+(\S+)\s*$/i.exec(authorization)?.[1];
  if (token === undefined) return undefined;
  if (sameSecret(token, tokens.admin)) return ADMIN;
  return sameSecret(token, tokens.viewer) ? VIEWER : issued.verify(token);
}

const digest = (text: string) => createHash('sha256').update(text).digest();
const known = new Map<string, Buffer>();

/** Compared as digests: equal lengths, constant time. Those of the two fixed tokens are made once. */
function sameSecret(sent: string, token: string): boolean {
  let expected = known.get(token);
  if (expected === undefined) {
    expected = digest(token);
    known.set(token, expected);
  }
  return timingSafeEqual(digest(sent), expected);
}
