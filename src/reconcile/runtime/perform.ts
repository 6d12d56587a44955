/**
 * Carries out effects: value → port call, in order, stopping at the first failure. What is done to objects stands in
 * `perform-api.ts`, what is done to machines in `perform-bmc.ts`.
 */
import type { KindDef } from '../../api/kind.js';
import { combinePatches } from '../../lib/merge-patch.js';
import type { Effect } from '../effects.js';
import { applyForeign, applyObject, createObject, deleteObject, patchOther, patchSelf } from './perform-api.js';
import { guarded, ifPossible, resetOverSsh, setPassword } from './perform-bmc.js';
import { type Performed, type PerformPorts, requireLease } from './perform-ports.js';

/** Runs the effects of one decision. Whatever was done before a failure stays recorded in `done`. */
export async function perform(
  ports: PerformPorts,
  kind: KindDef,
  effects: readonly Effect[],
  done: Performed,
): Promise<void> {
  for (const effect of coalesce(effects)) await performOne(ports, kind, effect, done);
}

/** Neighbouring patches of the visited object go out as one. */
function coalesce(effects: readonly Effect[]): Effect[] {
  const result: Effect[] = [];
  for (const effect of effects) {
    const last = result.at(-1);
    if (effect.do === 'patchSelf' && last?.do === 'patchSelf') {
      result[result.length - 1] = { do: 'patchSelf', patch: combinePatches(last.patch, effect.patch) };
    } else result.push(effect);
  }
  return result;
}

async function performOne(ports: PerformPorts, kind: KindDef, effect: Effect, done: Performed): Promise<void> {
  switch (effect.do) {
    case 'patchSelf':
      return patchSelf(ports, kind, effect.patch, done);
    case 'patch':
      return patchOther(ports, effect, done);
    case 'create':
      return createObject(ports, effect, done);
    case 'apply':
      return applyObject(ports, effect, done);
    case 'applyForeign':
      return applyForeign(ports, effect, done);
    case 'delete':
      return deleteObject(ports, effect, done);
    case 'setPower':
      return guarded(ports, kind, effect, done, (bmc) => bmc.setPower(effect.system, effect.to, effect.how));
    case 'reset':
      return guarded(ports, kind, effect, done, (bmc) => bmc.reset(effect.system, effect.type));
    case 'setIndicator':
      return ifPossible(ports, done, () =>
        guarded(ports, kind, effect, done, (bmc) => bmc.setIndicator(effect.system, effect.to)),
      );
    case 'setBootOrder':
      return ifPossible(ports, done, () =>
        guarded(ports, kind, effect, done, (bmc) => bmc.setBootOrder(effect.system, effect.order)),
      );
    case 'resetManager':
      return guarded(ports, kind, effect, done, (bmc) => bmc.resetManager(effect.type));
    case 'resetOverSsh':
      return resetOverSsh(ports, kind, effect, done);
    case 'setPassword':
      return guarded(ports, kind, effect, done, (bmc) => setPassword(bmc, effect));
    case 'setRole':
      return ifPossible(ports, done, () =>
        guarded(ports, kind, effect, done, (bmc) => bmc.setAccountRole(effect.account, effect.roleId)),
      );
    case 'deleteAccount':
      requireLease(ports, 'command');
      done.bmcCalls += 1;
      return ports.bmcs.open(effect.access).deleteAccount(effect.account);
    case 'subscribe':
      return ifPossible(ports, done, () =>
        guarded(ports, kind, effect, done, async (bmc) => void (await bmc.subscribe(effect.subscription))),
      );
    case 'unsubscribe':
      requireLease(ports, 'command');
      done.bmcCalls += 1;
      return ports.bmcs.open(effect.access).unsubscribe(effect.uri);
    case 'bootOnce':
      requireLease(ports, 'command');
      done.bmcCalls += 1;
      return ports.bmcs.open(effect.access).setBootOnce(effect.system, effect.target);
    case 'expectProbe':
      return ports.probes.expect(effect.systemUUID, effect.tokenHash, effect.expiresAt);
    case 'forgetProbe':
      return ports.probes.forget(effect.systemUUID);
    case 'announce':
      return ports.events.emit(done.self, effect.event);
  }
}
