/**
 * A run that only looks: what a visit has seen is written down, and all else it asks for is held back as a whole and
 * told. Held back is whatever does not say that it is a record: a kind of change added later is held back before anybody
 * thinks of this file. BMCs refuse on top of it every request that is not a read.
 */
import { keyText } from '../../api/kind.js';
import type { BmcFactory } from '../../ports/bmc.js';
import type { BmcShells } from '../../ports/bmc-shell.js';
import type { Effect } from '../effects.js';
import { isRead } from './bmc-reads.js';
import type { Decision } from './decision.js';
import type { AnyRegistration } from './registration.js';

/** A decision of which only the record is left. */
export interface Held extends Decision {
  readonly held: readonly string[];
}

/** A request to a BMC that is no read, stopped right before it went out. */
export class HeldBack extends Error {
  constructor(readonly action: string) {
    super(`held back: ${action}`);
  }
}

/** What of a decision a read-only run carries out: all of it, unless something in it is more than a record. */
export function readOnly(
  decision: Decision,
  { observesStatus = false }: Pick<AnyRegistration, 'observesStatus'>,
  pauseMs: number,
): Decision | Held {
  const held = decision.effects.filter((effect) => !isRecord(effect) && !inProcess.has(effect.do));
  if (held.length === 0) return decision;
  return {
    ...heldFor(held.map(wordsOf), Math.max(pauseMs, decision.recheckMs ?? 0)),
    effects: decision.effects.filter(isRecord),
    status: observesStatus ? decision.status : {},
    conditions: decision.conditions.filter(({ isRecord }) => isRecord),
  };
}

/** A visit that ended because it was about to change something. */
export const heldFor = (held: readonly string[], pauseMs: number): Held => ({
  because: 'ReadOnly',
  message: `Would ${held.join(', ')}`,
  held,
  isSettled: false,
  effects: [],
  status: {},
  conditions: [],
  recheckMs: pauseMs,
});

const isRecord = (effect: Effect): boolean => 'isRecord' in effect && effect.isRecord === true;

/** They tell nobody outside: no machine and no object. */
const inProcess: ReadonlySet<Effect['do']> = new Set(['expectProbe', 'forgetProbe', 'announce']);

/** What would be done, in a few words and without a secret. */
function wordsOf(effect: Effect): string {
  switch (effect.do) {
    case 'setPower':
      return `switch ${effect.to} (${effect.how})`;
    case 'reset':
      return `reset (${effect.type})`;
    case 'bootOnce':
      return `boot once from ${effect.target}`;
    case 'setIndicator':
      return `set the light to ${effect.to}`;
    case 'setBootOrder':
      return `set the boot order to ${effect.order.join(',')}`;
    case 'resetManager':
    case 'resetOverSsh':
      return 'restart the BMC';
    case 'setPassword':
      return `set the password of ${effect.userName}`;
    case 'setRole':
      return `make account ${effect.account} ${effect.roleId}`;
    case 'deleteAccount':
      return `delete account ${effect.account}`;
    case 'create':
    case 'apply':
    case 'applyForeign':
      return `${effect.do === 'create' ? 'create' : 'apply'} ${effect.kind.singular}/${keyText(effect.object.metadata)}`;
    case 'patch':
    case 'delete':
      return `${effect.do} ${effect.kind.singular}/${keyText(effect.key)}`;
    case 'patchSelf':
      return `patch ${fieldsOf(effect.patch).join(', ')}`;
    default:
      return effect.do;
  }
}

/** `metadata.finalizers`, `spec.serverRef`: where, and not what. */
const fieldsOf = (patch: Record<string, unknown>): string[] =>
  Object.entries(patch).flatMap(([part, fields]) => Object.keys(fields ?? {}).map((field) => `${part}.${field}`));

/** BMCs that answer reads alone. */
export const readOnlyBmcs = (factory: BmcFactory): BmcFactory => ({
  open: (access) =>
    new Proxy(factory.open(access), {
      get: (target, name) => {
        const value = Reflect.get(target, name) as unknown;
        if (typeof value !== 'function' || typeof name !== 'string') return value;
        if (isRead(name)) return value.bind(target);
        return async () => {
          throw new HeldBack(name);
        };
      },
    }),
  forget: (id) => factory.forget(id),
  close: (deadlineMs) => factory.close(deadlineMs),
});

/** No command reaches a shell. */
export const readOnlyShells: BmcShells = {
  run: async () => {
    throw new HeldBack('a command over SSH');
  },
};
