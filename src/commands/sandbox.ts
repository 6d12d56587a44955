/** `metalctl sandbox`: a cluster and its racks on this machine, in one process. */
import { defineCommand } from './define.js';
import { choice, duration, integer, maybe, optional, text, toggle } from './flags.js';

const name = text('N', 'Name of the sandbox; several may run side by side.', { fallback: 'default' });
const data = text('DIR', 'Folder of store, certificates, tokens and kubeconfig. Default: the state directory.', {
  complete: 'files',
});

const scenarios = [
  'healthy',
  'mixed',
  'flaky',
  'overloaded',
  'firmware-2019',
  'hostile-json',
  'session-starved',
  'scale-10k',
] as const;

export const sandboxUpCommand = defineCommand({
  name: 'sandbox up',
  summary: 'Start a cluster with emulated machines on this computer.',
  details:
    'One process, loopback only: a Kubernetes-compatible API server and one emulated BMC per machine. It runs until Ctrl-C or `metalctl sandbox down`.',
  group: 'Setup',
  stability: 'stable',
  args: {},
  flags: {
    name,
    servers: integer('N', 'Emulated machines. Default: 8, or 10,000 with the scenario scale-10k.'),
    vendors: text(
      'LIST',
      'Vendors, profiles or ./FOLDERs of captured trees, with optional weights: dell,hpe:3,./r750.',
      { fallback: 'generic' },
    ),
    seed: integer('N', 'Serials, MAC addresses and UUIDs follow from it.', { fallback: '1' }),
    speed: text('X', 'Factor on all hardware delays.', { fallback: '1' }),
    data,
    ephemeral: toggle('Keep nothing: the store lives in memory.'),
    addressing: choice(
      ['auto', 'ip', 'port', 'host', 'path'],
      'How BMCs get their addresses: one each, one port each, or one port for all by Host header or path.',
      { fallback: 'auto' },
    ),
    bmcNetwork: text('IP', 'First address block of the BMCs.', { fallback: '127.1.0.0' }),
    bmcPort: integer('PORT', 'Port of the BMCs; 0 takes a free one.', { fallback: '8443' }),
    http: toggle('BMCs without TLS, for speed tests.'),
    scenario: text('NAME|FILE', 'How the BMCs misbehave: a preset, or a file with faults and steps.', {
      fallback: 'healthy',
      complete: scenarios,
    }),
    autoProbe: maybe(
      'Machines that boot the discovery image report by themselves. On unless the scenario is scale-10k.',
    ),
    workers: integer('N', 'Threads the BMCs are spread over.', { fallback: '1' }),
    kubeconfigOut: text('FILE', 'Write the kubeconfig here too.', { complete: 'files' }),
    externalCluster: toggle('BMCs only: objects go to the cluster of the current context.'),
  },
  examples: [
    ['metalctl sandbox up', 'Eight machines, real-time delays.'],
    [
      'metalctl sandbox up --servers 4 --vendors dell,hpe --speed 20',
      'Four machines of two vendors, twenty times as fast.',
    ],
    ['metalctl sandbox up --scenario flaky', 'BMCs that answer late, busy, or not at all now and then.'],
    ['metalctl sandbox up --scenario ./night.yaml', 'Faults and happenings of your own, each at its time.'],
    [
      'metalctl sandbox up --external-cluster --context kind-lab',
      'Emulated machines for a cluster you have: its boot configurations of these machines become Ready.',
    ],
    ['metalctl sandbox up --ephemeral --kubeconfig-out ./sandbox.kubeconfig', 'Nothing is kept but the kubeconfig.'],
  ],
  needs: ['clock'],
  exits: ['CONFLICT'],
  related: ['sandbox status', 'sandbox down', 'sandbox reset', 'discover'],
  run: () => import('./impl/sandbox-up.js'),
});

export const sandboxStatusCommand = defineCommand({
  name: 'sandbox status',
  summary: 'Say whether a sandbox runs, and how to reach it.',
  group: 'Setup',
  stability: 'stable',
  args: {},
  flags: { name, data },
  examples: [
    ['metalctl sandbox status', 'Addresses, kubeconfig and password file of the default sandbox.'],
    ['metalctl sandbox status -o json', 'The same for scripts.'],
    ["export KUBECONFIG=$(metalctl sandbox status -o jsonpath='{.kubeconfig}')", 'Work in the sandbox from now on.'],
  ],
  needs: [],
  exits: ['NOT_FOUND'],
  related: ['sandbox up', 'sandbox down', 'sandbox fail'],
  run: () => import('./impl/sandbox-status.js'),
});

