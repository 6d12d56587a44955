/** BMCs that are read live and told nothing: every other request is recorded, and supposed to have been accepted. */

import { Secret } from '../../lib/secret.js';
import type { Bmc, BmcAccess, BmcFactory } from '../../ports/bmc.js';
import { isRead } from '../runtime/bmc-reads.js';
import type { Assumptions } from './road.js';
import type { PlanStep } from './steps.js';

/** Answers a reconciler goes on with: a password that was not set would be refused, and a refusal counts. */
const supposed: Readonly<Record<string, unknown>> = { admits: true };

/** @param tell hears each request that was not sent */
export function planningBmcs(
  factory: BmcFactory,
  tell: (step: PlanStep) => void,
  assumptions?: Assumptions,
): BmcFactory {
  return {
    open: (access) => {
      const bmc = recording(factory.open(access), access, tell, assumptions);
      return assumptions === undefined ? bmc : assuming(bmc, access, assumptions);
    },
    forget: (id) => factory.forget(id),
    close: (deadlineMs) => factory.close(deadlineMs),
  };
}

/** Systems are read as they are assumed to be by now. */
const assuming = (bmc: Bmc, { id }: BmcAccess, assumptions: Assumptions): Bmc =>
  new Proxy(bmc, {
    get: (target, name) => {
      if (name === 'system')
        return async (...given: Parameters<Bmc['system']>) => assumptions.seen(id, await target.system(...given));
      if (name === 'systems')
        return async (...given: Parameters<Bmc['systems']>) =>
          (await target.systems(...given)).map((system) => assumptions.seen(id, system));
      return Reflect.get(target, name);
    },
  });

const recording = (
  bmc: Bmc,
  { id }: BmcAccess,
  tell: (step: PlanStep) => void,
  assumptions: Assumptions | undefined,
): Bmc =>
  new Proxy(bmc, {
    get: (target, name) => {
      const value = Reflect.get(target, name) as unknown;
      if (typeof value !== 'function' || typeof name !== 'string') return value;
      if (isRead(name)) return value.bind(target);
      return async (...given: unknown[]) => {
        const [uri] = given;
        assumptions?.hear(id, name, given);
        const about = typeof uri === 'string' && uri.startsWith('/redfish/') ? { uri } : {};
        tell({ to: 'bmc', bmc: id, action: name, ...about, detail: given.map(inWords).join(' ').trim() });
        return supposed[name];
      };
    },
  });

/** Secrets inside objects print as `***` by themselves; a bare one is left out altogether. */
function inWords(value: unknown): string {
  if (value instanceof Secret) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
