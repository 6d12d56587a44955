/** What must hold before a move: as checks, each with what was seen and what lifts it. Nothing is written. */
import { type KindDef, type KubeObject, keyOf } from '../../api/kind.js';
import { CustomResourceDefinition, Lease, Namespace } from '../../api/kubernetes.js';
import { isControllerLease } from '../../api/metal/v1alpha1/constants.js';
import { annotations, operations, ownAnnotations, Server } from '../../api/metal/v1alpha1/index.js';
import { may, type Right } from '../../api/rbac.js';
import { isMetalError } from '../../errors/classes.js';
import type { Clock } from '../../ports/clock.js';
import type { Cluster } from '../../ports/cluster.js';
import { type ClusterQuestions, some } from '../doctor/check.js';
import { isLive, missingVerbs, rulesIn } from '../doctor/cluster.js';
import { differences, moveMark, type Twins, twinOf } from './identity.js';
import { type Item, itemId } from './select.js';

export type Ask = Cluster & ClusterQuestions;

export interface Precondition {
  readonly title: string;
  readonly isOk: boolean;
  /** Why not, and what lifts it. */
  readonly why?: string;
  readonly fix?: string;
}

export interface Preflight {
  readonly checks: readonly Precondition[];
  /** Ids of objects that the target has already, the same as here. */
  readonly common: ReadonlySet<string>;
  readonly twins: Twins;
}

