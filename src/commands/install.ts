/** `metalctl install` and `uninstall`: kinds, roles, and what runs metalctl in a cluster. */
import { defineCommand } from './define.js';
import { choice, duration, integer, list, text, toggle } from './flags.js';

const managerNamespace = text('NS', 'Namespace of leases and discovery boot configurations.', {
  fallback: 'metalctl-system',
});
const print = toggle('Write the manifests to stdout instead; no cluster is asked.');
const upgrade = toggle('Change CRDs that differ from those of this version.');
const image = text('IMG', 'Container image with metalctl on its PATH; there is no default.');
const wait = toggle('Wait until it works.');
const timeout = duration('How long to wait.', { fallback: '5m' });
const pass = {
  schedule: text('CRON', 'When a pass runs.', { fallback: '*/5 * * * *' }),
  maxChanges: integer('N', 'Fuse: writes after which a pass stops.', { fallback: '50' }),
};
const shards = integer('N', 'Into how many parts the fleet is divided: one workload each.', { fallback: '1' });
const userDataNamespaces = list(
  'NS',
  'Daemon: namespaces whose Secrets it may read: user data it serves, ignition it checks.',
);

export const installCrdsCommand = defineCommand({
  name: 'install crds',
  summary: 'Install the CRDs, and the namespace the reconcilers use.',
  details:
    'All CRDs are looked at before one is written. Those that differ are changed only with --upgrade; one that would lose a version in which objects are stored is refused.',
  group: 'Setup',
  stability: 'stable',
  args: {},
  flags: {
    only: list('KINDS', 'Only these kinds.', { complete: 'kinds' }),
    print,
    upgrade,
    managerNamespace,
    timeout: duration('How long to wait until the kinds are served.', { fallback: '1m' }),
  },
  examples: [
    ['metalctl install crds', 'Apply them and wait until they are served; again: unchanged.'],
    ['metalctl install crds --print | kubectl apply -f -', 'Let somebody else apply them.'],
    ['metalctl install crds --upgrade --dry-run=server', 'Would the API server take the new ones?'],
  ],
  needs: ['clock'],
  exits: ['WAITING', 'FAILED_STATE', 'FORBIDDEN', 'CONFLICT'],
  related: ['install rbac', 'uninstall', 'discover'],
  dryRun: 'server',
  run: () => import('./impl/install-crds.js'),
});

export const installRbacCommand = defineCommand({
  name: 'install rbac',
  summary: 'Install the role of one way to use metalctl, and give it to people.',
  details:
    'viewer reads everything but credentials. claimer claims in one namespace, which is that of -n. discoverer finds and onboards. daemon reconciles; its ServiceAccount is made and bound. No role holds a wildcard or reads the Secrets of all namespaces.',
  group: 'Setup',
  stability: 'stable',
  args: {},
  flags: {
    role: choice(['viewer', 'claimer', 'discoverer', 'daemon'], 'Which one.', { fallback: 'daemon' }),
    subject: list('SUBJECT', 'Who gets it: user:NAME, group:NAME, serviceaccount:NS/NAME.', { splits: false }),
    userDataNamespaces,
    print,
    managerNamespace,
  },
  examples: [
    ['metalctl install rbac --role claimer -n team-a --subject group:team-a', 'A team may claim in its namespace.'],
    ['metalctl install rbac --role daemon', 'ServiceAccount, role and bindings of the reconcilers.'],
    ['metalctl install rbac --role viewer --print', 'The manifests, for Git.'],
  ],
  needs: [],
  exits: ['FORBIDDEN', 'NOT_FOUND'],
  related: ['install crds', 'install cronjob', 'uninstall'],
  dryRun: 'server',
  run: () => import('./impl/install-rbac.js'),
});

