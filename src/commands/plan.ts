/** `metalctl plan`: what the reconcilers would do now, without doing it. */
import { defineCommand } from './define.js';
import { choice, duration, integer, list, rest, text } from './flags.js';
import { file } from './manifests.js';
import { settingFlags } from './reconcile.js';

export const planCommand = defineCommand({
  name: 'plan',
  summary: 'Print what a pass would write and tell the hardware, and do neither.',
  details:
    'Runs the reconcilers themselves: objects and BMCs are read live, writes are kept aside where later steps see them, and requests to BMCs are supposed to have been accepted. No lease is taken. With -f the manifests come first, and the plan is about them and what follows; --out keeps it in a file for apply, which does what it says or, when what it rests on has changed, nothing.',
  group: 'Reconcile',
  stability: 'stable',
  args: { targets: rest('KIND/NAME', 'Only these objects: server/rack1-system-0.') },
  flags: {
    file,
    out: text('PLANFILE', 'Keep the plan of -f here, for metalctl apply PLANFILE; it holds no secrets.', {
      complete: 'files',
    }),
    only: list('KINDS', 'Visit only these kinds.', { complete: 'kinds' }),
    skip: list('KINDS', 'Visit all but these kinds.', { complete: 'kinds' }),
    selector: text('SEL', 'Only objects with these labels.', { short: 'l' }),
    depth: choice(
      ['now', 'settled'],
      'How far it looks: the next pass, or all that follows if BMCs and boot operators do their part (marked ?).',
      { fallback: 'now' },
    ),
    maxPasses: integer('N', 'Rounds before it gives up.', { fallback: '20' }),
    deadline: duration('Longest time to take.', { fallback: '10m' }),
    ...settingFlags,
  },
  examples: [
    ['metalctl plan', 'Every write and every BMC request of the next pass, in order. Exit 10 when there are any.'],
    ['metalctl plan server/node-07 -o json', 'One server, as a Plan document.'],
    ['metalctl plan -f claim.yaml --out db.plan', 'What applying it would lead to; kept, to be applied as it is.'],
    ['metalctl plan -f claim.yaml --depth settled', 'The whole road, up to a machine that runs.'],
    ['metalctl plan --only serverclaims', 'Which claims would get which servers.'],
  ],
  needs: ['clock', 'log', 'cluster', 'bmc', 'shells', 'events'],
  exits: ['CHANGES', 'PARTIAL', 'NOT_FOUND', 'FORBIDDEN', 'BMC_AUTH', 'BMC_UNREACHABLE'],
  formats: ['mermaid', 'dot'],
  related: ['apply', 'reconcile', 'why', 'claim'],
  run: () => import('./impl/plan.js'),
});
