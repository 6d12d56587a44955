/** `metalctl doctor` and `preflight`: what would keep metalctl from working here, and what lifts it. */
import { defineCommand } from './define.js';
import { choice, list, text, toggle } from './flags.js';

const role = choice(
  ['viewer', 'claimer', 'discoverer', 'daemon'],
  'Rights that must suffice; those of the other roles are only told.',
  { fallback: 'viewer' },
);
const managerNamespace = text('NS', 'Namespace of leases and discovery boot configurations.', {
  fallback: 'metalctl-system',
});

export const doctorCommand = defineCommand({
  name: 'doctor',
  summary: 'Check cluster, rights, objects, BMCs and this terminal; say what to do.',
  details:
    'Without an area: cluster and tools. Every check has an id that stays, what was seen, and a way out. --fix carries out the repairs that cannot hurt, after showing them; nothing that touches hardware is among them.',
  group: 'Find and onboard',
  stability: 'preview',
  args: {},
  flags: {
    cluster: toggle('Only the cluster and its objects.'),
    network: toggle('Ask every BMC address, without credentials.'),
    bmc: list('BMC', 'Log in to these BMCs and look.'),
    allBmcs: toggle('Log in to every BMC and look.'),
    tools: toggle('Only this machine: Node, terminal.'),
    fix: list('ID', 'Carry out the harmless repairs of these checks; `all` for every one.'),
    role,
    managerNamespace,
  },
  examples: [
    ['metalctl doctor', 'Exit 15 when a check fails.'],
    ['metalctl doctor --all-bmcs', 'Also logins, roles, certificates and event services of BMCs.'],
    ['metalctl doctor --fix D010', 'Creates the CRDs that are missing.'],
  ],
  needs: ['clock'],
  exits: ['NOT_FOUND', 'CHECKS_FAILED'],
  related: ['preflight', 'why', 'install crds'],
  formats: ['junit'],
  run: () => import('./impl/doctor.js'),
});

export const preflightCommand = defineCommand({
  name: 'preflight',
  summary: 'Check cluster and network before work: doctor --cluster --network.',
  group: 'Find and onboard',
  stability: 'preview',
  args: {},
  flags: { role, managerNamespace },
  examples: [
    ['metalctl preflight', 'Exit 15 when a check fails.'],
    ['metalctl preflight --role daemon', 'Before reconciling with this account.'],
    ['metalctl preflight -o junit > preflight.xml', 'For a CI server.'],
  ],
  needs: ['clock'],
  exits: ['CHECKS_FAILED'],
  related: ['doctor'],
  formats: ['junit'],
  run: () => import('./impl/preflight.js'),
});
