/** BMCs that are read live and told nothing: every other request is recorded, and supposed to have been accepted. */

import { Secret } from '../../lib/secret.js';
import type { Bmc, BmcAccess, BmcFactory } from '../../ports/bmc.js';
import { isRead } from '../runtime/bmc-reads.js';
import type { PlanStep } from './steps.js';

/** Answers a reconciler goes on with: a password that was not set would be refused, and a refusal counts. */
const supposed: Readonly<Record<string, unknown>> = { admits: true };

/** @param tell hears each request that was not sent */
export function planningBmcs(factory: BmcFactory, tell: (step: PlanStep) => void): BmcFactory {
  return {
    open: (access) => recording(factory.open(access), access, tell),
    forget: (id) => factory.forget(id),
    close: (deadlineMs) => factory.close(deadlineMs),
  };
}

const recording = (bmc: Bmc, { id }: BmcAccess, tell: (step: PlanStep) => void): Bmc =>
  new Proxy(bmc, {
    get: (target, name) => {
      const value = Reflect.get(target, name) as unknown;
      if (typeof value !== 'function' || typeof name !== 'string') return value;
      if (isRead(name)) return value.bind(target);
      return async (...given: unknown[]) => {
        const [uri] = given;
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
