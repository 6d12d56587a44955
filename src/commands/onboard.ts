/** `metalctl onboard`: make BMC objects of what was discovered. */
import { defineCommand } from './define.js';
import { sweepFlags } from './discover.js';
import { choice, duration, list, rest, text, toggle } from './flags.js';

export const onboardCommand = defineCommand({
  name: 'onboard',
  summary: 'Create BMC objects for discovered machines and follow them until they are Available.',
  details:
    'Machines come from a report (--from last is the last discover), or from addresses, which are discovered first. A machine that runs is cordoned and left alone unless --power off. --cordon and --taint are written on the BMC, and stand in its servers from the moment that metalctl makes them; upstream’s operator does not read them.',
  group: 'Find and onboard',
  stability: 'stable',
  args: { addresses: rest('ADDRESS', 'Only these; without --from they are discovered first.') },
  flags: {
    from: text('last|FILE', 'DiscoverReport to take findings from.', { complete: 'files' }),
    status: list('LIST', 'Findings to take: new, known.', { fallback: 'new' }),
    ...sweepFlags,
    createSecret: toggle('A BMCSecret per BMC, of --bmc-username and its password.'),
    nameTemplate: text('T', 'Fields: {vendor} {model} {serial} {uuid} {ip} {mac} {location} {rack} {shelf} {n}.', {
      fallback: '{vendor}-{serial}',
    }),
    label: list('K=V', 'Labels of the BMCs and their servers; location, rack, shelf and height are short keys.'),
    location: text('T', 'Location, where the finding has none.'),
    rack: text('T', 'Rack, where the finding has none.'),
    power: choice(['keep', 'off'], 'keep: running machines are cordoned; off: switched off for discovery.', {
      fallback: 'keep',
    }),
    cordon: toggle('Their servers begin cordoned: discovered, and nobody’s until uncordon.'),
    taint: list('K[=V]:NoBind', 'Their servers begin with these taints: only claims that tolerate them get one.'),
    wait: toggle('Follow each BMC to its servers and these to Available.'),
    timeout: duration('Longest time to wait.', { fallback: '30m' }),
    driver: choice(['auto', 'cluster', 'local', 'none'], 'Who reconciles while waiting.', { fallback: 'auto' }),
    takeOver: toggle('Drive locally beside a live controller.'),
    registryAddress: text('HOST:PORT', 'Where the probe registry of a local driver listens.', {
      fallback: '127.0.0.1:10000',
    }),
    registryUrl: text('URL', 'Address of that registry as probes reach it, if it differs.'),
  },
  examples: [
    ['metalctl onboard --from last --status new --bmc-secret oob-default', 'Everything new of the last discover.'],
    [
      "metalctl onboard --from last --name-template '{location}-{serial}' --label location=fra --wait",
      'Until Available.',
    ],
    ['metalctl onboard 10.20.0.11 --bmc-secret oob-default', 'One machine, discovered on the way.'],
    [
      'metalctl onboard --from last --taint burn-in:NoBind',
      'Only claims that tolerate burn-in get them, from the first moment.',
    ],
  ],
  needs: ['clock', 'log', 'cluster', 'events', 'bmc', 'identification'],
  exits: ['WAITING', 'NEEDS_INPUT', 'NOT_FOUND', 'CONFLICT', 'PARTIAL', 'FORBIDDEN', 'BMC_AUTH', 'BMC_UNREACHABLE'],
  dryRun: 'client',
  related: ['discover', 'claim', 'reconcile'],
  run: () => import('./impl/onboard.js'),
});
