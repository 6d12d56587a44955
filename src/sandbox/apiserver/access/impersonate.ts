/** `--as`: a request in the name of somebody else, by the header fields `Impersonate-…`, for who may do so. */
import type { IncomingHttpHeaders } from 'node:http';
import { internal } from '../status.js';
import type { Authorizer } from './authorizer.js';
import { ANONYMOUS, AUTHENTICATED, serviceAccountUser, type User } from './user.js';

const ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

/** Whom the request stands for: its sender unless it names another. @throws StatusError 403, 500 */
export function impersonated(user: User, headers: IncomingHttpHeaders, access: Authorizer): User {
  const name = headers['impersonate-user'];
  const groups = listOf(headers['impersonate-group']);
  const uid = headers['impersonate-uid'];
  if (typeof name !== 'string') {
    if (groups.length === 0 && uid === undefined) return user;
    throw internal('requested groups or a uid without impersonating a user');
  }
  const check = (resource: string, wanted: string, namespace = '', group = '') =>
    access.check(user, { verb: 'impersonate', group, resource, subresource: '', namespace, name: wanted });
  const [, namespace, account] = ACCOUNT.exec(name) ?? [];
  if (namespace !== undefined && account !== undefined) check('serviceaccounts', account, namespace);
  else check('users', name);
  for (const group of groups) check('groups', group);
  if (typeof uid === 'string') check('uids', uid, '', 'authentication.k8s.io');
  const own = namespace === undefined ? [] : serviceAccountUser(namespace, account ?? '', '').groups;
  const chosen = groups.length > 0 ? groups : own;
  const all = name === ANONYMOUS.name ? ANONYMOUS.groups : [AUTHENTICATED];
  return { name, uid: typeof uid === 'string' ? uid : '', groups: [...new Set([...chosen, ...all])] };
}

/** Node joins repeated fields with a comma. */
const listOf = (value: string | string[] | undefined): string[] =>
  (Array.isArray(value) ? value : (value?.split(',') ?? []))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
