/** `metalctl locate`: make servers show themselves in the rack. */
import { choosingServers } from './choosing.js';
import { defineCommand } from './define.js';
import { duration, rest } from './flags.js';

export const locateCommand = defineCommand({
  name: 'locate',
  summary: 'Switch the identify light of servers on, to blinking, or off.',
  details:
    'The last word may be on, blink or off; on if it is none of them. The Server keeps what is wanted, and its BMC is told at once where it can be reached from here. Lights that know only on and off blink as on.',
  group: 'Operate',
  stability: 'stable',
  args: { words: rest('SERVER|on|blink|off', 'Servers, then what they should show.', { complete: 'servers' }) },
  flags: {
    ...choosingServers,
    for: duration('Switch off again after so long; Ctrl-C does at once.'),
  },
  examples: [
    ['metalctl locate node-07', 'Until it is switched off.'],
    ['metalctl locate node-07 blink --for 10m', 'For somebody on the way to the rack.'],
    ['metalctl locate --all off', 'All dark again.'],
  ],
  needs: ['cluster', 'clock'],
  exits: ['NOT_FOUND', 'UNSUPPORTED', 'CONFLICT', 'PARTIAL'],
  dryRun: 'client',
  related: ['power status', 'inventory'],
  plans: 'steps',
  run: () => import('./impl/locate.js'),
});
