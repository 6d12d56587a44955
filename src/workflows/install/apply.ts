/** Puts manifests into a cluster by server-side apply, and tells for each whether anything changed. */
import { type KindDef, type KubeObject, keyOf } from '../../api/kind.js';
import { CustomResourceDefinition, Namespace } from '../../api/kubernetes.js';
import { ConflictError, PermanentError } from '../../errors/classes.js';
import type { Clock } from '../../ports/clock.js';
import type { Cluster } from '../../ports/cluster.js';
import { type Limits, until } from '../until.js';
import type { Manifest } from './roles.js';

export type Verdict = 'created' | 'configured' | 'unchanged';

export interface Applied {
  readonly kind: KindDef;
  readonly object: KubeObject;
  readonly verdict: Verdict;
}

export interface ApplyOptions {
  readonly isDry?: boolean;
  readonly signal: AbortSignal;
}

/** Applies in order. The first failure ends it; running again goes on from there. */
export async function applyAll(
  cluster: Cluster,
  manifests: readonly Manifest[],
  options: ApplyOptions,
): Promise<Applied[]> {
  const done: Applied[] = [];
  for (const manifest of manifests) done.push(await applyOne(cluster, manifest, options));
  return done;
}

async function applyOne(
  cluster: Cluster,
  { kind, object }: Manifest,
  { isDry = false, signal }: ApplyOptions,
): Promise<Applied> {
  const key = keyOf(object);
  const before = await cluster.get(kind, key, signal);
  // A namespace that exists has nothing we would configure.
  if (before !== undefined && kind === Namespace) return { kind, object: before, verdict: 'unchanged' };
  const after = await cluster.patch(kind, key, object, 'apply', { signal, dryRun: isDry });
  return { kind, object: after, verdict: before === undefined ? 'created' : verdictOf(before, after, isDry) };
}

/** What the server made of it tells whether anything changed; a dry run leaves the version alone. */
const verdictOf = (before: KubeObject, after: KubeObject, isDry: boolean): Verdict => {
  const isSame = isDry ? contentOf(before) === contentOf(after) : versionOf(before) === versionOf(after);
  return isSame ? 'unchanged' : 'configured';
};

const versionOf = ({ metadata }: KubeObject): string | undefined => metadata.resourceVersion;

/** Everything but what any write moves. */
function contentOf({ metadata, ...rest }: KubeObject): string {
  const {
    resourceVersion: _,
    generation: __,
    managedFields: ___,
    ...kept
  } = metadata as KubeObject['metadata'] & {
    managedFields?: unknown;
  };
  return JSON.stringify({ ...rest, metadata: kept, status: undefined });
}

/**
 * Puts CRDs into a cluster, after all of them have been looked at; what is as it should be is not written.
 * @throws ConflictError CRD_STORED_VERSION · CRD_DIFFERS, before anything was changed
 */
export async function applyCrds(
  cluster: Cluster,
  crds: readonly CustomResourceDefinition[],
  options: ApplyOptions & { readonly mayUpgrade: boolean },
): Promise<Applied[]> {
  const seen: Applied[] = [];
  for (const object of crds) seen.push(await lookAt(cluster, object, options.signal));
  const differing = seen.filter(({ verdict }) => verdict === 'configured');
  if (differing.length > 0 && !options.mayUpgrade) throw differ(differing.map(({ object }) => object.metadata.name));
  const done: Applied[] = [];
  for (const [at, each] of seen.entries()) {
    const manifest = { kind: CustomResourceDefinition, object: crds[at] ?? each.object };
    done.push(each.verdict === 'unchanged' ? each : await applyOne(cluster, manifest, options));
  }
  return done;
}

/** What applying it would come to. A CRD that is not there yet is not asked about. */
async function lookAt(cluster: Cluster, object: CustomResourceDefinition, signal: AbortSignal): Promise<Applied> {
  const kind = CustomResourceDefinition;
  const present = await cluster.get(kind, { name: object.metadata.name }, signal);
  if (present === undefined) return { kind, object, verdict: 'created' };
  await requireStored(cluster, present, object, signal);
  const applied = await applyOne(cluster, { kind, object }, { isDry: true, signal });
  return applied.verdict === 'unchanged' ? { ...applied, object: present } : applied;
}

function differ(names: readonly string[]): ConflictError {
  const shown = `${names.slice(0, 3).join(', ')}${names.length > 3 ? ' …' : ''}`;
  return new ConflictError('CRD_DIFFERS', `${countOf(names.length)} of the cluster differ from this version's`, {
    why: `installed by another version of metalctl, or by upstream's operator: ${shown}`,
    hint: [
      'metalctl install crds --upgrade',
      'metalctl install crds --print | kubectl diff -f -   shows how they differ',
    ],
    context: { crds: names },
  });
}

const countOf = (count: number): string => `${count} CRD${count === 1 ? '' : 's'}`;

/** Objects stored in a version that the new definition does not know could never be read again. */
async function requireStored(
  cluster: Cluster,
  present: CustomResourceDefinition,
  wanted: CustomResourceDefinition,
  signal: AbortSignal,
): Promise<void> {
  const known = new Set(wanted.spec.versions.map(({ name }) => name));
  const lost = (present.status?.storedVersions ?? []).filter((version) => !known.has(version));
  const [version] = lost;
  if (version === undefined) return;
  const { name } = present.metadata;
  const { items } = await cluster.list(kindOfCrd(present), { signal });
  throw new ConflictError('CRD_STORED_VERSION', `CRD ${name} still stores objects in a version the new CRD drops`, {
    why: `${items.length} ${items.length === 1 ? 'object is' : 'objects are'} or may be stored as ${lost.join(', ')}`,
    hint: [
      `kubectl get ${name} -A -o yaml   saves them; write them again in ${[...known].join(' or ')}`,
      `then take ${version} out of status.storedVersions of the CRD`,
    ],
    context: { crd: name, stored: lost, objects: items.length },
  });
}

/** The kind a CRD defines, in the version it stores. */
export function kindOfCrd({ spec }: CustomResourceDefinition): KindDef {
  const served = spec.versions.filter((version) => version.served);
  const version = served.find(({ storage }) => storage) ?? served[0] ?? spec.versions[0];
  const { kind, plural, singular = kind.toLowerCase(), shortNames = [] } = spec.names;
  return {
    group: spec.group,
    version: version?.name ?? '',
    kind,
    plural,
    singular,
    shortNames,
    scope: spec.scope,
    hasStatus: version?.subresources?.status !== undefined,
    columns: [],
  };
}

/**
 * Until every CRD is Established: only then its objects can be created.
 * @throws PermanentError FAILED_STATE when the names are refused · TransientError WAIT_TIMEOUT
 */
export async function established(
  ports: { readonly cluster: Cluster; readonly clock: Clock },
  names: readonly string[],
  limits: Limits,
): Promise<void> {
  for (const name of names) {
    const look = async () => {
      const crd = await ports.cluster.get(CustomResourceDefinition, { name }, limits.signal);
      const conditions = crd?.status?.conditions ?? [];
      const refused = conditions.find(({ type, status }) => type === 'NamesAccepted' && status === 'False');
      if (refused !== undefined)
        throw new PermanentError('FAILED_STATE', `CRD ${name} is refused by the cluster`, { why: refused.message });
      return conditions.some(({ type, status }) => type === 'Established' && status === 'True') || undefined;
    };
    const options = { fieldSelector: `metadata.name=${name}` };
    await until(ports, [{ kind: CustomResourceDefinition, options }], look, limits, `serving CRD ${name}`);
  }
}
