/** What a write leaves behind: one change per version, the unit of storing, of history and of watching. */
import type { KubeObject } from '../types.js';

export interface Change {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** `group/plural`, the table the object lives in. */
  readonly resource: string;
  /** `namespace/name`, or `name` for cluster-scoped objects; the sort order of lists. */
  readonly key: string;
  /** The object after the change; for a deletion the last one stored, carrying the version of the deletion. */
  readonly object: KubeObject;
  /** The object before, absent on creation. */
  readonly previous: KubeObject | undefined;
}
