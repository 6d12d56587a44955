/** The kinds that run metalctl in a cluster, as light definitions: only what is written and read of them. */

import type { KubeObject, ObjectOf } from './kind.js';
import { builtinKind, type Condition } from './kubernetes.js';

export interface PodTemplate {
  metadata?: { labels?: Record<string, string> };
  spec: Record<string, unknown>;
}

export interface CronJobObject extends KubeObject {
  spec: Record<string, unknown> & { schedule: string; suspend?: boolean };
  status?: { lastScheduleTime?: string; lastSuccessfulTime?: string };
}
export const CronJob = builtinKind<CronJobObject>('batch', 'v1', 'CronJob', 'cronjobs', 'Namespaced', {
  shortNames: ['cj'],
  hasStatus: true,
});
export type CronJob = ObjectOf<typeof CronJob>;

export interface DeploymentObject extends KubeObject {
  spec: Record<string, unknown> & { replicas?: number; template: PodTemplate };
  status?: { observedGeneration?: number; replicas?: number; availableReplicas?: number; conditions?: Condition[] };
}
export const Deployment = builtinKind<DeploymentObject>('apps', 'v1', 'Deployment', 'deployments', 'Namespaced', {
  shortNames: ['deploy'],
  hasStatus: true,
});
export type Deployment = ObjectOf<typeof Deployment>;

export interface PodObject extends KubeObject {
  status?: { phase?: string };
}
export const Pod = builtinKind<PodObject>('', 'v1', 'Pod', 'pods', 'Namespaced', {
  shortNames: ['po'],
  hasStatus: true,
});
export type Pod = ObjectOf<typeof Pod>;
