/** `metalctl logs`: what passes of this machine did. */
import { defineCommand } from './define.js';
import { duration, optional, text, toggle } from './flags.js';

export const logsCommand = defineCommand({
  name: 'logs',
  summary: 'Show what the passes of this machine did, from their journal.',
  details:
    'reconcile --once writes down every object that it changed, deferred or failed at; thirty days are kept in the state directory. What passes of a CronJob or the daemon say is in the logs of their pods.',
  group: 'Reconcile',
  stability: 'preview',
  args: { about: optional('reconcile|KIND/NAME', 'All passes, or what they did to one object.') },
  flags: {
    since: duration('Only runs that ended in this time.'),
    run: text('ID', 'Only this run.'),
    errors: toggle('Only what failed.'),
  },
  examples: [
    ['metalctl logs', 'Every object that a pass changed, deferred or failed at.'],
    ['metalctl logs server/node-07 --since 1d', 'What passes did to one machine.'],
    ['metalctl logs --errors -o jsonl', 'Failures, one per line, for a program.'],
  ],
  needs: [],
  exits: ['NOT_FOUND'],
  related: ['reconcile', 'events', 'history'],
  run: () => import('./impl/logs.js'),
});
