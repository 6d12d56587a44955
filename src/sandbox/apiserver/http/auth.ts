/** Who asks, and may they? Two bearer tokens, two fixed roles; nobody else but for probes. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { forbidden, StatusError } from '../status.js';

export interface User {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly isAdmin: boolean;
}

export interface Tokens {
  readonly admin: string;
  readonly viewer: string;
}

export const ADMIN: User = {
  name: 'admin',
  uid: 'admin-uid',
  groups: ['system:masters', 'system:authenticated'],
  isAdmin: true,
};
export const VIEWER: User = {
  name: 'viewer',
  uid: 'viewer-uid',
  groups: ['viewers', 'system:authenticated'],
  isAdmin: false,
};

/** Paths that need no token. */
const PUBLIC = new Set(['/healthz', '/livez', '/readyz', '/version']);
const VIEWER_VERBS = new Set(['get', 'list', 'watch']);

/** 256 random bits. */
export const newToken = (): string => randomBytes(32).toString('base64url');

export interface Asked {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** Who a request comes from; undefined when it may not be anybody. */
export function authenticate(authorization: string | undefined, path: string, tokens: Tokens): User | undefined {
  if (authorization === undefined)
    return PUBLIC.has(path) ? { ...VIEWER, name: 'system:anonymous', groups: [] } : undefined;
  const token = /^Bearer\s+(\S+)\s*$/i.exec(authorization)?.[1];
  if (token === undefined) return undefined;
  if (sameSecret(token, tokens.admin)) return ADMIN;
  return sameSecret(token, tokens.viewer) ? VIEWER : undefined;
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

/** May a user do this to a resource? */
export const mayUse = (user: User, { verb, resource }: Pick<Asked, 'verb' | 'resource'>): boolean =>
  user.isAdmin || VIEWER_VERBS.has(verb) || (verb === 'create' && resource.startsWith('selfsubject'));

/** May a user ask for a path that is no resource? */
export const mayVisit = (user: User, verb: string): boolean => user.isAdmin || verb === 'get';

/** @throws StatusError 403 */
export function authorizeResource(user: User, asked: Asked): void {
  if (mayUse(user, asked)) return;
  const resource = asked.subresource === '' ? asked.resource : `${asked.resource}/${asked.subresource}`;
  const scope = asked.namespace === '' ? 'at the cluster scope' : `in the namespace "${asked.namespace}"`;
  const why = `User "${user.name}" cannot ${asked.verb} resource "${resource}" in API group "${asked.group}" ${scope}`;
  throw forbidden({ group: asked.group, kind: asked.resource }, asked.name, why);
}

/** @throws StatusError 403 */
export function authorizePath(user: User, verb: string, path: string): void {
  if (mayVisit(user, verb)) return;
  throw new StatusError(403, 'Forbidden', `forbidden: User "${user.name}" cannot ${verb} path "${path}"`, {});
}
