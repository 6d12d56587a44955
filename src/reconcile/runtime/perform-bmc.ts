/** Effects on machines: each is preceded by its intent, and what is known of its end decides what becomes of that. */
import type { KindDef } from '../../api/kind.js';
import { isMetalError, TransientError } from '../../errors/classes.js';
import { reasonOf } from '../../errors/reason.js';
import { type Acting, actingFor } from '../../lib/acting.js';
import { isObject } from '../../lib/merge-patch.js';
import type { Bmc } from '../../ports/bmc.js';
import type { Guarded, ResetManager, ResetOverSsh, SetPassword } from '../effects.js';
import type { ConditionChange } from './decision.js';
import { patchSelf } from './perform-api.js';
import { type Performed, type PerformPorts, requireLease } from './perform-ports.js';

export async function setPassword(bmc: Bmc, { account, userName, roleId, password }: SetPassword): Promise<void> {
  if (account === undefined) await bmc.createAccount({ userName, password, roleId });
  else await bmc.setAccountPassword(account, password);
}

/**
 * Intent first, then the request; the intent is taken back only when the request certainly had no effect, and not at
 * all when a switch that is kept up by memory was refused for good.
 */
export const guarded = (
  ports: PerformPorts,
  kind: KindDef,
  effect: Intended,
  done: Performed,
  send: (bmc: Bmc) => Promise<void>,
): Promise<void> => underIntent(ports, kind, effect, done, () => send(ports.bmcs.open(effect.access)));

type Intended = Omit<Guarded, 'system'> & Pick<ResetManager, 'faulty' | 'faultyUnsent'>;

async function underIntent(
  ports: PerformPorts,
  kind: KindDef,
  effect: Intended,
  done: Performed,
  send: () => Promise<void>,
): Promise<void> {
  await patchSelf(ports, kind, effect.intent, done);
  requireLease(ports, 'command');
  done.bmcCalls += 1;
  try {
    await actingFor(toldBy(effect.intent), send);
  } catch (error) {
    const after = patchAfter(effect, error);
    if (after !== undefined) await patchSelf(ports, kind, after, done);
    throw error;
  }
}

/** What the object is told of a failure; an intent whose request may have been heard stays as it is. */
function patchAfter(effect: Intended, error: unknown): Record<string, unknown> | undefined {
  const isUnsent = certainlyNotDone(error);
  const isRefused = isMetalError(error) && error.class === 'permanent';
  const faulty = isFault(error) ? (isUnsent ? effect.faultyUnsent : effect.faulty) : undefined;
  return faulty ?? (isUnsent ? ((isRefused ? effect.refuse : undefined) ?? effect.withdraw) : undefined);
}

/** The service of the BMC answered that it is broken, and not that it is busy for a while. */
export function isFault(error: unknown): boolean {
  if (!isMetalError(error)) return false;
  const isAskedToWait = error instanceof TransientError && error.retryAfterMs !== undefined;
  return Number(error.context.status) >= 500 && !isAskedToWait;
}

/** A failure fails the visit, and stays to be read in a condition of its own. */
export const resetOverSsh = (
  ports: PerformPorts,
  kind: KindDef,
  effect: ResetOverSsh,
  done: Performed,
): Promise<void> =>
  underIntent(ports, kind, effect, done, async () => {
    try {
      await ports.shells.run(effect.access, effect.command);
    } catch (error) {
      if (isMetalError(error) && certainlyNotDone(error)) {
        const { code, message, why } = error;
        const said = `SSH reset failed: ${message}${why === undefined ? '' : `: ${why}`}`;
        const change: ConditionChange = {
          type: effect.condition,
          status: 'False',
          reason: reasonOf(code),
          message: said,
        };
        done.refused = [...(done.refused ?? []), { ...change, restart: true }];
      }
      throw error;
    }
  });

/** An intent in words: the annotations it writes, as the object shows them. */
function toldBy({ metadata }: Record<string, unknown>): Acting {
  const annotations = isObject(metadata) && isObject(metadata.annotations) ? metadata.annotations : {};
  const [intent] = Object.values(annotations).filter((value) => typeof value === 'string');
  return intent === undefined ? {} : { intent };
}

/** What a machine cannot do at all is said, and holds nothing else up. */
export async function ifPossible({ events }: PerformPorts, done: Performed, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isMetalError(error) || !notPossible.has(error.code)) throw error;
    const note = error.why === undefined ? error.message : `${error.message}: ${error.why}`;
    events.emit(done.self, { type: 'Warning', reason: reasonOf(error.code), action: 'Reconcile', note });
  }
}

const notPossible = new Set(['BMC_UNSUPPORTED', 'BMC_REFUSED', 'BMC_NOT_FOUND']);

const mayHaveActed = new Set(['OUTCOME_UNKNOWN', 'BMC_ERROR', 'BMC_TIMEOUT', 'BMC_BAD_RESPONSE']);

function certainlyNotDone(error: unknown): boolean {
  return isMetalError(error) && !mayHaveActed.has(error.code);
}
