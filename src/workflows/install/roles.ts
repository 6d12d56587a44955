/** From rights to RBAC objects: one ClusterRole for what holds everywhere, one Role for each namespace named. */
import { apiVersionOf, type KindDef, type KubeObject } from '../../api/kind.js';
import {
  ClusterRole,
  ClusterRoleBinding,
  type PolicyRule,
  type Right,
  type RightVerb,
  Role,
  RoleBinding,
  type RoleBindingObject,
  type RoleObject,
  ServiceAccount,
  type Subject,
} from '../../api/rbac.js';
import { type Mode, userDataRights } from './modes.js';

/** An object, and the kind it is written as. */
export interface Manifest {
  readonly kind: KindDef;
  readonly object: KubeObject;
}

/** `role/metalctl-system/metalctl-daemon`. */
export const placeOf = ({ kind, object }: Manifest): string => {
  const { namespace, name } = object.metadata;
  return `${kind.singular}/${namespace === undefined ? '' : `${namespace}/`}${name}`;
};

export interface RoleOptions {
  /** Namespace of leases and discovery Secrets. */
  readonly managerNamespace: string;
  /** Where a role that holds in one namespace is made. */
  readonly namespace: string;
  /** Who gets it. The daemon's own ServiceAccount always does. */
  readonly subjects?: readonly Subject[];
  /** Namespaces whose user data the daemon's metadata service may read. */
  readonly userDataNamespaces?: readonly string[];
}

export const serviceAccountName = 'metalctl';

/** Everything `install rbac --role NAME` makes, in the order it can be created. */
export function roleManifests(mode: Mode, options: RoleOptions): Manifest[] {
  const name = `metalctl-${mode.name}`;
  const isDaemon = mode.name === 'daemon';
  const own: Subject = { kind: 'ServiceAccount', name: serviceAccountName, namespace: options.managerNamespace };
  const subjects = [...(isDaemon ? [own] : []), ...(options.subjects ?? [])];
  const everywhere = mode.rights.filter(({ within }) => within === undefined);
  const placed = new Map<string, Right[]>();
  const place = (namespace: string, rights: readonly Right[]): void => {
    if (rights.length > 0) placed.set(namespace, [...(placed.get(namespace) ?? []), ...rights]);
  };
  place(
    options.managerNamespace,
    mode.rights.filter(({ within }) => within === 'manager'),
  );
  place(
    options.namespace,
    mode.rights.filter(({ within }) => within === 'bound'),
  );
  if (isDaemon) for (const namespace of options.userDataNamespaces ?? []) place(namespace, userDataRights);
  return [
    ...(isDaemon ? [account(own)] : []),
    ...(everywhere.length === 0 ? [] : [role(ClusterRole, { name }, mode, everywhere)]),
    ...[...placed].map(([namespace, rights]) => role(Role, { name, namespace }, mode, rights)),
    ...(subjects.length === 0 || everywhere.length === 0 ? [] : [binding(ClusterRoleBinding, { name }, subjects)]),
    ...(subjects.length === 0
      ? []
      : [...placed.keys()].map((namespace) => binding(RoleBinding, { name, namespace }, subjects))),
  ];
}

/** The rules of rights: one per kind and subresource, verbs in a fixed order; equal verbs of a group share a rule. */
export function rulesOf(rights: readonly Right[]): PolicyRule[] {
  const byResource = new Map<string, { group: string; resource: string; verbs: Set<RightVerb> }>();
  for (const { kind, subresource, verbs } of rights) {
    const resource = subresource === undefined ? kind.plural : `${kind.plural}/${subresource}`;
    const id = `${kind.group}/${resource}`;
    const known = byResource.get(id) ?? { group: kind.group, resource, verbs: new Set() };
    for (const verb of verbs) known.verbs.add(verb);
    byResource.set(id, known);
  }
  const rules = new Map<string, PolicyRule & { resources: string[] }>();
  for (const id of [...byResource.keys()].sort()) {
    const { group = '', resource = '', verbs = new Set<RightVerb>() } = byResource.get(id) ?? {};
    const inOrder = verbOrder.filter((verb) => verbs.has(verb));
    const key = `${group} ${inOrder.join(',')}`;
    const rule = rules.get(key) ?? { apiGroups: [group], resources: [], verbs: inOrder };
    rule.resources.push(resource);
    rules.set(key, rule);
  }
  return [...rules.values()];
}

const verbOrder: readonly RightVerb[] = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

interface Place {
  readonly name: string;
  readonly namespace?: string;
}

const labels = { 'app.kubernetes.io/name': 'metalctl' };

function role(kind: KindDef<RoleObject>, place: Place, mode: Mode, rights: readonly Right[]): Manifest {
  const annotations = { 'kubernetes.io/description': mode.summary };
  const object: RoleObject = { ...head(kind), metadata: { ...place, labels, annotations }, rules: rulesOf(rights) };
  return { kind, object };
}

function binding(kind: KindDef<RoleBindingObject>, place: Place, subjects: readonly Subject[]): Manifest {
  const roleRef = {
    apiGroup: ClusterRole.group,
    kind: kind === ClusterRoleBinding ? ClusterRole.kind : Role.kind,
    name: place.name,
  };
  const object: RoleBindingObject = {
    ...head(kind),
    metadata: { ...place, labels },
    roleRef,
    subjects: subjects.map((subject) =>
      subject.kind === 'ServiceAccount' ? subject : { ...subject, apiGroup: ClusterRole.group },
    ),
  };
  return { kind, object };
}

const account = ({ name, namespace = '' }: Subject): Manifest => ({
  kind: ServiceAccount,
  object: { ...head(ServiceAccount), metadata: { name, namespace, labels } },
});

const head = (kind: KindDef) => ({ apiVersion: apiVersionOf(kind), kind: kind.kind });
