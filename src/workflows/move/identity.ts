/**
 * What an object is called differently in another cluster: its own UID, those of others it mentions, and generations.
 * Pure. A mention that is not translated would cost dearly: an owner's old UID gets the object collected, an old
 * `uid/generation` of a boot configuration gets the machine installed again.
 */
import type { KubeObject } from '../../api/kind.js';
import { annotations, operations } from '../../api/metal/v1alpha1/constants.js';
import { isEqual } from '../../lib/merge-patch.js';

/** An object in both clusters. */
export interface Twin {
  readonly uid: string;
  readonly generation: number;
}

/** Source UID and generation → those of the target. */
export type Twins = ReadonlyMap<string, { readonly from: Twin; readonly to: Twin }>;

/** Marks what a move made, with the id of the move; goes when the object is handed over. */
export const moveMark = 'metalctl.dev/move';

export const twinOf = ({ metadata }: KubeObject): Twin => ({
  uid: metadata.uid ?? '',
  generation: metadata.generation ?? 0,
});

/** Every string that names a known UID, alone or as `uid/generation`, in the target's words. */
export function translate<T>(value: T, twins: Twins): T {
  if (typeof value === 'string') return translateText(value, twins) as T;
  if (Array.isArray(value)) return value.map((item) => translate(item, twins)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, translate(item, twins)])) as T;
}

const uidPattern = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\/\d+)?/g;

function translateText(text: string, twins: Twins): string {
  return text.replace(uidPattern, (found) => {
    const [uid = '', generation] = found.split('/');
    const twin = twins.get(uid);
    if (twin === undefined) return found;
    if (generation === undefined) return twin.to.uid;
    // A generation that is not the present one must not become it by chance.
    const isPresent = Number(generation) === twin.from.generation;
    return `${twin.to.uid}/${isPresent ? twin.to.generation : -1}`;
  });
}

type Whole = KubeObject & { status?: unknown };

const servers = ['uid', 'resourceVersion', 'creationTimestamp', 'generation', 'managedFields', 'selfLink'] as const;

/** Everything of an object but its status and what a server fills in. */
export function content(object: KubeObject): KubeObject {
  const { status: _, metadata, ...rest } = object as Whole;
  const kept = Object.fromEntries(
    Object.entries(metadata).filter(([key]) => !(servers as readonly string[]).includes(key)),
  ) as unknown as KubeObject['metadata'];
  return { ...rest, metadata: kept };
}

/** The object as it is made in the target: paused, marked, with owners of that cluster. */
export function copyOf(object: KubeObject, id: string, twins: Twins): KubeObject {
  const { metadata, ...rest } = translate(content(object), twins);
  const marks = { ...metadata.annotations, [annotations.operation]: operations.ignore, [moveMark]: id };
  return { ...rest, metadata: { ...metadata, annotations: marks } };
}

/** Status in the target's words; what was observed of the present generation is observed of the new one. */
export function statusOf(object: KubeObject, twins: Twins): unknown {
  const { status, metadata } = object as Whole;
  if (status === undefined) return undefined;
  const twin = twins.get(metadata.uid ?? '');
  return twin === undefined ? status : observed(translate(status, twins), twin.from.generation, twin.to.generation);
}

function observed(value: unknown, from: number, to: number): unknown {
  if (Array.isArray(value)) return value.map((item) => observed(item, from, to));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (key !== 'observedGeneration' || typeof item !== 'number') return [key, observed(item, from, to)];
      return [key, item === from ? to : Math.max(0, to - 1)];
    }),
  );
}

/** What must be equal in both clusters: everything but the marks of the move. */
export function comparable(object: KubeObject): Record<string, unknown> {
  const { metadata, ...rest } = content(object) as KubeObject & Record<string, unknown>;
  const marks = { ...metadata.annotations };
  delete marks[annotations.operation];
  delete marks[moveMark];
  const { annotations: _, ...kept } = metadata;
  return { ...rest, metadata: { ...kept, ...(Object.keys(marks).length === 0 ? {} : { annotations: marks }) } };
}

/** Paths at which the twin differs from the object; empty when they are the same. */
export function differences(source: KubeObject, target: KubeObject, twins: Twins): string[] {
  const wanted = { ...translate(comparable(source), twins), status: statusOf(source, twins) };
  const found = { ...comparable(target), status: (target as Whole).status };
  return paths(wanted, found, '');
}

/** The same without status: what somebody wanted, not what was seen. */
export const differencesOfContent = (source: KubeObject, target: KubeObject, twins: Twins): string[] =>
  paths(translate(comparable(source), twins), comparable(target), '');

function paths(a: unknown, b: unknown, at: string): string[] {
  if (isEqual(a as never, b as never)) return [];
  const isBoth = [a, b].every((each) => typeof each === 'object' && each !== null && !Array.isArray(each));
  if (!isBoth) return [at === '' ? '.' : at];
  const [one, two] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = [...new Set([...Object.keys(one), ...Object.keys(two)])].sort();
  return keys.flatMap((key) => paths(one[key], two[key], `${at}.${key}`));
}
