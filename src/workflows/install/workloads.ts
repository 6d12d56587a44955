/** The CronJob that runs a pass, and the Deployment that runs the daemon: unprivileged, read-only, one at a time. */
import { apiVersionOf } from '../../api/kind.js';
import {
  CronJob,
  type CronJobObject,
  Deployment,
  type DeploymentObject,
  type PodTemplate,
} from '../../api/workloads.js';
import type { Shard } from '../../reconcile/index.js';
import { type Manifest, serviceAccountName } from './roles.js';

export interface WorkloadOptions {
  readonly image: string;
  /** Of the workload, its leases and discovery Secrets. */
  readonly namespace: string;
  /** Which part of the fleet it does; absent: the whole. */
  readonly shard?: Shard;
}

const name = 'metalctl';
const labels = (component: string, shard?: Shard) => ({
  'app.kubernetes.io/name': 'metalctl',
  'app.kubernetes.io/component': component,
  // Pods of one part must not answer for those of another.
  ...(shard && { 'app.kubernetes.io/instance': nameOf(shard) }),
});

/** `metalctl`, or `metalctl-2` for the second part of several. */
const nameOf = (shard: Shard | undefined): string => (shard === undefined ? name : `${name}-${shard.index}`);

const shardArgs = (shard: Shard | undefined): string[] =>
  shard === undefined ? [] : ['--shard', `${shard.index}/${shard.count}`];

/** The parts of a fleet, one workload each; one part is the whole. */
export const shardsOf = (count: number): Pick<WorkloadOptions, 'shard'>[] =>
  count === 1 ? [{}] : Array.from({ length: count }, (_, at) => ({ shard: { index: at + 1, count } }));

/** A pass on a schedule. A pass that runs, or a daemon, makes the next one end quietly. */
export function cronJob(
  options: WorkloadOptions & { readonly schedule: string; readonly maxChanges: number },
): Manifest {
  const { namespace, schedule, maxChanges, shard } = options;
  const args = [
    ...['reconcile', '--once', '--lease-skip', '--deadline', '4m', '--max-changes', String(maxChanges)],
    ...['--report', '-', '-o', 'json', '--log-format', 'json', '--manager-namespace', namespace],
    ...shardArgs(shard),
  ];
  const object: CronJobObject = {
    apiVersion: apiVersionOf(CronJob),
    kind: CronJob.kind,
    metadata: { name: nameOf(shard), namespace, labels: labels('pass', shard) },
    spec: {
      schedule,
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 60,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          // A failed pass is not repeated: the next one starts from what the objects say.
          backoffLimit: 0,
          activeDeadlineSeconds: 300,
          template: pod('pass', options, args, { restartPolicy: 'Never' }),
        },
      },
    },
  };
  return { kind: CronJob, object };
}

const registryPort = 10_000;
const healthPort = 8081;
const metricsPort = 8080;

/** The daemon. Recreated, not rolled: a second one would only wait for the lease. */
export function daemonDeployment(options: WorkloadOptions & { readonly registryUrl?: string | undefined }): Manifest {
  const { namespace, registryUrl, shard } = options;
  const args = [
    ...['reconcile', '--watch', '--log-format', 'json', '--manager-namespace', namespace],
    ...['--health-address', `0.0.0.0:${healthPort}`, '--metrics-address', `0.0.0.0:${metricsPort}`],
    ...['--registry-address', `0.0.0.0:${registryPort}`],
    ...(registryUrl === undefined ? [] : ['--registry-url', registryUrl]),
    ...shardArgs(shard),
  ];
  const probe = (path: string) => ({ httpGet: { path, port: 'health' }, periodSeconds: 10 });
  const container = {
    ports: [
      { name: 'registry', containerPort: registryPort },
      { name: 'health', containerPort: healthPort },
      { name: 'metrics', containerPort: metricsPort },
    ],
    livenessProbe: probe('/healthz'),
    readinessProbe: probe('/readyz'),
  };
  const object: DeploymentObject = {
    apiVersion: apiVersionOf(Deployment),
    kind: Deployment.kind,
    metadata: { name: nameOf(shard), namespace, labels: labels('daemon', shard) },
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: labels('daemon', shard) },
      template: pod('daemon', options, args, {}, container),
    },
  };
  return { kind: Deployment, object };
}

function pod(
  component: string,
  { image, shard }: WorkloadOptions,
  args: readonly string[],
  more: object,
  container: object = {},
): PodTemplate {
  return {
    metadata: { labels: labels(component, shard) },
    spec: {
      ...more,
      serviceAccountName,
      securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name,
          image,
          command: ['metalctl'],
          args,
          ...container,
          env: [{ name: 'METALCTL_STATE_DIR', value: '/tmp/metalctl' }],
          resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
        },
      ],
      volumes: [{ name: 'tmp', emptyDir: {} }],
    },
  };
}
