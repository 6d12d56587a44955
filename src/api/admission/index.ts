/** Admission: what the API server asks before it stores an object. Pure functions; a webhook and the sandbox serve them. */
import type { KubeObject } from '../kind.js';
import { bmcSecretRule } from './bmcsecret.js';
import { endpointRule } from './endpoint.js';
import { serverRule } from './server.js';
import type { AdmissionReader, AdmissionRule, FieldProblem, Operation } from './types.js';

export type { AdmissionReader, AdmissionRule, FieldProblem, Operation, Validate } from './types.js';
export { bmcSecretRule, endpointRule, serverRule };

/** The rules of every kind that has some. Kinds without rely on the CEL of their CRD. */
export const admissionRules = [endpointRule, bmcSecretRule, serverRule] as unknown as readonly AdmissionRule[];

/**
 * Asks the rules of a kind, named as in an AdmissionReview. Empty admits the request.
 * @throws what the reader throws: the caller refuses the request then (failurePolicy Fail)
 */
export async function validate(
  kind: { readonly group: string; readonly kind: string },
  operation: Operation,
  before: KubeObject | undefined,
  after: KubeObject | undefined,
  reader: AdmissionReader,
): Promise<readonly FieldProblem[]> {
  const rule = admissionRules.find((each) => each.kind.group === kind.group && each.kind.kind === kind.kind);
  if (!rule?.operations.includes(operation)) return [];
  return rule.validate(operation, before, after, reader);
}
