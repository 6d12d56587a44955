/** Takes metalctl out of a cluster: what runs first, then its roles, then, if wanted, the kinds and all their objects. */
import { type KindDef, type KubeObject, keyOf } from '../../api/kind.js';
import { CustomResourceDefinition } from '../../api/kubernetes.js';
import { ClusterRole, ClusterRoleBinding, Role, RoleBinding, ServiceAccount } from '../../api/rbac.js';
import { CronJob, Deployment } from '../../api/workloads.js';
import { ConflictError, isMetalError } from '../../errors/classes.js';
import type { Cluster } from '../../ports/cluster.js';
import { kindOfCrd } from './apply.js';
import { type Manifest, placeOf } from './roles.js';

export interface Inventory {
  /** Everything that goes, in order. */
  readonly doomed: readonly Manifest[];
  /** Objects of the kinds that go. */
  readonly objects: readonly Manifest[];
  /** Those of them that nothing would let go of any more. */
  readonly held: readonly Manifest[];
}

const ours = 'app.kubernetes.io/name=metalctl';
/** Workloads before their rights: nothing is left running that is refused everything. */
const parts: readonly KindDef[] = [
  Deployment,
  CronJob,
  RoleBinding,
  ClusterRoleBinding,
  Role,
  ClusterRole,
  ServiceAccount,
];

/** Looks at what is there; kinds the cluster does not serve are not there. */
export async function takeStock(
  cluster: Cluster,
  crdNames: readonly string[],
  signal: AbortSignal,
): Promise<Inventory> {
  const doomed: Manifest[] = [];
  for (const kind of parts) doomed.push(...(await listed(cluster, kind, ours, signal)));
  const objects: Manifest[] = [];
  for (const name of crdNames) {
    const crd = await cluster.get(CustomResourceDefinition, { name }, signal);
    if (crd === undefined) continue;
    doomed.push({ kind: CustomResourceDefinition, object: crd });
    objects.push(...(await listed(cluster, kindOfCrd(crd), undefined, signal)));
  }
  const held = objects.filter(({ object }) => (object.metadata.finalizers ?? []).length > 0);
  return { doomed, objects, held };
}

async function listed(
  cluster: Cluster,
  kind: KindDef,
  labelSelector: string | undefined,
  signal: AbortSignal,
): Promise<Manifest[]> {
  try {
    const { items } = await cluster.list(kind, { signal, ...(labelSelector === undefined ? {} : { labelSelector }) });
    return items.map((object) => ({ kind, object }));
  } catch (error) {
    if (isMetalError(error) && error.code === 'CRD_MISSING') return [];
    throw error;
  }
}

/** @throws ConflictError FINALIZERS_HELD: without a reconciler their deletion would never end. */
export function requireReleased({ held }: Inventory): void {
  if (held.length === 0) return;
  const lines = held
    .slice(0, 5)
    .map((each) => `${placeOf(each)} (${(each.object.metadata.finalizers ?? []).join(', ')})`);
  const more = held.length > lines.length ? ` and ${held.length - lines.length} more` : '';
  throw new ConflictError(
    'FINALIZERS_HELD',
    `${held.length} objects hold finalizers that only a reconciler takes off`,
    {
      why: `their deletion would never end: ${lines.join(', ')}${more}`,
      hint: [
        'metalctl release and metalctl delete them, then metalctl reconcile --once',
        'metalctl uninstall --keep-crds   leaves kinds and objects in place',
      ],
      context: { held: held.map(placeOf) },
    },
  );
}

/** Deletes one; only the very object that was shown. False when it was gone. */
export const remove = (
  cluster: Cluster,
  { kind, object }: Manifest,
  options: { readonly signal: AbortSignal; readonly dryRun: boolean },
): Promise<boolean> => cluster.delete(kind, keyOf(object), { ...options, ...uidOf(object) });

const uidOf = ({ metadata: { uid } }: KubeObject): { uid?: string } => (uid === undefined ? {} : { uid });
