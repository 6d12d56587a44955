/** Which objects a list, a watch or a deletecollection is about. */
import { type FieldSelector, parseFieldSelector } from '../selectors/fields.js';
import { type Matcher, parseLabelSelector } from '../selectors/labels.js';
import type { KubeObject } from '../types.js';
import type { Call } from './call.js';

export interface Selection {
  /** Keys of the table start with this. */
  readonly prefix: string;
  readonly isSelective: boolean;
  /** `served` is the object in the form of the request's version. */
  matches(served: KubeObject): boolean;
}

/** @throws StatusError 400 */
export function selectionOf({ resource, namespace, name, query }: Call): Selection {
  const labels: Matcher = parseLabelSelector(query.get('labelSelector') ?? '');
  const fields: FieldSelector = parseFieldSelector(query.get('fieldSelector') ?? '', (field) =>
    resource.checkField(field),
  );
  const hasFields = (query.get('fieldSelector') ?? '') !== '';
  const hasLabels = (query.get('labelSelector') ?? '') !== '';
  return {
    prefix: namespace === '' ? '' : `${namespace}/`,
    isSelective: hasFields || hasLabels,
    matches: (served) =>
      (name === '' || served.metadata.name === name) &&
      (!hasLabels || labels(served.metadata.labels ?? {})) &&
      (!hasFields || fields.matches(resource.fields(served))),
  };
}
