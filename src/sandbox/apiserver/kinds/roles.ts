/** Roles and ClusterRoles (rbac.authorization.k8s.io/v1): rules of the authoriser, which nobody may hand on unheld. */
import { ALL_RIGHTS, RBAC_GROUP } from '../access/authorizer.js';
import type { PolicyRule } from '../access/rules.js';
import { invalidValue, required } from '../field-errors.js';
import { pathSegmentErrors } from '../resources/names.js';
import { type Asker, type Resource, resourceName, type Write } from '../resources/resource.js';
import type { Schema } from '../schema/schema.js';
import { type FieldError, forbidden } from '../status.js';
import { column, nameColumn } from '../tables/columns.js';
import { DESCRIPTIONS } from '../tables/descriptions.js';
import { equal, type KubeObject } from '../types.js';
import { builtin, isCollectable } from './builtin.js';

const texts: Schema = { type: 'array', 'x-kubernetes-list-type': 'atomic', items: { type: 'string' } };

const rules: Schema = {
  type: 'array',
  go: 'null',
  'x-kubernetes-list-type': 'atomic',
  items: {
    type: 'object',
    properties: {
      verbs: { ...texts, go: 'null' },
      apiGroups: texts,
      resources: texts,
      resourceNames: texts,
      nonResourceURLs: texts,
    },
  },
};

const selectors: Schema = {
  type: 'array',
  'x-kubernetes-list-type': 'atomic',
  items: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
};

const createdColumn = column(
  'Created At',
  DESCRIPTIONS.creationTimestamp,
  (object) => object.metadata.creationTimestamp ?? '',
);

const rulesOf = (object: KubeObject) => (object.rules ?? []) as PolicyRule[];

function ruleErrors(rule: PolicyRule, field: string, namespaced: boolean): FieldError[] {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const errors =
    (verbs ?? []).length === 0 ? [required(`${field}.verbs`, 'verbs must contain at least one value')] : [];
  if (nonResourceURLs.length > 0) {
    const path = (why: string) => invalidValue(`${field}.nonResourceURLs`, nonResourceURLs, why);
    if (namespaced) errors.push(path('namespaced rules cannot apply to non-resource URLs'));
    if (apiGroups.length + resources.length + resourceNames.length > 0) {
      errors.push(path('rules cannot apply to both regular resources and non-resource URLs'));
    }
    return errors;
  }
  if (apiGroups.length === 0) {
    errors.push(required(`${field}.apiGroups`, 'resource rules must supply at least one api group'));
  }
  if (resources.length === 0) {
    errors.push(required(`${field}.resources`, 'resource rules must supply at least one resource'));
  }
  return errors;
}

/** Whoever writes a role must hold what it grants, or be allowed to `escalate`. @throws StatusError 403 */
function guard(resource: Resource, { next, old }: Write, { user, access, namespace }: Asker): void {
  if (old !== undefined && isCollectable(next, old)) return;
  const name = next.metadata.name ?? '';
  const asked = { verb: 'escalate', group: RBAC_GROUP, resource: resource.plural, subresource: '', namespace, name };
  if (access.decide(user, asked).allowed) return;
  const gathers = next.aggregationRule !== undefined && !equal(next.aggregationRule, old?.aggregationRule);
  const why = access.escalation(user, namespace, gathers ? ALL_RIGHTS : rulesOf(next));
  if (why !== undefined) throw forbidden(resourceName(resource), name, why);
}

function roleKind(kind: string, namespaced: boolean, fields: Readonly<Record<string, Schema>>): Resource {
  const resource: Resource = builtin({
    group: RBAC_GROUP,
    version: 'v1',
    plural: `${kind.toLowerCase()}s`,
    kind,
    namespaced,
    description: `${kind} is a ${namespaced ? 'namespaced' : 'cluster level'}, logical grouping of PolicyRules that can be referenced as a unit by a binding.`,
    fields: { rules, ...fields },
    columns: [nameColumn, createdColumn],
    nameErrors: pathSegmentErrors,
    validate: ({ next }) => rulesOf(next).flatMap((rule, index) => ruleErrors(rule, `rules[${index}]`, namespaced)),
    guard: (write, asker) => guard(resource, write, asker),
  });
  return resource;
}

export const roles: Resource = roleKind('Role', true, {});

/** The aggregation rule is kept; gathering rules by it is the work of kube-controller-manager, which is not here. */
export const clusterRoles: Resource = roleKind('ClusterRole', false, {
  aggregationRule: { type: 'object', properties: { clusterRoleSelectors: selectors } },
});
