/** Whether an object already shows what a write asked for: how a write whose answer was lost is recognised. */

/**
 * True when everything `wanted` names is so in `live`; what it does not name may be anything, since the server adds
 * defaults. `null` asks for absence, as in a merge patch. Lists must have the same length. The version is left out:
 * it is what the write was based on, not what it asked for.
 */
export function holds(live: unknown, wanted: unknown): boolean {
  if (wanted === undefined) return true;
  if (wanted === null) return live === undefined || live === null;
  if (Array.isArray(wanted)) {
    return Array.isArray(live) && live.length === wanted.length && wanted.every((item, at) => holds(live[at], item));
  }
  if (typeof wanted !== 'object') return live === wanted;
  if (typeof live !== 'object' || live === null) return isVoid(wanted);
  const of = live as Record<string, unknown>;
  return Object.entries(wanted).every(([key, value]) => key === 'resourceVersion' || holds(of[key], value));
}

/** Whether a merge patch asks for nothing: no value, no removal, at most a version to compare. */
export function isVoid(patch: unknown): boolean {
  if (patch === undefined) return true;
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return false;
  return Object.entries(patch).every(([key, value]) => isVoid(value) || (key === 'resourceVersion' && value !== null));
}
