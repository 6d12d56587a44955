/**
 * May they? The administrators' group may everything; everybody else what fixed roles and the roles bound to them grant.
 * Roles are read from the store at every question: what was committed counts at once.
 */
import { forbidden, StatusError } from '../status.js';
import type { ClusterState } from '../storage/cluster-state.js';
import type { KubeObject } from '../types.js';
import { FIXED_ROLES } from './fixed-roles.js';
import {
  type Asked,
  allowsPath,
  allowsResource,
  describeRights,
  fullResource,
  missingRights,
  type PolicyRule,
  quoted,
} from './rules.js';
import { isMaster, type User } from './user.js';

export const RBAC_GROUP = 'rbac.authorization.k8s.io';

export interface RoleRef {
  readonly kind: string;
  readonly name: string;
}

/** `subjects[]` of a binding. */
export interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** Rules a user has, and from where. */
interface Grant {
  readonly rules: readonly PolicyRule[];
  readonly reason: string;
}

export interface Verdict {
  readonly allowed: boolean;
  /** Why, where there is something to say. */
  readonly reason: string;
}

export const ALL_RIGHTS: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

export class Authorizer {
  readonly #state: ClusterState;

  constructor(state: ClusterState) {
    this.#state = state;
  }

  decide(user: User, asked: Asked): Verdict {
    return this.#decide(user, asked.namespace, (rule) => allowsResource(rule, asked));
  }

  decidePath(user: User, verb: string, path: string): Verdict {
    return this.#decide(user, '', (rule) => allowsPath(rule, verb, path));
  }

  /** All rules that hold for a user in a namespace ('' for the cluster). */
  rulesFor(user: User, namespace: string): PolicyRule[] {
    const own = isMaster(user) ? ALL_RIGHTS : [];
    return [...own, ...this.#grants(user, namespace, []).flatMap(({ rules }) => rules)];
  }

  /** @throws StatusError 403 */
  check(user: User, asked: Asked): void {
    const { allowed, reason } = this.decide(user, asked);
    if (allowed) return;
    const scope = asked.namespace === '' ? 'at the cluster scope' : `in the namespace "${asked.namespace}"`;
    const why = `User ${JSON.stringify(user.name)} cannot ${asked.verb} resource "${fullResource(asked)}" in API group "${asked.group}" ${scope}`;
    throw forbidden({ group: asked.group, kind: asked.resource }, asked.name, withReason(why, reason));
  }

  /** @throws StatusError 403 */
  checkPath(user: User, verb: string, path: string): void {
    const { allowed, reason } = this.decidePath(user, verb, path);
    if (allowed) return;
    const why = `forbidden: User ${JSON.stringify(user.name)} cannot ${verb} path ${JSON.stringify(path)}`;
    throw new StatusError(403, 'Forbidden', withReason(why, reason), {});
  }

  /** The text that refuses rights a user does not hold and so may not hand on; undefined when all are held. */
  escalation(user: User, namespace: string, rules: readonly PolicyRule[]): string | undefined {
    if (isMaster(user)) return undefined;
    const missing = missingRights(this.rulesFor(user, namespace), rules);
    if (missing.length === 0) return undefined;
    const who = `user ${JSON.stringify(user.name)} (groups=${quoted(user.groups)})`;
    return `${who} is attempting to grant RBAC permissions not currently held:\n${describeRights(missing).join('\n')}`;
  }

  /** The rules of the role a binding names, or undefined when there is no such role. */
  roleRules({ kind, name }: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    const role =
      kind === 'ClusterRole'
        ? this.#state.get(`${RBAC_GROUP}/clusterroles`, name)
        : this.#state.get(`${RBAC_GROUP}/roles`, `${namespace}/${name}`);
    return role === undefined ? undefined : rulesOf(role);
  }

  #decide(user: User, namespace: string, allows: (rule: PolicyRule) => boolean): Verdict {
    if (isMaster(user)) return { allowed: true, reason: '' };
    const unknown: string[] = [];
    const grant = this.#grants(user, namespace, unknown).find(({ rules }) => rules.some(allows));
    if (grant !== undefined) return { allowed: true, reason: `RBAC: allowed by ${grant.reason}` };
    const reason = unknown.length === 0 ? '' : `RBAC: ${unknown.length === 1 ? unknown[0] : `[${unknown.join(', ')}]`}`;
    return { allowed: false, reason };
  }

  /** Roles that bindings name and that do not exist are told in `unknown`. */
  #grants(user: User, namespace: string, unknown: string[]): Grant[] {
    const grants = fixedGrants(user);
    for (const [, binding] of this.#state.entries(`${RBAC_GROUP}/clusterrolebindings`)) {
      this.#collect(binding, user, '', grants, unknown);
    }
    if (namespace === '') return grants;
    for (const [, binding] of this.#state.entries(`${RBAC_GROUP}/rolebindings`, `${namespace}/`)) {
      this.#collect(binding, user, namespace, grants, unknown);
    }
    return grants;
  }

  #collect(binding: KubeObject, user: User, namespace: string, grants: Grant[], unknown: string[]): void {
    const subject = ((binding.subjects ?? []) as Subject[]).find((one) => isSubject(one, user, namespace));
    if (subject === undefined) return;
    const role = binding.roleRef as RoleRef;
    const rules = this.roleRules(role, namespace);
    if (rules === undefined) {
      unknown.push(`${role.kind.toLowerCase()}.${RBAC_GROUP} ${JSON.stringify(role.name)} not found`);
      return;
    }
    const { name = '' } = binding.metadata;
    const place = namespace === '' ? name : `${name}/${namespace}`;
    const kind = namespace === '' ? 'ClusterRoleBinding' : 'RoleBinding';
    grants.push({ rules, reason: reasonOf(kind, place, role.kind, role.name, describeSubject(subject, namespace)) });
  }
}

const withReason = (why: string, reason: string) => (reason === '' ? why : `${why}: ${reason}`);

const rulesOf = (role: KubeObject): readonly PolicyRule[] => (role.rules ?? []) as PolicyRule[];

const reasonOf = (binding: string, bindingName: string, role: string, roleName: string, subject: string): string =>
  `${binding} ${JSON.stringify(bindingName)} of ${role} ${JSON.stringify(roleName)} to ${subject}`;

function describeSubject({ kind, name, namespace }: Subject, bindingNamespace: string): string {
  const shown = kind === 'ServiceAccount' ? `${name}/${namespace ?? bindingNamespace}` : name;
  return `${kind} ${JSON.stringify(shown)}`;
}

function fixedGrants(user: User): Grant[] {
  return FIXED_ROLES.flatMap(({ name, groups, rules }) => {
    const group = groups.find((one) => user.groups.includes(one));
    if (group === undefined) return [];
    return [{ rules, reason: reasonOf('ClusterRoleBinding', name, 'ClusterRole', name, `Group "${group}"`) }];
  });
}

/** A ServiceAccount of a RoleBinding lives in the binding's namespace unless it says otherwise. */
function isSubject({ kind, name, namespace }: Subject, user: User, bindingNamespace: string): boolean {
  if (kind === 'User') return user.name === name;
  if (kind === 'Group') return user.groups.includes(name);
  const place = namespace ?? bindingNamespace;
  return kind === 'ServiceAccount' && place !== '' && user.name === `system:serviceaccount:${place}:${name}`;
}
