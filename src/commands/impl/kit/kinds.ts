/** From a word to a kind: metalctl's own, the built-in ones people ask for, and whatever else the cluster serves. */
import type { KindDef, KubeObject } from '../../../api/kind.js';
import { ConfigMap, CustomResourceDefinition, Event, Lease, Namespace, Secret } from '../../../api/kubernetes.js';
import type { BMC } from '../../../api/metal/v1alpha1/bmc.js';
import type { BMCSecret } from '../../../api/metal/v1alpha1/bmcsecret.js';
import type { Server } from '../../../api/metal/v1alpha1/server.js';
import type { ServerClaim } from '../../../api/metal/v1alpha1/serverclaim.js';
import { type KindNames, kindNames, resolveKind, wordsOf } from '../../../api/names.js';
import { UserError } from '../../../errors/classes.js';
import { nearest } from '../../../lib/nearest.js';
import type { Ports } from '../../../wiring.js';

/** The definition of a metalctl kind without its schema, so that no command pays for zod. Columns come from the CRD. */
export const kindOf = <T extends KubeObject>(names: KindNames): KindDef<T> => ({
  group: names.group,
  version: names.version,
  kind: names.kind,
  plural: names.plural,
  singular: names.singular,
  shortNames: names.shortNames,
  scope: names.scope,
  hasStatus: true,
  columns: [],
});

function known<T extends KubeObject>(word: string): KindDef<T> {
  const names = resolveKind(word);
  if (names === undefined) throw new Error(`${word} is not among the names of kinds`);
  return kindOf<T>(names);
}

export const serverKind = known<Server>('Server');
export const claimKind = known<ServerClaim>('ServerClaim');
export const bmcKind = known<BMC>('BMC');
export const bmcSecretKind = known<BMCSecret>('BMCSecret');

/** Every kind metalctl installs. */
export const ownKinds: readonly KindDef[] = kindNames.map((names) => kindOf(names));

const builtins: readonly KindDef[] = [Namespace, Secret, ConfigMap, Event, Lease, CustomResourceDefinition];

const isCalled = (kind: KindDef, word: string): boolean =>
  [kind.plural, kind.singular, ...kind.shortNames].some((each) => each === word || `${each}.${kind.group}` === word);

/**
 * The kind a word means; other kinds than metalctl's and the common built-in ones are looked up in the cluster.
 * @throws UserError USAGE with the nearest known word.
 */
export async function findKind(word: string, cluster: Ports['cluster'], signal?: AbortSignal): Promise<KindDef> {
  const names = resolveKind(word);
  if (names !== undefined) return kindOf(names);
  const lower = word.toLowerCase();
  const builtin = builtins.find((kind) => isCalled(kind, lower));
  if (builtin !== undefined) return builtin;
  const served = await servedKinds(cluster, signal);
  const found = served.find((kind) => isCalled(kind, lower));
  if (found !== undefined) return found;
  throw unknownKind(word, served);
}

function unknownKind(word: string, served: readonly KindDef[]): UserError {
  const words = [
    ...kindNames.flatMap(wordsOf),
    ...[...builtins, ...served].flatMap((kind) => [kind.plural, kind.singular]),
  ];
  const close = nearest(word, [...new Set(words)], 3);
  return new UserError('USAGE', `unknown kind "${word}"`, {
    why: 'it is neither a kind of metalctl nor served by the cluster',
    hint: close.length > 0 ? `did you mean: ${close.join(', ')}` : 'metalctl get --help',
  });
}

interface DiscoveryDocument {
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions?: readonly { readonly version: string; readonly resources?: readonly DiscoveredResource[] }[];
  }[];
}

interface DiscoveredResource {
  readonly resource: string;
  readonly responseKind?: { readonly kind?: string };
  readonly scope?: string;
  readonly singularResource?: string;
  readonly shortNames?: readonly string[];
  readonly subresources?: readonly { readonly subresource: string }[];
}

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Kinds of the cluster in their preferred versions (aggregated discovery, Kubernetes 1.30+). */
async function servedKinds(cluster: Ports['cluster'], signal?: AbortSignal): Promise<readonly KindDef[]> {
  const documents = await Promise.all(
    ['/api', '/apis'].map(
      async (path) =>
        (await cluster.raw('GET', path, { accept: aggregated, ...(signal === undefined ? {} : { signal }) })).body as
          | DiscoveryDocument
          | undefined,
    ),
  );
  return documents
    .flatMap((document) => document?.items ?? [])
    .flatMap(({ metadata, versions }) => {
      const [preferred] = versions ?? [];
      return (preferred?.resources ?? []).map((resource) =>
        discovered(metadata?.name ?? '', preferred?.version ?? '', resource),
      );
    });
}

const discovered = (group: string, version: string, resource: DiscoveredResource): KindDef => ({
  group,
  version,
  kind: resource.responseKind?.kind ?? resource.resource,
  plural: resource.resource,
  singular: resource.singularResource || (resource.responseKind?.kind ?? resource.resource).toLowerCase(),
  shortNames: resource.shortNames ?? [],
  scope: resource.scope === 'Namespaced' ? 'Namespaced' : 'Cluster',
  hasStatus: resource.subresources?.some((each) => each.subresource === 'status') ?? false,
  columns: [],
});