export interface Look {
  readonly source: Ask;
  readonly target: Ask;
  readonly items: readonly Item[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** What this move has made itself is no obstacle. */
  readonly id?: string;
}

export async function preflight(look: Look): Promise<Preflight> {
  const { common, twins, different } = await compareExisting(look);
  const checks = [
    await sameKinds(look),
    settled(look.items),
    await noController(look),
    await allowed(look),
    different.length === 0
      ? { title: 'nothing of the target would be overwritten', isOk: true }
      : {
          title: 'objects of the same name are in the target and differ',
          isOk: false,
          why: some(different),
          fix: 'delete or rename them in one of the clusters',
        },
  ];
  return { checks, common, twins };
}

/** UID of the cluster: of the namespace every cluster has from its first minute on. */
export async function clusterUid(cluster: Cluster, signal: AbortSignal): Promise<string> {
  const found = await cluster.get(Namespace, { name: 'kube-system' }, signal);
  return found?.metadata.uid ?? '';
}

async function sameKinds({ source, target, items, signal }: Look): Promise<Precondition> {
  const kinds = [...new Set(items.map(({ kind }) => kind))].filter(({ group }) => group !== '');
  const bad: string[] = [];
  for (const kind of kinds) {
    const name = `${kind.plural}.${kind.group}`;
    const [here, there] = await Promise.all([versionsOf(source, name, signal), versionsOf(target, name, signal)]);
    if (there === undefined) bad.push(`${name} is missing`);
    else if (here !== there) bad.push(`${name} has versions ${there}, here ${here}`);
  }
  if (bad.length === 0) return { title: `target has all ${kinds.length} CRDs, same versions`, isOk: true };
  return { title: 'target lacks CRDs', isOk: false, why: some(bad), fix: 'metalctl install crds --context TARGET' };
}

async function versionsOf(cluster: Cluster, name: string, signal: AbortSignal): Promise<string | undefined> {
  const crd = await cluster.get(CustomResourceDefinition, { name }, signal);
  return crd?.spec.versions
    .filter(({ served }) => served)
    .map((version) => version.name)
    .join(', ');
}

const restless = new Set([undefined, 'Initial', 'Discovery', 'Maintenance']);

/** Work under way would be half here and half there. */
function settled(items: readonly Item[]): Precondition {
  const busy = items.flatMap((item) => {
    const why = unrestOf(item);
    return why === undefined ? [] : [`${itemId(item)} ${why}`];
  });
  if (busy.length === 0) return { title: 'source settled', isOk: true };
  return {
    title: 'source is not settled',
    isOk: false,
    why: some(busy),
    fix: 'metalctl reconcile --once --settle, then again',
  };
}

/** Why work on an object is under way; undefined when it is at rest. */
export function unrestOf({ kind, object }: Item): string | undefined {
  const { deletionTimestamp, annotations: marks = {} } = object.metadata;
  if (deletionTimestamp !== undefined) return 'is being deleted';
  const operation = marks[annotations.operation];
  if (operation !== undefined && operation !== operations.ignore) return `is asked to ${operation}`;
  if (kind !== Server || operation === operations.ignore) return undefined;
  if (marks[ownAnnotations.powerIntent] ?? marks[ownAnnotations.resetIntent]) return 'changes its power';
  const state = (object as Server).status?.state;
  return restless.has(state) ? `is in ${state ?? 'no state yet'}` : undefined;
}

/** Leases of reconcilers that live: `metalctl-system/metalctl-reconciler held by X`. */
export async function liveControllers({
  target,
  clock,
  signal,
}: Pick<Look, 'target' | 'clock' | 'signal'>): Promise<{ text: string; holder: string }[]> {
  const { items } = await target.list(Lease, { signal });
  const nowMs = clock.now().getTime();
  return items
    .filter((lease) => isControllerLease(lease.metadata.name) && isLive(lease, nowMs))
    .map(({ metadata: { namespace, name }, spec: { holderIdentity: holder = '' } = {} }) => ({
      text: `${namespace}/${name} held by ${holder}`,
      holder,
    }));
}

async function noController(look: Look): Promise<Precondition> {
  const [first] = await liveControllers(look);
  if (first === undefined) return { title: 'no controller is active in the target', isOk: true };
  return {
    title: 'the target already has an active controller',
    isOk: false,
    why: `it would start discovery on moved servers before their status arrives: ${first.text}`,
    fix: 'stop it: kubectl -n NS scale deploy NAME --replicas 0',
  };
}

const targetRights = (kind: KindDef): Right[] => [
  may(kind, 'get create patch delete'),
  ...(kind.hasStatus ? [may(kind, 'patch', 'status')] : []),
];

/** Asked for every kind in every namespace it is copied to. */
export async function allowed({
  target,
  items,
  signal,
}: Pick<Look, 'target' | 'items' | 'signal'>): Promise<Precondition> {
  const places = new Map<string, Map<string, KindDef>>();
  for (const { kind, object } of items) {
    const place = object.metadata.namespace ?? 'default';
    places.set(place, (places.get(place) ?? new Map()).set(kind.kind, kind));
  }
  const missing: string[] = [];
  for (const [namespace, kinds] of places) {
    const { rules, isWhole } = await rulesIn({ cluster: target, signal }, namespace);
    if (!isWhole) continue;
    missing.push(
      ...missingVerbs([...kinds.values()].flatMap(targetRights), rules).map((verb) => `${verb} in ${namespace}`),
    );
  }
  if (missing.length === 0) return { title: 'you may write to the target', isOk: true };
  return { title: 'you may not write to the target', isOk: false, why: some(missing), fix: 'use an account that may' };
}

/** What is in the target under the same names: the same, made by this move, or something else. */
async function compareExisting({ target, items, signal, id }: Look) {
  const twins = new Map<string, { from: ReturnType<typeof twinOf>; to: ReturnType<typeof twinOf> }>();
  const pairs: { readonly item: Item; readonly there: KubeObject }[] = [];
  for (const item of items) {
    const there = await existing(target, item, signal);
    if (there === undefined) continue;
    twins.set(item.object.metadata.uid ?? '', { from: twinOf(item.object), to: twinOf(there) });
    pairs.push({ item, there });
  }
  const common = new Set<string>();
  const different: string[] = [];
  for (const { item, there } of pairs) {
    if (id !== undefined && there.metadata.annotations?.[moveMark] === id) continue;
    const at = differences(item.object, typed(item.kind, there), twins);
    if (at.length === 0) common.add(itemId(item));
    else different.push(`${itemId(item)} at ${some(at)}`);
  }
  return { common, twins: twins as Twins, different };
}

export async function existing(
  target: Cluster,
  { kind, object }: Item,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  try {
    return await target.get(kind, keyOf(object), signal);
  } catch (error) {
    if (isMetalError(error) && error.code === 'CRD_MISSING') return undefined;
    throw error;
  }
}

/** Items of lists come without their type, single objects with it. */
export const typed = (kind: KindDef, object: KubeObject): KubeObject => ({
  ...object,
  apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`,
  kind: kind.kind,
});
