/** `metalctl cordon` and `uncordon`: keep new claims off servers, and offer them again. */
import { serverWords as args, choosingServers as choosing } from './choosing.js';
import { defineCommand } from './define.js';
import { text } from './flags.js';

export const cordonCommand = defineCommand({
  name: 'cordon',
  summary: 'Keep new claims off servers.',
  group: 'Operate',
  stability: 'stable',
  args,
  flags: {
    ...choosing,
    reason: text('TEXT', 'Why; kept in an annotation and shown by describe.'),
    until: text('TIME', 'End it by itself: 18:00, 2h, or RFC 3339. The first pass after that uncordons.'),
  },
  examples: [
    ['metalctl cordon node-07 --reason "psu swap"', 'Claims already bound stay bound.'],
    ['metalctl cordon -l metadata.metal.ironcore.dev/rack=r12 --until 18:00', 'A whole rack, for the day.'],
    ['metalctl cordon serial:8XK2M14 --dry-run', 'Ask the API server, store nothing.'],
  ],
  needs: ['cluster', 'clock'],
  exits: ['NOT_FOUND', 'CONFLICT', 'PARTIAL', 'UNSUPPORTED'],
  related: ['uncordon', 'describe'],
  dryRun: 'server',
  plans: 'steps',
  run: () => import('./impl/cordon.js'),
});

export const uncordonCommand = defineCommand({
  name: 'uncordon',
  summary: 'Offer servers to claims again.',
  group: 'Operate',
  stability: 'stable',
  args,
  flags: choosing,
  examples: [
    ['metalctl uncordon node-07', 'The server may be claimed again.'],
    ['metalctl uncordon --field cordoned=true', 'All that are cordoned.'],
    ['metalctl uncordon node-07 -o json', 'And show the object.'],
  ],
  needs: ['cluster', 'clock'],
  exits: ['NOT_FOUND', 'CONFLICT', 'PARTIAL', 'UNSUPPORTED'],
  related: ['cordon', 'get'],
  dryRun: 'server',
  plans: 'steps',
  run: () => import('./impl/uncordon.js'),
});
