/**
 * metalctl as a library: the reconcilers, the one-shot runner and the ports they stand on.
 *
 * @example see docs/how-to/reconcile-in-your-own-program.md
 */
export { type Key, type KindDef, type KubeObject, keyOf } from './api/kind.js';
export {
  BMC,
  BMCSecret,
  BMCUser,
  Endpoint,
  Server,
  ServerBootConfiguration,
  ServerClaim,
  ServerReadinessRule,
} from './api/metal/v1alpha1/index.js';
export { catalogue, type ErrorCode } from './errors/catalogue.js';
export {
  ConflictError,
  isMetalError,
  MetalError,
  PermanentError,
  TransientError,
  UserError,
} from './errors/classes.js';
export { Secret } from './lib/secret.js';
export { type OpenPortsOptions, openPorts } from './library.js';
export type { Bmc, BmcAccess, BmcFactory, Boot, Identification, Inspection, Power } from './ports/bmc.js';
export type { Clock } from './ports/clock.js';
export type { Cluster, ClusterReads } from './ports/cluster.js';
export type { Events } from './ports/events.js';
export { type Log, silent } from './ports/log.js';
export type { ProbeReport, Probes } from './ports/probes.js';
export {
  claimable,
  type Decision,
  defaultSettings,
  type IdSource,
  type ObjectReport,
  type OnceOptions,
  type OnceResult,
  type ReconcileReport,
  type RunnerPorts,
  reconcileOnce,
  reconcilers,
  type Settings,
} from './reconcile/index.js';
export { type Holding, holdLease, type LeaseOptions } from './reconcile/runtime/lease.js';
