/** Who may ask: users with their groups, among them the two the server knows from the start. */

export interface User {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
}

/** Members may do everything; no role can take that away. */
export const MASTERS = 'system:masters';
export const VIEWERS = 'viewers';
export const AUTHENTICATED = 'system:authenticated';
export const UNAUTHENTICATED = 'system:unauthenticated';

export const ADMIN: User = { name: 'admin', uid: 'admin-uid', groups: [MASTERS, AUTHENTICATED] };
export const VIEWER: User = { name: 'viewer', uid: 'viewer-uid', groups: [VIEWERS, AUTHENTICATED] };
export const ANONYMOUS: User = { name: 'system:anonymous', uid: '', groups: [UNAUTHENTICATED] };

/** The user a ServiceAccount is. */
export const serviceAccountUser = (namespace: string, name: string, uid: string): User => ({
  name: `system:serviceaccount:${namespace}:${name}`,
  uid,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, AUTHENTICATED],
});

export const isMaster = ({ groups }: Pick<User, 'groups'>): boolean => groups.includes(MASTERS);
