/** How a kind joins the runtime: its definition, what else wakes it, how it is indexed, and the machine that decides. */
import type { Key, KindDef, KubeObject } from '../../api/kind.js';
import type { Right } from '../../api/rbac.js';
import type { Visit } from '../reads.js';
import type { BackoffPolicy } from './backoff.js';
import type { Machine } from './machine.js';
import type { IndexFn, Store } from './store.js';

/** A change of another kind that wakes this one. Called with the object before and after, whichever exist. */
export interface Watch {
  readonly kind: KindDef;
  readonly wakes: (object: KubeObject, store: Store) => readonly Key[];
}

export interface IndexDef {
  readonly kind: KindDef;
  readonly name: string;
  readonly values: IndexFn;
}

export interface Registration<T extends KubeObject = KubeObject, In = unknown> {
  /** Metric label, field manager suffix and CLI name: `server`. */
  readonly name: string;
  readonly kind: KindDef<T>;
  /** Visits of this kind at the same time; absent: as many as the runner has workers. */
  readonly workers?: number;
  readonly backoff: BackoffPolicy;
  readonly watches: readonly Watch[];
  readonly indexes: readonly IndexDef[];
  readonly input: (object: T, visit: Visit) => In;
  readonly machine: Machine<In>;
  /** Condition that sums up every visit; absent for kinds whose status has no conditions. */
  readonly summary?: 'Ready';
  /** Whether `status` of its decisions is what was seen alone, and never what their effects bring about. */
  readonly observesStatus?: boolean;
  /** Whether conditions carry `observedGeneration` (upstream: Server yes, BMC no). */
  readonly observesGeneration?: boolean;
  /**
   * What it asks of the API beside listing and watching its own and the watched kinds: its effects, live reads, and the
   * read after a conflict. The daemon's role is made from it; a right that is missing here is refused in the cluster.
   */
  readonly asks: readonly Right[];
}

/** A registration of any kind; the types inside only have to agree with each other. */
// biome-ignore lint/suspicious/noExplicitAny: existential type, closed over by `register`
export type AnyRegistration = Registration<any, any>;

/** Typed helper: a watch whose mapper sees the watched kind's own type. */
export const wakes = <T extends KubeObject>(
  kind: KindDef<T>,
  map: (object: T, store: Store) => readonly Key[],
): Watch => ({
  kind,
  wakes: (object, store) => map(object as T, store),
});

/** Typed helper: an index over a kind's own type. */
export const indexOf = <T extends KubeObject>(kind: KindDef<T>, name: string, values: IndexFn<T>): IndexDef => ({
  kind,
  name,
  values: values as unknown as IndexFn,
});
