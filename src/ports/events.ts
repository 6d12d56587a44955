/** Kubernetes events a person can act on. Implementations de-duplicate, limit and never fail the caller. */
import type { KubeObject } from '../api/kind.js';

export interface EventNote {
  readonly type: 'Normal' | 'Warning';
  /** PascalCase. */
  readonly reason: string;
  /** What was being done, PascalCase: `Discover`, `PowerOn`. */
  readonly action: string;
  readonly note: string;
}

export interface Events {
  emit(regarding: KubeObject, event: EventNote): void;
  /** Sends what is pending, within the deadline. */
  flush(deadlineMs: number): Promise<void>;
}
