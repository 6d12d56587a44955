/** What `why` answers: the reconcilers' own gates for one object, each open or shut, and the way out of the first. Pure. */
import type { GateLine } from '../../reconcile/runtime/gates.js';
import type { Funnel } from '../claim/funnel.js';

/** A gate's answer; below a shut one stands what in turn holds that back. */
export interface WhyLine extends GateLine {
  readonly below?: readonly GateLine[];
}

export interface Answer {
  /** `server/node-07`, `serverclaim/db/db-07`. */
  readonly subject: string;
  /** The headline, continuing the subject: `cannot be claimed`. */
  readonly verdict: string;
  readonly isBlocked: boolean;
  readonly lines: readonly WhyLine[];
  /** Reason of the first shut gate; of the one below it, where there is one. */
  readonly reason?: string;
  /** A command that opens it, to paste. */
  readonly remedy?: string;
  /** Of an unbound claim: how the fleet narrows down, and what keeps the nearest out. */
  readonly funnel?: Funnel;
}

/** The innermost first cause: the gate below a shut one says more than the shut one. */
export function firstCause(lines: readonly WhyLine[]): GateLine | undefined {
  const shut = lines.find(({ isOpen }) => !isOpen);
  return shut?.below?.find(({ isOpen }) => !isOpen) ?? shut;
}

/** An answer from its lines: blocked when one is shut. */
export function answer(subject: string, lines: readonly WhyLine[], verdict: (isBlocked: boolean) => string): Answer {
  const cause = firstCause(lines);
  const remedies = [cause?.remedy, lines.find(({ isOpen }) => !isOpen)?.remedy];
  // To ask the same question again is no way out.
  const remedy = remedies.find(
    (command) => command !== undefined && command !== `metalctl why ${subject.replace('/', ' ')}`,
  );
  return {
    subject,
    verdict: verdict(cause !== undefined),
    isBlocked: cause !== undefined,
    lines,
    ...(cause === undefined ? {} : { reason: cause.reason }),
    ...(remedy === undefined ? {} : { remedy }),
  };
}

interface Conditioned {
  readonly status?: {
    readonly conditions?:
      | readonly { readonly type: string; readonly status: string; readonly reason: string; readonly message: string }[]
      | undefined;
  };
}

/** What the last visit ended with, where no gate says it: a BMC that does not answer, a request that was refused. */
export function lastVisit(object: Conditioned, lines: readonly GateLine[]): GateLine[] {
  const ready = object.status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready === undefined || ready.status === 'True') return [];
  const isSaid = lines.some(
    ({ isOpen, reason, because }) => !isOpen && (reason === ready.reason || because === ready.message),
  );
  return isSaid
    ? []
    : [{ reason: ready.reason, must: 'its last visit went well', isOpen: false, because: ready.message }];
}
