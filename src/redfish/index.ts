/**
 * Redfish (DSP0266): everything metalctl knows about BMCs. The way in is the port of `ports/bmc.ts`, made here; the way
 * down is client → operations → resources → service → session and transport → one exchange. Vendors are records of
 * differences under `vendors/`. Nothing here knows Kubernetes.
 */
export { type BmcFactoryOptions, createBmcFactory } from './factory.js';
export { createIdentification, type IdentificationOptions } from './identify.js';
export { createSearch } from './search/index.js';
export type { Stats, TraceEntry } from './stats.js';
export { defaultLimits, type Limits } from './transport/limits.js';
