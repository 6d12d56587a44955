/** `metalctl why`: what keeps a server, a claim or a BMC from going on, and the command that lets it. */
import { defineCommand } from './define.js';
import { some, text } from './flags.js';

export const whyCommand = defineCommand({
  name: 'why',
  summary: 'Say what holds a server, a claim, a BMC or an account back, and how to let it go on.',
  group: 'Look',
  stability: 'stable',
  args: {
    targets: some(
      'KIND NAME',
      'server, serverclaim, bmc, bmcuser, endpoint or serverbootconfiguration, and a name; or kind/name.',
      { complete: 'kinds' },
    ),
  },
  flags: { for: text('NS/CLAIM', 'Ask for this claim: its tolerations count.') },
  examples: [
    ['metalctl why server node-07', 'Every gate in order, and the command that opens the first that is shut.'],
    ['metalctl why scl db-07 -n db', 'How the fleet narrows down to nothing, and the nearest misses.'],
    ['metalctl why server/node-07 --for db/db-07 -o json', 'Exit code 10 when something blocks, 0 when nothing does.'],
  ],
  needs: ['cluster', 'clock'],
  exits: ['CHANGES', 'NOT_FOUND', 'USAGE'],
  related: ['describe', 'claim', 'get'],
  run: () => import('./impl/why.js'),
});
