/** `metalctl taint` and `untaint`: marks that keep claims away which do not tolerate them. */
import { choosingServers } from './choosing.js';
import { defineCommand } from './define.js';
import { some, toggle } from './flags.js';

const { selector, field, file } = choosingServers;
const choosing = { selector, field, file };

export const taintCommand = defineCommand({
  name: 'taint',
  summary: 'Keep claims off servers unless they tolerate it.',
  group: 'Operate',
  stability: 'stable',
  args: {
    words: some('SERVER ... KEY[=VALUE]:EFFECT', 'Servers, and taints: NoBind, or Evict, which nothing acts on yet.', {
      complete: 'servers',
    }),
  },
  flags: choosing,
  examples: [
    ['metalctl taint node-07 hw/nic-fault:NoBind', 'Only claims that tolerate hw/nic-fault get it.'],
    ['metalctl taint -l metadata.metal.ironcore.dev/rack=r12 pool=lab:NoBind', 'A whole rack, with a value.'],
    ['metalctl taint serial:8XK2M14 burn-in:NoBind --dry-run', 'Ask the API server, store nothing.'],
  ],
  needs: ['cluster'],
  exits: ['NOT_FOUND', 'CONFLICT', 'PARTIAL', 'USAGE'],
  related: ['untaint', 'cordon', 'claim'],
  dryRun: 'server',
  plans: 'steps',
  run: () => import('./impl/taint.js'),
});

export const untaintCommand = defineCommand({
  name: 'untaint',
  summary: 'Take taints off servers.',
  group: 'Operate',
  stability: 'stable',
  args: {
    words: some('SERVER ... KEY[:EFFECT]', 'Servers, and last the taint; without it --all.', {
      complete: 'servers',
    }),
  },
  flags: { ...choosing, all: toggle('All taints of these servers.') },
  examples: [
    ['metalctl untaint node-07 hw/nic-fault', 'The taint of this key, whatever its value and effect.'],
    ['metalctl untaint node-07 hw/nic-fault:NoBind', 'Only with this effect.'],
    ['metalctl untaint node-07 --all', 'Every taint.'],
  ],
  needs: ['cluster'],
  exits: ['NOT_FOUND', 'CONFLICT', 'PARTIAL', 'USAGE'],
  related: ['taint', 'uncordon'],
  dryRun: 'server',
  plans: 'steps',
  run: () => import('./impl/untaint.js'),
});
