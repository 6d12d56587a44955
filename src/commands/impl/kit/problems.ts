/** `get --problems`: objects that need somebody's attention, by what they say of themselves. */
import type { KubeObject } from '../../../api/kind.js';
import type { Condition } from '../../../api/kubernetes.js';
import { toneOf } from '../../../lib/output/style.js';

/** A deletion that takes longer waits for something that does not come. */
const longDeletionMs = 10 * 60_000;

/**
 * Whether a person should look: a state or phase that is bad or waits for a person, a Ready condition that is False, or
 * a deletion that does not end.
 */
export function isProblem(object: KubeObject, nowMs: number): boolean {
  const { status } = object as { status?: { state?: unknown; phase?: unknown; conditions?: readonly Condition[] } };
  const tone = toneOf(String(status?.state ?? status?.phase ?? ''));
  if (tone === 'bad' || tone === 'waiting') return true;
  if (status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'False') === true) return true;
  const { deletionTimestamp } = object.metadata;
  return deletionTimestamp !== undefined && nowMs - Date.parse(deletionTimestamp) > longDeletionMs;
}
