/** Which methods a resource answers, and the refusal of the others. */
import type { JsonObject } from '../json.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import { type Answer, problem } from './answer.js';

/** 405, with the methods that are answered. */
export const notAllowed = (bmc: VirtualBmc, allowed: readonly string[]): Answer => ({
  ...problem(bmc.profile.quirks, 405, 'OperationNotAllowed'),
  headers: { Allow: allowed.join(', ') },
});

/** The methods of a resource: reads, and what its behaviour takes. */
export function allowedMethods(bmc: VirtualBmc, doc: JsonObject): readonly string[] {
  const behaviour = bmc.behaviour(doc);
  return [
    'GET',
    'HEAD',
    'OPTIONS',
    ...(behaviour?.create ? ['POST'] : []),
    ...(behaviour?.patch || behaviour?.writable ? ['PATCH'] : []),
    ...(behaviour?.remove ? ['DELETE'] : []),
  ];
}