export const installCronjobCommand = defineCommand({
  name: 'install cronjob',
  summary: 'Install a CronJob that reconciles in passes, with its role.',
  details:
    'Unprivileged, read-only root, one pass at a time. A pass ends quietly while a daemon or another pass holds the lease. It is put into the namespace of --manager-namespace.',
  group: 'Setup',
  stability: 'preview',
  args: {},
  flags: { image, ...pass, shards, print, managerNamespace, wait, timeout },
  examples: [
    ['metalctl install cronjob --image registry.example/metalctl:1', 'A pass every five minutes.'],
    ['metalctl install cronjob --image IMG --schedule "0 * * * *" --print', 'The manifests, for Git.'],
    ['metalctl install cronjob --image IMG --wait', 'Wait until a first pass ended well.'],
    ['metalctl install cronjob --image IMG --shards 4', 'Four CronJobs, each with a quarter of the BMCs.'],
  ],
  needs: ['clock'],
  exits: ['WAITING', 'UNSUPPORTED', 'FORBIDDEN', 'NOT_FOUND'],
  related: ['install daemon', 'reconcile', 'uninstall'],
  dryRun: 'server',
  run: () => import('./impl/install-cronjob.js'),
});

export const installDaemonCommand = defineCommand({
  name: 'install daemon',
  summary: 'Install a Deployment that reconciles all the time, with its role.',
  details:
    'One replica under a lease, unprivileged, read-only root; health, metrics and the probe registry are served by the pod. It is put into the namespace of --manager-namespace.',
  group: 'Setup',
  stability: 'preview',
  args: {},
  flags: {
    image,
    registryUrl: text(
      'URL',
      'Address of the probe registry as machines reach it; {shard} in it is the number of the part.',
    ),
    userDataNamespaces,
    shards,
    print,
    managerNamespace,
    wait,
    timeout,
  },
  examples: [
    ['metalctl install daemon --image IMG --registry-url http://10.0.0.5:10000', 'Discovered machines report there.'],
    ['metalctl install daemon --image IMG --wait', 'Wait until the pod is available.'],
    ['metalctl install daemon --image IMG --print', 'The manifests, for Git.'],
  ],
  needs: ['clock'],
  exits: ['WAITING', 'UNSUPPORTED', 'FORBIDDEN', 'NOT_FOUND'],
  related: ['install cronjob', 'reconcile', 'uninstall'],
  dryRun: 'server',
  run: () => import('./impl/install-daemon.js'),
});

export const installAllCommand = defineCommand({
  name: 'install all',
  summary: 'Install CRDs, all four roles, and the CronJob.',
  details:
    'With --role only these roles beside that of the CronJob, with --only only the CRDs of these kinds; a pass leaves out kinds that are not served.',
  group: 'Setup',
  stability: 'preview',
  args: {},
  flags: {
    image,
    only: list('KINDS', 'Only the CRDs of these kinds.', { complete: 'kinds' }),
    role: list('ROLES', 'Only these roles beside daemon: viewer, claimer, discoverer.', {
      complete: ['viewer', 'claimer', 'discoverer', 'daemon'],
    }),
    ...pass,
    shards,
    print,
    upgrade,
    managerNamespace,
    wait,
    timeout,
  },
  examples: [
    ['metalctl install all --image registry.example/metalctl:1 --wait', 'Everything, until a first pass ended well.'],
    ['metalctl install all --image IMG --print > metalctl.yaml', 'One file for Git.'],
    ['metalctl install all --image IMG --dry-run=server', 'Would the API server take it?'],
  ],
  needs: ['clock'],
  exits: ['WAITING', 'FAILED_STATE', 'UNSUPPORTED', 'FORBIDDEN', 'CONFLICT'],
  related: ['install daemon', 'uninstall'],
  dryRun: 'server',
  run: () => import('./impl/install-all.js'),
});

export const uninstallCommand = defineCommand({
  name: 'uninstall',
  summary: 'Take workloads, roles and CRDs out of the cluster again.',
  details:
    'Deleting a CRD deletes all its objects: the confirmation is their number. Refused while objects hold finalizers, which nothing would take off any more. Namespaces stay.',
  group: 'Setup',
  stability: 'stable',
  args: {},
  flags: { keepCrds: toggle('Leave the kinds and their objects.') },
  examples: [
    ['metalctl uninstall --dry-run', 'What would go; nothing is deleted.'],
    ['metalctl uninstall --keep-crds --yes', 'Only what runs, and its roles.'],
    ['metalctl uninstall --confirm 12', 'Everything, with the 12 objects of its kinds.'],
  ],
  needs: ['cluster'],
  exits: ['NEEDS_INPUT', 'FORBIDDEN', 'CONFLICT'],
  related: ['install all', 'release', 'delete'],
  dryRun: 'server',
  run: () => import('./impl/uninstall.js'),
});
