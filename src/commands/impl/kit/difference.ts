/** What differs between two JSON values, path by path, as people read it. */
import { isEqual } from '../../../lib/merge-patch.js';

export interface Difference {
  /** `spec.power`, `metadata.labels['a/b']`. */
  readonly path: string;
  readonly sign: '+' | '-' | '~';
  readonly from?: unknown;
  readonly to?: unknown;
}

type Json = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Lists are compared whole: a change in one is a change of it. */
export function differences(from: unknown, to: unknown, path = ''): Difference[] {
  if (isRecord(from) && isRecord(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
    return keys.flatMap((key) => differences(from[key], to[key], joined(path, key)));
  }
  if (isEqual(from, to)) return [];
  if (from === undefined) return [{ path, sign: '+', to }];
  return to === undefined ? [{ path, sign: '-', from }] : [{ path, sign: '~', from, to }];
}

const joined = (path: string, key: string): string =>
  /^[A-Za-z_][\w-]*$/.test(key) ? (path === '' ? key : `${path}.${key}`) : `${path}['${key}']`;

/** What the server writes by itself, and nobody asks about. */
const itsOwn = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp', 'selfLink'];

/** An object without what the server keeps about it; status is what reconcilers keep about it. */
export function comparable(object: unknown, withStatus = false): Json {
  const { status, metadata, ...rest } = object as Json & { metadata?: Json };
  const kept = Object.entries(metadata ?? {}).filter(([key]) => !itsOwn.includes(key));
  return { ...rest, metadata: Object.fromEntries(kept), ...(withStatus && status !== undefined ? { status } : {}) };
}

/** `Off -> On`, `-> {"a":1}`: one line, long values cut. */
export const changeText = ({ from, to }: Difference): string => `${valueText(from)} -> ${valueText(to)}`;

function valueText(value: unknown): string {
  if (value === undefined) return '-';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