export const sandboxDownCommand = defineCommand({
  name: 'sandbox down',
  summary: 'Stop a sandbox; its data stay unless it was ephemeral.',
  group: 'Setup',
  stability: 'stable',
  args: {},
  flags: { name, data },
  examples: [
    ['metalctl sandbox down', 'Stop the default sandbox.'],
    ['metalctl sandbox down --name lab', 'Stop the one named lab.'],
    ['metalctl sandbox up', 'Start it again, with everything it held.'],
  ],
  needs: ['clock'],
  exits: ['NOT_FOUND', 'WAITING'],
  related: ['sandbox up', 'sandbox status'],
  run: () => import('./impl/sandbox-down.js'),
});

export const sandboxResetCommand = defineCommand({
  name: 'sandbox reset',
  summary: 'Delete everything a stopped sandbox has kept.',
  details:
    'Store, certificates, tokens and kubeconfig go; other files in the folder stay. The next `sandbox up` begins anew, with a new kubeconfig. It also heals a damaged store, by giving it up.',
  group: 'Setup',
  stability: 'stable',
  args: {},
  flags: { name, data },
  examples: [
    ['metalctl sandbox reset', 'Asks first, then forgets the default sandbox.'],
    ['metalctl sandbox reset --name lab --yes', 'The one named lab, without the question.'],
    ['metalctl sandbox reset --data ./lab --yes', 'The one whose folder this is; a running one must be stopped first.'],
  ],
  needs: [],
  exits: ['CONFLICT', 'NEEDS_INPUT'],
  related: ['sandbox up', 'sandbox down', 'sandbox fail'],
  run: () => import('./impl/sandbox-reset.js'),
});

const target = optional(
  'SERVER',
  'Name of an emulated BMC, its address, serial number or UUID, or the name of its Server.',
  {
    complete: 'servers',
  },
);
const all = toggle('All machines of the sandbox.');
const fault = optional('FAULT', 'auth, timeout, 503, stuck-task, power-stuck, disk, tls, or a fault rule as JSON.', {
  complete: ['auth', 'timeout', '503', 'stuck-task', 'power-stuck', 'disk', 'tls'],
});

export const sandboxFailCommand = defineCommand({
  name: 'sandbox fail',
  summary: 'Make emulated machines misbehave, until they are healed.',
  details:
    'The same fault given again to the same machine replaces the one before. A rule as JSON says what to match, when to strike and what to do; docs/how-to/use-the-bmc-emulator.md lists the kinds.',
  group: 'Setup',
  stability: 'stable',
  args: { target, fault },
  flags: {
    all,
    method: text('METHOD', 'Only requests of this method.'),
    path: text('GLOB', 'Only requests to such paths; * stands for any text.'),
    probability: text('P', 'Chance per matching request, 0 to 1.'),
    nth: integer('N', 'Only the N-th matching request.'),
    first: integer('K', 'Only the first K matching requests.'),
    for: duration('For so long; then the fault is over.'),
    name,
    data,
  },
  examples: [
    ['metalctl sandbox fail bmc-3 timeout --for 2m', 'One BMC accepts requests and never answers.'],
    ['metalctl sandbox fail --all 503 --method GET --probability 0.1', 'Every tenth read of every BMC is refused.'],
    [
      `metalctl sandbox fail bmc-2 '{"action":{"kind":"hardware","how":"drivePulled","part":"*.0"}}'`,
      'A drive is taken out while the machine runs.',
    ],
  ],
  needs: [],
  exits: ['NOT_FOUND', 'USAGE'],
  related: ['sandbox heal', 'sandbox up', 'sandbox status'],
  run: () => import('./impl/sandbox-fail.js'),
});

export const sandboxHealCommand = defineCommand({
  name: 'sandbox heal',
  summary: 'End faults of emulated machines.',
  details:
    'Without a FAULT, all of them; those of the scenario too. Healing one machine leaves the others as they are.',
  group: 'Setup',
  stability: 'stable',
  args: { target, fault },
  flags: { all, name, data },
  examples: [
    ['metalctl sandbox heal bmc-3', 'This machine behaves again.'],
    ['metalctl sandbox heal --all 503', 'Nobody answers 503 any more; other faults stay.'],
    ['metalctl sandbox heal --all', 'The rack is as healthy as on the first day.'],
  ],
  needs: [],
  exits: ['NOT_FOUND', 'USAGE'],
  related: ['sandbox fail', 'sandbox status'],
  run: () => import('./impl/sandbox-heal.js'),
});
