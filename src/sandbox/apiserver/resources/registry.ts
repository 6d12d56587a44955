/** Every resource the server serves, built-in and custom, found by group, version and plural. */
import { type Crd, conditionStatus } from '../kinds/crd-types.js';
import { crds } from '../kinds/crds.js';
import { configMaps, secrets } from '../kinds/data.js';
import { coreEvents, groupEvents } from '../kinds/events.js';
import { leases } from '../kinds/leases.js';
import { namespaces } from '../kinds/namespaces.js';
import {
  selfSubjectAccessReviews,
  selfSubjectReviews,
  selfSubjectRulesReviews,
  subjectAccessReviews,
} from '../kinds/reviews.js';
import { clusterRoleBindings, roleBindings } from '../kinds/role-bindings.js';
import { clusterRoles, roles } from '../kinds/roles.js';
import { serviceAccounts } from '../kinds/service-accounts.js';
import { byVersion, customResource } from './custom.js';
import type { Resource } from './resource.js';

const BUILTIN: readonly Resource[] = [
  configMaps,
  coreEvents,
  namespaces,
  secrets,
  serviceAccounts,
  groupEvents,
  selfSubjectReviews,
  selfSubjectAccessReviews,
  selfSubjectRulesReviews,
  subjectAccessReviews,
  clusterRoleBindings,
  clusterRoles,
  roleBindings,
  roles,
  crds,
  leases,
];

const idOf = (group: string, version: string, plural: string) => `${group}/${version}/${plural}`;

export class Registry {
  readonly #builtin = new Map(
    BUILTIN.map((resource) => [idOf(resource.group, resource.version, resource.plural), resource]),
  );
  readonly #custom = new Map<string, readonly Resource[]>();
  #revision = 0;

  /** Changes whenever the set of resources does: caches of discovery and OpenAPI hang on it. */
  get revision(): number {
    return this.#revision;
  }

  find(group: string, version: string, plural: string): Resource | undefined {
    const known = this.#builtin.get(idOf(group, version, plural));
    if (known !== undefined) return known;
    return this.#custom.get(`${plural}.${group}`)?.find((resource) => resource.version === version);
  }

  /** All resources, built-in ones first, custom ones by group and plural. */
  all(): Resource[] {
    const custom = [...this.#custom.keys()].sort().flatMap((name) => this.#custom.get(name) ?? []);
    return [...this.#builtin.values(), ...custom];
  }

  /** The versions of a group, the preferred first. */
  versions(group: string): string[] {
    const names = new Set(
      this.all()
        .filter((resource) => resource.group === group)
        .map(({ version }) => version),
    );
    return [...names]
      .map((name) => ({ name }))
      .sort(byVersion)
      .map(({ name }) => name);
  }

  isBuiltinGroup(group: string): boolean {
    return BUILTIN.some((resource) => resource.group === group);
  }

  hasGroup(group: string): boolean {
    return this.all().some((resource) => resource.group === group);
  }

  /** Serve the versions of a CRD, once it is established. */
  install(crd: Crd): void {
    const name = crd.metadata.name ?? '';
    if (conditionStatus(crd, 'Established') !== 'True') {
      this.remove(name);
      return;
    }
    const served = crd.spec.versions.filter((version) => version.served).sort(byVersion);
    this.#custom.set(
      name,
      served.map((version) => customResource(crd, version)),
    );
    this.#revision += 1;
  }

  remove(crdName: string): void {
    if (this.#custom.delete(crdName)) this.#revision += 1;
  }
}
