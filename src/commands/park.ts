/** `metalctl park` and `unpark`: take servers out of the claims' hands for work of one's own, and give them back. */
import { serverWords as args, choosingServers as choosing } from './choosing.js';
import { defineCommand } from './define.js';
import { waitingFlags } from './waiting.js';

export const parkCommand = defineCommand({
  name: 'park',
  summary: 'Power servers off and make the operator stand down.',
  details:
    'A claim that holds the server stays bound, and its machine is switched off. The operator carries it out: Available and Reserved servers park, others when their present work is over.',
  group: 'Operate',
  stability: 'stable',
  args,
  flags: { ...choosing, ...waitingFlags },
  examples: [
    ['metalctl park node-07', 'Asks first: the machine is powered off.'],
    [
      'metalctl park node-07 --yes --wait --timeout 10m',
      'In a script: until it is Parked; exit 3 when it is not by then.',
    ],
    ['metalctl park -l metadata.metal.ironcore.dev/rack=r12', 'A whole rack.'],
  ],
  needs: ['cluster', 'clock'],
  exits: ['WAITING', 'NOT_FOUND', 'NEEDS_INPUT', 'CONFLICT', 'PARTIAL', 'UNSUPPORTED'],
  related: ['unpark', 'cordon', 'wait'],
  dryRun: 'server',
  plans: 'steps',
  run: () => import('./impl/park.js'),
});

export const unparkCommand = defineCommand({
  name: 'unpark',
  summary: 'Let the operator have parked servers again.',
  group: 'Operate',
  stability: 'stable',
  args,
  flags: { ...choosing, ...waitingFlags },
  examples: [
    ['metalctl unpark node-07 --wait', 'Back to Available, or to the claim that holds it.'],
    ['metalctl unpark --field state=Parked', 'All that are parked.'],
    ['metalctl unpark node-07 --dry-run', 'Ask the API server, store nothing.'],
  ],
  needs: ['cluster', 'clock'],
  exits: ['WAITING', 'NOT_FOUND', 'CONFLICT', 'PARTIAL', 'UNSUPPORTED'],
  related: ['park', 'get'],
  dryRun: 'server',
  plans: 'steps',
  run: () => import('./impl/unpark.js'),
});
