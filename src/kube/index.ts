/**
 * The Kubernetes side: implements `ports/cluster.ts` and `ports/events.ts` by own REST, watch and patch code over
 * `http/undici.ts`. client-node is loaded late, by `config/` alone, for kubeconfigs and their credentials.
 * `loadConfig` finds the cluster, `createCluster` talks to it, `createEvents` tells people what happened.
 */
export {
  type ClusterOptions,
  createCluster,
  type KubeCluster,
  type RawOptions,
  type ServerVersion,
} from './cluster.js';
export { type ConfigChoice, loadConfig } from './config.js';
export { type KubeContext, staticContext } from './context.js';
export { createEvents, type EventsOptions } from './events.js';
export type { RequestRecord } from './transport.js';
