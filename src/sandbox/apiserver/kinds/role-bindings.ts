/** RoleBindings and ClusterRoleBindings (rbac.authorization.k8s.io/v1): who gets the rules of which role. */
import { RBAC_GROUP, type RoleRef, type Subject } from '../access/authorizer.js';
import { invalidValue, notSupported, required } from '../field-errors.js';
import { pathSegmentErrors } from '../resources/names.js';
import { type Asker, type Column, type Resource, resourceName, type Write } from '../resources/resource.js';
import type { Schema } from '../schema/schema.js';
import { type FieldError, forbidden, notFound } from '../status.js';
import { ageColumn, column, nameColumn } from '../tables/columns.js';
import { DESCRIPTIONS } from '../tables/descriptions.js';
import { equal, type KubeObject } from '../types.js';
import { builtin, isCollectable } from './builtin.js';

const text: Schema = { type: 'string' };
const always: Schema = { type: 'string', go: 'zero' };

const fields: Readonly<Record<string, Schema>> = {
  subjects: {
    type: 'array',
    'x-kubernetes-list-type': 'atomic',
    items: {
      type: 'object',
      'x-kubernetes-map-type': 'atomic',
      properties: { kind: always, apiGroup: text, name: always, namespace: text },
    },
  },
  roleRef: {
    type: 'object',
    go: 'struct',
    'x-kubernetes-map-type': 'atomic',
    properties: { apiGroup: always, kind: always, name: always },
  },
};

interface Grouped {
  apiGroup?: string;
}

const subjectsOf = (object: KubeObject) => (object.subjects ?? []) as (Subject & Grouped)[];
const roleRefOf = (object: KubeObject) => (object.roleRef ?? { kind: '', name: '' }) as RoleRef & Grouped;

function setDefaults(object: KubeObject): void {
  const roleRef = roleRefOf(object);
  roleRef.apiGroup ||= RBAC_GROUP;
  for (const subject of subjectsOf(object)) {
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= RBAC_GROUP;
  }
}

const needed = (field: string, value: string | undefined) => (value ? [] : [required(field)]);

function roleRefErrors({ apiGroup, kind, name }: RoleRef & Grouped, kinds: readonly string[]): FieldError[] {
  const group = apiGroup === RBAC_GROUP ? [] : [notSupported('roleRef.apiGroup', apiGroup ?? '', [RBAC_GROUP])];
  const known = kinds.includes(kind) ? [] : [notSupported('roleRef.kind', kind, kinds)];
  const named = name ? pathSegmentErrors(name).map((why) => invalidValue('roleRef.name', name, why)) : [];
  return [...group, ...known, ...needed('roleRef.name', name), ...named];
}

const SUBJECT_KINDS = ['ServiceAccount', 'User', 'Group'];

function subjectErrors(subject: Subject & Grouped, field: string, namespaced: boolean): FieldError[] {
  const { kind, name, namespace, apiGroup = '' } = subject;
  const errors = needed(`${field}.name`, name);
  if (!SUBJECT_KINDS.includes(kind)) return [...errors, notSupported(`${field}.kind`, kind, SUBJECT_KINDS)];
  const group = kind === 'ServiceAccount' ? '' : RBAC_GROUP;
  if (apiGroup !== group) errors.push(notSupported(`${field}.apiGroup`, apiGroup, [group]));
  if (kind === 'ServiceAccount' && !namespaced) errors.push(...needed(`${field}.namespace`, namespace));
  return errors;
}

/** The role of a binding stays: what is bound once was checked once. */
function roleRefChange({ next, old }: Write): FieldError[] {
  if (old === undefined || equal(next.roleRef, old.roleRef)) return [];
  const { apiGroup = '', kind, name } = roleRefOf(next);
  return [invalidValue('roleRef', { APIGroup: apiGroup, Kind: kind, Name: name }, 'cannot change roleRef')];
}

/** Whoever binds a role must hold what it grants, or be allowed to `bind` it. @throws StatusError 403, 404 */
function guard(resource: Resource, { next, old }: Write, { user, access, namespace }: Asker): void {
  if (old !== undefined && isCollectable(next, old)) return;
  const { kind, name } = roleRefOf(next);
  const plural = kind === 'ClusterRole' ? 'clusterroles' : 'roles';
  const asked = { verb: 'bind', group: RBAC_GROUP, resource: plural, subresource: '', namespace, name };
  if (access.decide(user, asked).allowed) return;
  const rules = access.roleRules({ kind, name }, namespace);
  if (rules === undefined) throw notFound({ group: RBAC_GROUP, kind: plural }, name);
  const why = access.escalation(user, namespace, rules);
  if (why !== undefined) throw forbidden(resourceName(resource), next.metadata.name ?? '', why);
}

const namesOf = (object: KubeObject, kind: string): string =>
  subjectsOf(object)
    .filter((subject) => subject.kind === kind)
    .map(({ name, namespace }) => (kind === 'ServiceAccount' ? `${namespace ?? ''}/${name}` : name))
    .join(', ');

const columnsOf = (kind: string): Column[] => {
  const wide = (name: string, subjects: string) =>
    column(
      name,
      `${name} in the ${kind.charAt(0).toLowerCase()}${kind.slice(1)}`,
      (object) => namesOf(object, subjects),
      {
        priority: 1,
      },
    );
  const role = (object: KubeObject) => `${roleRefOf(object).kind}/${roleRefOf(object).name}`;
  return [
    nameColumn,
    column('Role', kind === 'RoleBinding' ? DESCRIPTIONS.roleRef : DESCRIPTIONS.clusterRoleRef, role),
    ageColumn,
    wide('Users', 'User'),
    wide('Groups', 'Group'),
    wide('ServiceAccounts', 'ServiceAccount'),
  ];
};

function bindingKind(kind: string, namespaced: boolean, roleKinds: readonly string[]): Resource {
  const resource: Resource = builtin({
    group: RBAC_GROUP,
    version: 'v1',
    plural: `${kind.toLowerCase()}s`,
    kind,
    namespaced,
    description: `${kind} gives the rules of a role to its subjects.`,
    fields,
    columns: columnsOf(kind),
    nameErrors: pathSegmentErrors,
    setDefaults,
    validate: (write) => [
      ...roleRefErrors(roleRefOf(write.next), roleKinds),
      ...subjectsOf(write.next).flatMap((subject, index) => subjectErrors(subject, `subjects[${index}]`, namespaced)),
      ...roleRefChange(write),
    ],
    guard: (write, asker) => guard(resource, write, asker),
  });
  return resource;
}

export const roleBindings: Resource = bindingKind('RoleBinding', true, ['Role', 'ClusterRole']);
export const clusterRoleBindings: Resource = bindingKind('ClusterRoleBinding', false, ['ClusterRole']);
