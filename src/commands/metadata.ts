/** `metalctl label`, `annotate` and `delete`: kubectl's verbs, with metalctl's manners. */
import { choosingObjects } from './choosing.js';
import { defineCommand } from './define.js';
import { rest, some, toggle } from './flags.js';

const changing = {
  overwrite: toggle('Replace values that are set.'),
  ...choosingObjects,
  all: toggle('All objects of the kind.'),
};

export const labelCommand = defineCommand({
  name: 'label',
  summary: 'Set and remove labels.',
  group: 'Plumbing',
  stability: 'stable',
  args: { words: some('KIND NAME KEY=VALUE|KEY-', 'Objects, then labels; KEY- removes one.', { complete: 'kinds' }) },
  flags: changing,
  examples: [
    ['metalctl label server node-07 pool=general', 'Set a label that is not set yet.'],
    ['metalctl label server/node-07 pool=lab --overwrite', 'Change it.'],
    ['metalctl label servers -l pool=lab pool-', 'Remove it from all that have it.'],
  ],
  needs: ['cluster'],
  exits: ['NOT_FOUND', 'CONFLICT', 'PARTIAL', 'UNSUPPORTED'],
  related: ['annotate', 'get'],
  dryRun: 'client',
  plans: 'steps',
  run: () => import('./impl/label.js'),
});

export const annotateCommand = defineCommand({
  name: 'annotate',
  summary: 'Set and remove annotations.',
  group: 'Plumbing',
  stability: 'stable',
  args: {
    words: some('KIND NAME KEY=VALUE|KEY-', 'Objects, then annotations; KEY- removes one.', { complete: 'kinds' }),
  },
  flags: changing,
  examples: [
    ['metalctl annotate server node-07 note="fan noise"', 'Set an annotation that is not set yet.'],
    ['metalctl annotate server node-07 note=quiet --overwrite', 'Change it.'],
    ['metalctl annotate server node-07 note-', 'Remove it.'],
  ],
  needs: ['cluster'],
  exits: ['NOT_FOUND', 'CONFLICT', 'PARTIAL', 'UNSUPPORTED'],
  related: ['label', 'describe'],
  dryRun: 'client',
  plans: 'steps',
  run: () => import('./impl/annotate.js'),
});

export const deleteCommand = defineCommand({
  name: 'delete',
  summary: 'Delete objects.',
  details:
    'Servers and BMCs want a typed confirmation: they are machines. A finalizer may keep an object until its reconciler has let it go; --orphan-finalizers takes it off without that work, and says what stays on the hardware.',
  group: 'Plumbing',
  stability: 'stable',
  args: { targets: rest('KIND NAME', 'Kind and names, or kind/name.', { complete: 'kinds' }) },
  flags: {
    ...choosingObjects,
    all: changing.all,
    force: toggle('Also while a maintenance holds the server: asks the operator for allow-in-progress-delete.'),
    orphanFinalizers: toggle('Take finalizers off by hand; what they would have cleaned up stays.'),
  },
  examples: [
    ['metalctl delete scl db-07 -n db --yes', 'A claim, without the question; release does more.'],
    ['metalctl delete server node-07 --confirm node-07', 'A machine: its name is the answer.'],
    ['metalctl delete servers -l pool=lab --dry-run=server', 'Ask the API server, delete nothing.'],
    ['metalctl delete -f claims.yaml', 'Everything a file names.'],
  ],
  needs: ['cluster'],
  exits: ['NOT_FOUND', 'NEEDS_INPUT', 'CONFLICT', 'PARTIAL', 'UNSUPPORTED'],
  related: ['release', 'get'],
  dryRun: 'client',
  plans: 'steps',
  run: () => import('./impl/delete.js'),
});
