/** Discovery: which groups, versions and resources there are, in the old form and in the aggregated one. */
import { createHash } from 'node:crypto';
import type { Registry } from '../resources/registry.js';
import { apiVersionOf, type Resource } from '../resources/resource.js';
import type { Json, JsonObject } from '../types.js';

/** What may be done to a subresource. */
export const SUBRESOURCE_VERBS: Readonly<Record<string, readonly string[]>> = {
  status: ['get', 'patch', 'update'],
  scale: ['get', 'patch', 'update'],
  finalize: ['update'],
  token: ['create'],
};

/** Subresources that are of another kind than their resource. */
const SUBRESOURCE_KINDS: Readonly<Record<string, { group: string; version: string; kind: string }>> = {
  scale: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
  token: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' },
};

/** `GET /api`. */
export const apiVersions = (host: string): JsonObject => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: host }],
});

/** Groups with their versions, the preferred first. */
function groupsOf(registry: Registry): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { group } of registry.all()) if (!groups.has(group)) groups.set(group, registry.versions(group));
  return groups;
}

const groupEntry = (group: string, versions: readonly string[]): JsonObject => {
  const entries = versions.map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions: entries, preferredVersion: entries[0] ?? null } as JsonObject;
};

/** Built-in groups in their order, then custom ones by preferred version and name. */
function orderedGroups(registry: Registry): [string, string[]][] {
  const all = [...groupsOf(registry)].filter(([group]) => group !== '');
  const builtin = all.filter(([group]) => registry.isBuiltinGroup(group));
  const rank = ([group, [version = '']]: [string, string[]]) => `${version}.${group}`;
  const custom = all.filter(([group]) => !registry.isBuiltinGroup(group)).sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  return [...builtin, ...custom];
}

/** `GET /apis`. */
export const apiGroupList = (registry: Registry): JsonObject => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: orderedGroups(registry).map(([group, versions]) => groupEntry(group, versions)),
});

/** `GET /apis/GROUP`; undefined for a group there is not. */
export function apiGroup(registry: Registry, group: string): JsonObject | undefined {
  const versions = registry.versions(group);
  if (versions.length === 0 || group === '') return undefined;
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group, versions) };
}

const byPlural = (a: Resource, b: Resource) => (a.plural < b.plural ? -1 : 1);

const resourcesOf = (registry: Registry, group: string, version: string): Resource[] =>
  registry
    .all()
    .filter((resource) => resource.group === group && resource.version === version)
    .sort(byPlural);

/** `GET /apis/GROUP/VERSION`; undefined for a version there is not. */
export function apiResourceList(registry: Registry, group: string, version: string): JsonObject | undefined {
  const resources = resourcesOf(registry, group, version);
  if (resources.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: apiVersionOf({ group, version }),
    resources: resources.flatMap(resourceEntries),
  };
}

/** Eight bytes that change when the stored form does. */
const storageVersionHash = (storedAs: string): string =>
  createHash('sha256').update(storedAs).digest().subarray(0, 8).toString('base64');

function resourceEntries(resource: Resource): Json[] {
  const { plural, singular, namespaced, kind, verbs, shortNames, categories, storedAs } = resource;
  const isStored = verbs.includes('get');
  const own: JsonObject = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: [...verbs],
    ...(shortNames.length > 0 ? { shortNames: [...shortNames] } : {}),
    ...(categories.length > 0 ? { categories: [...categories] } : {}),
    ...(isStored ? { storageVersionHash: storageVersionHash(storedAs) } : {}),
  };
  return [own, ...[...resource.subresources].sort().map((subresource) => subresourceEntry(resource, subresource))];
}

const subresourceEntry = ({ plural, namespaced, kind }: Resource, subresource: string): JsonObject => ({
  name: `${plural}/${subresource}`,
  singularName: '',
  namespaced,
  ...(SUBRESOURCE_KINDS[subresource] ?? { kind }),
  verbs: [...(SUBRESOURCE_VERBS[subresource] ?? [])],
});

interface Aggregated {
  readonly etag: string;
  readonly body: JsonObject;
}

/** The aggregated document of `/api` (groups `['']`) or `/apis` (all others), with its ETag. */
export function aggregatedDiscovery(registry: Registry, groups: readonly string[] | undefined): Aggregated {
  const chosen: [string, string[]][] =
    groups?.map((group) => [group, registry.versions(group)]) ?? orderedGroups(registry);
  const body: JsonObject = {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: chosen.map(([group, versions]) => aggregatedGroup(registry, group, versions)),
  };
  const etag = `"${createHash('sha256').update(JSON.stringify(body)).digest('hex').toUpperCase().slice(0, 64)}"`;
  return { etag, body };
}

const aggregatedGroup = (registry: Registry, group: string, versions: readonly string[]): JsonObject => ({
  metadata: group === '' ? {} : { name: group },
  versions: versions.map((version) => ({
    version,
    resources: resourcesOf(registry, group, version).map(aggregatedResource),
    freshness: 'Current',
  })),
});

function aggregatedResource(resource: Resource): JsonObject {
  const { group, version, kind, plural, singular, namespaced, verbs, shortNames, categories } = resource;
  const responseKind = resource.isCustom ? { group, version, kind } : { group: '', version: '', kind };
  const subresources = [...resource.subresources].sort().map((subresource) => ({
    subresource,
    responseKind: SUBRESOURCE_KINDS[subresource] ?? responseKind,
    verbs: [...(SUBRESOURCE_VERBS[subresource] ?? [])],
  }));
  return {
    resource: plural,
    responseKind,
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: [...verbs],
    ...(shortNames.length > 0 ? { shortNames: [...shortNames] } : {}),
    ...(categories.length > 0 ? { categories: [...categories] } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}
