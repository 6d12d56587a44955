/** `metalctl wait`: until objects are as wanted, or have reached a bad end. */
import { choosingObjects } from './choosing.js';
import { defineCommand } from './define.js';
import { duration, list, rest, toggle } from './flags.js';

export const waitCommand = defineCommand({
  name: 'wait',
  summary: 'Wait until objects are as wanted.',
  details:
    'Conditions: state=S, phase=P, power=P, condition=TYPE[=STATUS], jsonpath={.path}=VALUE, delete. Several --for are alternatives; with --and all must hold. A terminal bad state ends the wait at once with exit 4.',
  group: 'Reconcile',
  stability: 'stable',
  args: { targets: rest('KIND/NAME', 'Objects to wait for; or KIND with -l.', { complete: 'kinds' }) },
  flags: {
    for: list('COND', 'What to wait for.', { splits: false }),
    while: list('COND', 'Wait until this stops being true.', { splits: false }),
    and: toggle('All conditions must hold, not one of them.'),
    any: toggle('One of the objects suffices.'),
    ...choosingObjects,
    all: toggle('All objects of the kind.'),
    timeout: duration('How long to wait; 0 looks once.', { fallback: '30m' }),
  },
  examples: [
    ['metalctl wait server/node-07 --for state=Available', 'Until it may be claimed; Error ends the wait.'],
    [
      'metalctl wait scl/db-07 -n db --for phase=Bound --timeout 10m',
      'Until the claim has a server; exit 3 after ten minutes.',
    ],
    ['metalctl wait server/node-07 --for state=Reserved --and --for power=On', 'Both.'],
  ],
  needs: ['cluster', 'clock'],
  exits: ['WAITING', 'FAILED_STATE', 'NOT_FOUND', 'UNSUPPORTED'],
  related: ['get', 'describe'],
  run: () => import('./impl/wait.js'),
});
