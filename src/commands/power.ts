/** `metalctl power`: what machines are, and what they should be. */
import { serverWords as args, choosingServers as choosing } from './choosing.js';
import { defineCommand } from './define.js';
import { duration, text, toggle } from './flags.js';
import { waitingFlags } from './waiting.js';

const direct = toggle('Tell the BMC itself, whatever the API says; a reconciler may undo it.');
const how = {
  stagger: duration('Between two servers; default 1s when more than four share a rack.'),
  reason: text('TEXT', 'Why; kept as an event of each server.'),
};
const type = text('RESETTYPE', 'Exactly this Redfish reset, told to the BMC itself.');
const changing = { ...choosing, ...how, type, direct, ...waitingFlags };
const exits = ['NOT_FOUND', 'UNSUPPORTED', 'CONFLICT', 'PARTIAL', 'BMC_AUTH', 'BMC_UNREACHABLE'] as const;
const details =
  'The power of a Reserved server is what its claim says, so the claim is changed. Available servers are kept off by the reconciler. Servers in other states are told through their BMC.';

export const powerStatusCommand = defineCommand({
  name: 'power status',
  summary: 'Show what power servers have, want, and who decides.',
  group: 'Operate',
  stability: 'stable',
  args,
  flags: { ...choosing, direct: toggle('Ask the BMCs instead of the API.') },
  examples: [
    ['metalctl power status', 'All servers, as last seen by the reconcilers.'],
    ['metalctl power status node-07 --direct', 'As its BMC says now.'],
    ['metalctl power status -l metadata.metal.ironcore.dev/rack=r12 -o csv', 'A rack, for a spreadsheet.'],
  ],
  needs: ['cluster', 'clock'],
  exits,
  related: ['power on', 'power off'],
  run: () => import('./impl/power-status.js'),
});

export const powerOnCommand = defineCommand({
  name: 'power on',
  summary: 'Power servers on.',
  details,
  group: 'Operate',
  stability: 'stable',
  args,
  flags: { ...changing, force: toggle('ForceOn, told to the BMC itself.') },
  examples: [
    ['metalctl power on node-07 --wait', "The claim's power becomes On, and the machine too."],
    ['metalctl power on --field state=Reserved,power=Off', 'All claimed servers that are off.'],
    ['metalctl power on node-08 --direct', 'Past the reconciler.'],
  ],
  needs: ['cluster', 'clock'],
  exits: ['WAITING', ...exits],
  related: ['power off', 'power status', 'wait'],
  plans: 'steps',
  run: () => import('./impl/power-on.js'),
});

export const powerOffCommand = defineCommand({
  name: 'power off',
  summary: 'Shut servers down.',
  details,
  group: 'Operate',
  stability: 'stable',
  args,
  flags: { ...changing, force: toggle('With a BMC: cut the power instead of asking the system to shut down.') },
  examples: [
    ['metalctl power off node-07', "The claim's power becomes Off, after a question."],
    ['metalctl power off node-07 --yes', 'Without the question.'],
    ['metalctl power off node-08 --direct --force --yes', 'Cut the power through the BMC.'],
  ],
  needs: ['cluster', 'clock'],
  exits: ['WAITING', ...exits, 'NEEDS_INPUT'],
  related: ['power on', 'power status', 'wait'],
  plans: 'steps',
  run: () => import('./impl/power-off.js'),
});

const momentary = { ...choosing, ...how, type, direct } as const;
const momentaryDetails =
  'The operator carries it out: it writes the reset down before it is sent, so that it happens once. nmi, push, --direct and --type are told to the BMC by this command.';

export const powerCycleCommand = defineCommand({
  name: 'power cycle',
  summary: 'Cut the power of servers and give it back.',
  details: momentaryDetails,
  group: 'Operate',
  stability: 'stable',
  args,
  flags: { ...momentary, ...waitingFlags },
  examples: [
    ['metalctl power cycle node-07', 'Asks first when a claim holds it.'],
    ['metalctl power cycle -l metadata.metal.ironcore.dev/rack=r12 --stagger 2s --yes', 'A rack, one after the other.'],
    ['metalctl power cycle node-07 --dry-run', 'What would be asked.'],
  ],
  needs: ['cluster', 'clock'],
  exits: ['WAITING', ...exits, 'NEEDS_INPUT'],
  dryRun: 'client',
  related: ['power reset', 'power off'],
  plans: 'steps',
  run: () => import('./impl/power-cycle.js'),
});

export const powerResetCommand = defineCommand({
  name: 'power reset',
  summary: 'Restart servers.',
  details: momentaryDetails,
  group: 'Operate',
  stability: 'stable',
  args,
  flags: { ...momentary, ...waitingFlags, force: toggle('Without asking the operating system.') },
  examples: [
    ['metalctl power reset node-07', 'A graceful restart.'],
    ['metalctl power reset node-07 --force --yes', 'A hard one.'],
    ['metalctl power reset node-07 --type ForceRestart --yes', 'Told to the BMC at once.'],
  ],
  needs: ['cluster', 'clock'],
  exits: ['WAITING', ...exits, 'NEEDS_INPUT'],
  dryRun: 'client',
  related: ['power cycle', 'bmc reset'],
  plans: 'steps',
  run: () => import('./impl/power-reset.js'),
});

export const powerNmiCommand = defineCommand({
  name: 'power nmi',
  summary: 'Send servers a diagnostic interrupt: most systems crash and dump.',
  details: momentaryDetails,
  group: 'Operate',
  stability: 'stable',
  args,
  flags: { ...choosing, ...how },
  examples: [
    ['metalctl power nmi node-07', 'Asks first.'],
    ['metalctl power nmi node-07 --yes', 'In a script.'],
    ['metalctl power nmi node-07 --dry-run', 'What would be sent.'],
  ],
  needs: ['cluster', 'clock'],
  exits: [...exits, 'NEEDS_INPUT'],
  dryRun: 'client',
  related: ['power reset'],
  plans: 'steps',
  run: () => import('./impl/power-nmi.js'),
});

export const powerPushCommand = defineCommand({
  name: 'power push',
  summary: 'Push the power button of servers.',
  details: momentaryDetails,
  group: 'Operate',
  stability: 'stable',
  args,
  flags: { ...choosing, ...how },
  examples: [
    ['metalctl power push node-07', 'On becomes off, off becomes on.'],
    ['metalctl power push node-07 --yes', 'Without a question.'],
    ['metalctl power push node-07 --dry-run', 'What would be sent.'],
  ],
  needs: ['cluster', 'clock'],
  exits: [...exits, 'NEEDS_INPUT'],
  dryRun: 'client',
  related: ['power on', 'power off'],
  plans: 'steps',
  run: () => import('./impl/power-push.js'),
});
