/** `metalctl move`: the objects of a cluster go to another one, and no machine notices. */
import { defineCommand } from './define.js';
import { maybe, text, toggle } from './flags.js';

export const moveCommand = defineCommand({
  name: 'move',
  summary: 'Move machines and their claims from one cluster to another.',
  details:
    'Looks first, pauses the source, copies objects with their status and new owners, compares both sides field by field, then hands over. No BMC is asked. The source stays paused, because two clusters must not drive one machine. A journal makes an interrupted move continue or go back. With -n the claims of a namespace, with -l the servers with labels, each with all that belongs to them.',
  group: 'Fleet',
  stability: 'preview',
  args: {},
  flags: {
    sourceKubeconfig: text('FILE', 'Kubeconfig of the source.', { complete: 'files' }),
    sourceContext: text('CTX', 'Its context.'),
    targetKubeconfig: text('FILE', 'Kubeconfig of the target.', { complete: 'files' }),
    targetContext: text('CTX', 'Its context.'),
    selector: text('SEL', 'Servers with these labels, and what belongs to them.', { short: 'l' }),
    pause: toggle('Only pause the source and stop; --resume goes on.'),
    verify: toggle('Only compare: does the target have what the source has, field by field?'),
    deleteSource: toggle('In the end delete the objects of the source, without running their finalizers.'),
    rollbackOnFailure: maybe('Take the copies back when something fails before the hand-over (default yes).'),
    resume: text('FILE', 'Go on with the move of this journal.', { complete: 'files' }),
    rollback: text('FILE', 'Take back the copies of the move of this journal.', { complete: 'files' }),
    managerNamespace: text('NS', 'Namespace of the reconcilers’ lease.', { fallback: 'metalctl-system' }),
  },
  examples: [
    ['metalctl move --source-context boot --target-context fra --plan', 'What would move, and whether it may.'],
    ['metalctl move --source-context boot --target-context fra', 'Asks, then moves; the source stays, paused.'],
    [
      'metalctl move --source-context boot --target-context fra --verify',
      'Afterwards, or at any time; nothing changes.',
    ],
    ['metalctl move --resume FILE', 'After an interruption; --rollback FILE goes back instead.'],
  ],
  needs: ['clock', 'log'],
  exits: ['FAILED_STATE', 'CHANGES', 'NEEDS_INPUT', 'NOT_FOUND', 'CHECKS_FAILED', 'CONFLICT', 'FORBIDDEN'],
  related: ['doctor', 'install crds', 'reconcile'],
  dryRun: 'server',
  plans: 'own',
  run: () => import('./impl/move.js'),
});
