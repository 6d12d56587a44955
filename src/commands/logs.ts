/** `metalctl logs`: what passes of this machine did. */
import { defineCommand } from './define.js';
import { duration, optional, text, toggle } from './flags.js';

export const logsCommand = defineCommand({
  name: 'logs',
  summary: 'Show what passes did: those of this machine, or those of the cluster.',
  details:
    'reconcile --once writes down every object that it changed, deferred or failed at; thirty days are kept in the state directory. With --from-cluster, what the pods of the CronJob and of the daemon have said, as long as the pods are there.',
  group: 'Reconcile',
  stability: 'preview',
  args: { about: optional('reconcile|KIND/NAME', 'All passes, or what they did to one object.') },
  flags: {
    since: duration('Only runs that ended in this time.'),
    run: text('ID', 'Only this run.'),
    errors: toggle('Only what failed.'),
    watch: toggle('Go on and show what later passes write down.', { short: 'w' }),
    fromCluster: toggle('Read the pods that install made, instead of the journal of this machine.'),
    managerNamespace: text('NS', 'Namespace of those pods.', { fallback: 'metalctl-system' }),
  },
  examples: [
    ['metalctl logs', 'Every object that a pass changed, deferred or failed at.'],
    ['metalctl logs server/node-07 --since 1d', 'What passes did to one machine.'],
    ['metalctl logs -w', 'And what the next passes will do, as each ends.'],
    ['metalctl logs --errors -o jsonl', 'Failures, one per line, for a program.'],
    ['metalctl logs --from-cluster --since 1h', 'What the CronJob or the daemon did.'],
  ],
  needs: [],
  exits: ['NOT_FOUND', 'FORBIDDEN'],
  related: ['reconcile', 'events', 'history'],
  run: () => import('./impl/logs.js'),
});
