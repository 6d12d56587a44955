/** Rules that programs add to the server: plain functions, run where a real server calls admission webhooks. */
import { type FieldError, invalid, type Named, StatusError } from './status.js';
import type { KubeObject } from './types.js';

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE';

/** Reads of the cluster as it stands before the write, that of the open group included. */
export interface AdmissionReader {
  /** One object, or undefined. `namespace` is '' for cluster-scoped kinds. */
  get(group: string, plural: string, namespace: string, name: string): KubeObject | undefined;
  list(group: string, plural: string, namespace?: string): readonly KubeObject[];
}

/** What a rule found. Nothing found means the write is allowed. */
export interface AdmissionVerdict {
  /** Wrong fields: the write fails with 422 Invalid. */
  readonly errors?: readonly FieldError[];
  /** A refusal in words: the write fails with 403 Forbidden, worded as a webhook's. */
  readonly denied?: string;
  /** Texts for `Warning` headers. */
  readonly warnings?: readonly string[];
}

export interface AdmissionHook {
  /** Shown in refusals, e.g. `vserver-v1alpha1.kb.io`. */
  readonly name: string;
  readonly group: string;
  readonly kind: string;
  readonly operations: readonly AdmissionOperation[];
  /** Must be quick, synchronous and without side effects. `next` is undefined on DELETE, `old` on CREATE. */
  validate(
    operation: AdmissionOperation,
    old: KubeObject | undefined,
    next: KubeObject | undefined,
    reader: AdmissionReader,
  ): AdmissionVerdict | undefined;
}

export interface AdmissionRequest {
  readonly operation: AdmissionOperation;
  readonly what: Named;
  readonly old: KubeObject | undefined;
  readonly next: KubeObject | undefined;
  readonly reader: AdmissionReader;
}

/** Run the hooks of a kind; gives warnings. @throws StatusError 403 or 422 */
export function admit(hooks: readonly AdmissionHook[], request: AdmissionRequest): string[] {
  const { operation, what, old, next, reader } = request;
  const name = (next ?? old)?.metadata.name ?? '';
  return hooks.flatMap((hook) => {
    if (hook.group !== what.group || hook.kind !== what.kind || !hook.operations.includes(operation)) return [];
    const verdict = hook.validate(operation, old, next, reader);
    const denial = `admission webhook ${JSON.stringify(hook.name)} denied the request: `;
    if (verdict?.denied !== undefined) throw new StatusError(403, 'Forbidden', denial + verdict.denied);
    if (verdict?.errors !== undefined && verdict.errors.length > 0) {
      const { message, details } = invalid(what, name, verdict.errors);
      throw new StatusError(422, 'Invalid', denial + message, details);
    }
    return verdict?.warnings ?? [];
  });
}
