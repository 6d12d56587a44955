/** Which servers a claim asks for. Pure. */
import type { Server, ServerClaim } from '../../api/metal/v1alpha1/index.js';

interface Selector {
  matchLabels?: Record<string, string> | undefined;
  matchExpressions?: readonly { key: string; operator: string; values?: string[] | undefined }[] | undefined;
}

/** Name and selector must both match where both are given; a claim with neither takes any server. */
export function isWanted(server: Server, claim: Pick<ServerClaim, 'spec'>): boolean {
  const name = claim.spec?.serverRef?.name;
  if (name !== undefined && name !== '' && name !== server.metadata.name) return false;
  const selector = claim.spec?.serverSelector;
  return selector === undefined || matchesSelector(server.metadata.labels ?? {}, selector as Selector);
}

/** `metav1.LabelSelector`: all labels and all expressions must hold; an empty one matches everything. */
export function matchesSelector(labels: Readonly<Record<string, string>>, selector: Selector): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return equal && (selector.matchExpressions ?? []).every((expression) => holds(labels, expression));
}

function holds(
  labels: Readonly<Record<string, string>>,
  { key, operator, values = [] }: { key: string; operator: string; values?: string[] | undefined },
): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
