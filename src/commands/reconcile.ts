/** `metalctl reconcile`: the operator itself, as one pass or as a daemon. */
import { defineCommand } from './define.js';
import { choice, duration, integer, list, maybe, rest, text, toggle } from './flags.js';

/** What the reconcilers themselves are told; a plan must be told the same. */
export const settingFlags = {
  managerNamespace: text('NS', 'Namespace of leases and discovery boot configurations.', {
    fallback: 'metalctl-system',
  }),
  probeImage: text('IMG', 'Container image of the probe.', { fallback: 'ghcr.io/ironcore-dev/metalprobe:latest' }),
  probeOsImage: text('IMG', 'OS image of the discovery boot.', {
    fallback: 'ghcr.io/ironcore-dev/os-images/gardenlinux:latest',
  }),
  discoveryIgnitionPath: text('FILE', 'Template of the ignition of a discovery boot; ours unless given.', {
    complete: 'files',
  }),
  ignitionValidation: choice(
    ['warn', 'enforce'],
    'Whether a server is switched on for its claim although its ignition is not valid.',
    { fallback: 'warn' },
  ),
  persistInventory: maybe('Keep the last report of each machine in a ConfigMap; on unless --no-persist-inventory.'),
  discoveryTimeout: duration('Time a discovery may take before it begins again.', { fallback: '30m' }),
  discoveryPrefix: list('CIDRS', 'Believe only addresses of discovered machines that lie in these ranges.'),
  enforceFirstBoot: toggle('Power off machines found running in Initial.'),
  enforcePowerOff: toggle('Force off after a graceful shutdown was not honoured.'),
  resync: duration('Periodic check of objects that need nothing.', { fallback: '2m' }),
  bmcResetWaitingInterval: duration('Quiet time after a restart of a BMC.', { fallback: '2m' }),
  bmcFailureResetDelay: duration('Restart a BMC that has failed for this long, once for each outage; 0 is never.', {
    fallback: '0',
  }),
  macPrefixesFile: text('FILE', 'MAC prefix database for Endpoints (YAML).', { complete: 'files' }),
  dnsRecordTemplatePath: text('FILE', 'Template of a DNS record for each BMC (YAML with Go template actions).', {
    complete: 'files',
  }),
  bmcAllowHttp: toggle('Send credentials over plain HTTP where a BMC asks for it: for labs only.'),
};

export const reconcileCommand = defineCommand({
  name: 'reconcile',
  summary: 'Run the reconcilers: one pass, or as a daemon.',
  details:
    'One of --once and --watch must be given: both drive hardware. A pass visits every object in rounds until nothing changes; work that only time can finish is deferred and reported, unless --settle waits for it. With --shard a BMC, its Servers and what names them stay together; claims without a server and readiness rules are in the first part.',
  group: 'Reconcile',
  stability: 'stable',
  args: { targets: rest('KIND/NAME', 'Only these objects: server/rack1-system-0.') },
  flags: {
    once: toggle('One pass over everything, then exit.'),
    watch: toggle('Keep reconciling until stopped.'),
    settle: toggle('With --once: wait for boots and power changes instead of deferring them.'),
    only: list('KINDS', 'Visit only these kinds.', { complete: 'kinds' }),
    skip: list('KINDS', 'Visit all but these kinds.', { complete: 'kinds' }),
    selector: text('SEL', 'Only objects with these labels.', { short: 'l' }),
    shard: text('I/N', 'Only part I of N, by the name of the BMC: 1/4 … 4/4 side by side do the whole.'),
    maxPasses: integer('N', 'Rounds before a pass gives up.', { fallback: '20' }),
    deadline: duration('Longest time of a pass.', { fallback: '10m' }),
    maxChanges: integer('N', 'Stop rather than write more often than this: a fuse for CronJobs.'),
    readOnly: toggle('Observe and refresh status only: no BMC is told anything; what would be done is reported.'),
    report: text('FILE', 'Write the ReconcileReport here; - for stdout.', { complete: 'files' }),
    metricsFile: text('FILE', 'With --once: write figures of the pass here, for a textfile collector.', {
      complete: 'files',
    }),
    failOn: choice(
      ['deferred', 'warning'],
      'With --once: end with 3 where work waits for time, or with 4 where it waits for a person.',
    ),
    detailedExitcode: toggle('0 nothing to do, 10 changed, 3 deferred, 4 stalled, 17 some failed.'),
    holdForProbe: duration('With --once: serve the probe registry this long, until every discovery has reported.'),
    registryAddress: text('HOST:PORT', 'Where the probe registry listens.', { fallback: '127.0.0.1:10000' }),
    registryOpen: toggle("Upstream's registry without tokens: whoever reaches it can report. For labs only."),
    registryUrl: text('URL', 'Address of the registry as probes reach it, if it differs.'),
    lease: text(
      'NAME',
      'Lease that keeps a second reconciler out; else metalctl-reconciler, or metalctl-reconciler-I.',
    ),
    leaderElect: maybe(
      'With --watch: stand by while another reconciler holds the lease; --no-leader-elect ends instead.',
    ),
    leaseWait: duration('With --once: wait this long for a lease another reconciler holds.'),
    upstreamCompat: maybe(
      "Refuse beside upstream's metal-operator, seen by its leader lease; on unless --no-upstream-compat.",
    ),
    leaseSkip: toggle('With --once: end quietly when another reconciler holds the lease.'),
    healthAddress: text('HOST:PORT', 'With --watch: where /healthz and /readyz are served; off unless given.'),
    metricsAddress: text('HOST:PORT', 'With --watch: where /metrics is served; off unless given.'),
    webhookAddress: text('HOST:PORT', 'With --watch: where admission webhooks are served; off unless given.'),
    webhookCertPath: text('DIR', 'Directory with the certificate of the webhooks.', { complete: 'files' }),
    webhookCertName: text('FILE', 'Its certificate.', { fallback: 'tls.crt' }),
    webhookCertKey: text('FILE', 'Its key.', { fallback: 'tls.key' }),
    eventAddress: text('HOST:PORT', 'With --watch: where BMCs send Redfish events; off unless given.'),
    eventUrl: text('URL', 'Address of the event receiver as BMCs reach it, if it differs.'),
    eventAnySource: toggle('Take events from any address that knows the secret: for BMCs behind NAT.'),
    ...settingFlags,
  },
  examples: [
    ['metalctl reconcile --once', 'One pass; what takes time is deferred to the next.'],
    ['metalctl reconcile --once --settle --hold-for-probe 10m', 'One pass that also sees discoveries through.'],
    ['metalctl reconcile --watch', 'The daemon: watches, works, and serves the probe registry.'],
    ['metalctl reconcile --watch --shard 2/4', 'The second of four daemons that share the fleet.'],
    ['metalctl reconcile --once --read-only', 'Refresh what is known of every machine, and touch none.'],
  ],
  needs: ['clock', 'log', 'cluster', 'bmc', 'shells', 'events'],
  exits: [
    'WAITING',
    'FAILED_STATE',
    'CHANGES',
    'UNSUPPORTED',
    'CONFLICT',
    'PARTIAL',
    'FORBIDDEN',
    'BMC_AUTH',
    'BMC_UNREACHABLE',
  ],
  related: ['plan', 'get', 'describe', 'sandbox up'],
  plans: 'own',
  run: () => import('./impl/reconcile.js'),
});
