/** HTTP in, beside the registry: each listener on its own port, because each has its own circle of callers. */
export { type AdmissionOptions, startAdmission } from './admission/index.js';
export { type EventListener, startEvents } from './events/index.js';
export type { Listening, Place } from './listener.js';
export { AddressBook, type Answered, type MetadataOptions, startMetadata } from './metadata/index.js';
export {
  Counter,
  type Family,
  Histogram,
  metricsText,
  serverMetrics,
  startHealth,
  startMetrics,
} from './monitor/index.js';
