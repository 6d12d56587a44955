/** What an admission rule is: a pure function of what is asked, the object before and after, and a way to read others. */
import type { KindDef, KubeObject } from '../kind.js';

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE';

/** A field an admission rule refuses. `path` is as in the object: `spec.macAddress`. */
export interface FieldProblem {
  readonly path: string;
  readonly type: 'Duplicate' | 'Invalid' | 'Forbidden';
  readonly message: string;
}

/** Reads of other objects. A failure to read refuses the request: rules never pass for want of knowledge. */
export interface AdmissionReader {
  list<T extends KubeObject>(kind: KindDef<T>): Promise<readonly T[]>;
}

/**
 * Judges one request. *Shapes*: `before` is absent on CREATE, `after` on DELETE. Resolves with every problem; an empty
 * list admits the request.
 */
export type Validate<T extends KubeObject> = (
  operation: Operation,
  before: T | undefined,
  after: T | undefined,
  reader: AdmissionReader,
) => Promise<readonly FieldProblem[]>;

/** Rules of one kind, and the operations they are asked for. */
export interface AdmissionRule<T extends KubeObject = KubeObject> {
  readonly kind: KindDef<T>;
  readonly operations: readonly Operation[];
  readonly validate: Validate<T>;
}
