/** `metalctl demo`: the main job told as a story, with the real program. */
import { defineCommand } from './define.js';
import { integer, text, toggle } from './flags.js';

export const demoCommand = defineCommand({
  name: 'demo',
  summary: 'Tell the main job as a story, on emulated machines.',
  details:
    'Starts a sandbox, then discovers, onboards, claims, releases, and asks why a server cannot be claimed, printing each command before its output. Nothing on this computer is left behind unless --keep is given.',
  group: 'Setup',
  stability: 'stable',
  args: {},
  flags: {
    servers: integer('N', 'Emulated machines.', { fallback: '8' }),
    speed: text('X', 'Factor on all hardware delays.', { fallback: '60' }),
    keep: toggle('Leave the sandbox running, and say how to join it.'),
  },
  examples: [
    ['metalctl demo', 'The whole story, in well under a minute.'],
    ['metalctl demo --keep', 'The same; afterwards the sandbox is yours to play with.'],
    ['metalctl demo -o json', 'One document with each step, its command, whether it went as told, and its seconds.'],
  ],
  needs: ['clock'],
  exits: [],
  related: ['sandbox up'],
  run: () => import('./impl/demo.js'),
});
