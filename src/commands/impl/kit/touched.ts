/** Which objects a plan of a few changes is about. */
import { type KindDef, type KubeObject, keyText } from '../../../api/kind.js';
import type { Server } from '../../../api/metal/v1alpha1/server.js';
import type { PlanStep } from '../../../reconcile/plan/index.js';
import type { Wanted } from './wanted.js';

/**
 * Objects that were asked about, that a step changes, that a changed object names, and servers a changed claim holds: the
 * list grows while the reconcilers work.
 */
export function touchedBy(
  asked: readonly Pick<Wanted, 'kind' | 'key'>[],
  steps: readonly PlanStep[],
): (kind: KindDef, object: KubeObject) => boolean {
  const names = new Set(asked.map(({ kind, key }) => `${kind.kind}/${keyText(key)}`));
  let read = 0;
  return (kind, object) => {
    const { metadata } = object;
    for (; read < steps.length; read += 1) {
      const step = steps[read];
      if (step === undefined || step.to !== 'api') continue;
      names.add(`${step.kind}/${step.name}`);
      for (const { path, to } of step.changes) if (/serverRef(\.name)?$/.test(path)) names.add(`Server/${nameIn(to)}`);
    }
    const key = metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
    const { serverClaimRef: claim } = (object as Server).spec ?? {};
    const isHeld = claim !== undefined && names.has(`ServerClaim/${claim.namespace}/${claim.name}`);
    return isHeld || names.has(`${kind.kind}/${key}`);
  };
}

const nameIn = (value: unknown): string =>
  typeof value === 'object' && value !== null ? String((value as { name?: unknown }).name) : String(value);
