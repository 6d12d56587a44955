/** What carrying out effects needs, what it leaves behind, and the question before each of them. */
import type { KubeObject } from '../../api/kind.js';
import { ConflictError } from '../../errors/classes.js';
import type { BmcFactory } from '../../ports/bmc.js';
import type { BmcShells } from '../../ports/bmc-shell.js';
import type { Cluster } from '../../ports/cluster.js';
import type { Events } from '../../ports/events.js';
import type { Probes } from '../../ports/probes.js';
import type { ConditionChange } from './decision.js';
import type { Store } from './store.js';

export interface PerformPorts {
  readonly cluster: Cluster;
  readonly bmcs: BmcFactory;
  readonly shells: BmcShells;
  readonly probes: Probes;
  readonly events: Events;
  readonly store: Store;
  /**
   * False as soon as another process may act, or the fuse is blown: nothing is written or sent any more. Asked once before
   * each object that is written and each command that is sent to a BMC.
   */
  readonly mayWrite: (what: Change) => boolean;
}

export type Change = 'object' | 'command';

/** What one visit changed. `self` is the visited object as the API last returned it. */
export interface Performed {
  self: KubeObject;
  writes: number;
  bmcCalls: number;
  /** What was written, in words that are equal when the change is. */
  written?: string[];
  /** What was refused without failing the visit: said instead of what the decision says of the same types. */
  refused?: ConditionChange[];
}

/** Counts a write, and remembers what it said. */
export function wrote(done: Performed, what: string, body: unknown): void {
  done.writes += 1;
  done.written = [...(done.written ?? []), `${what} ${JSON.stringify(body)}`];
}

export function requireLease(ports: PerformPorts, what: Change = 'object'): void {
  if (!ports.mayWrite(what))
    throw new ConflictError('LEASE_LOST', 'another reconciler took over before this change was sent');
}
