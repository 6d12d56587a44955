/** Keys of the detail of a server: one table for what they do, the key line and the help. */
import { type Binding, moves } from '../shared/keymap.js';

export const serverKeys = [
  { action: 'next', keys: ['right', 'l', 'tab'], label: 'tab next', help: 'the next tab' },
  { action: 'previous', keys: ['left', 'h', 'shift-tab'], help: 'the tab before' },
  {
    action: 'fix',
    keys: ['f'],
    label: 'f fix',
    help: 'run the command that opens the first shut gate; it asks as it always does',
  },
  { action: 'console', keys: ['o'], label: 'o console', help: 'its serial console; leaving that comes back here' },
  { action: 'edit', keys: ['e'], help: 'edit it with $VISUAL or $EDITOR; only what you changed is sent' },
  { action: 'boot', keys: ['b'], help: 'what it boots: override, order, options' },
  { action: 'locate', keys: ['L'], help: 'blink its lamp' },
  { action: 'power on', keys: ['O'], label: 'O power on', help: 'power on' },
  { action: 'power off', keys: ['P'], label: 'P power off', help: 'power off' },
  { action: 'cordon', keys: ['c'], label: 'c cordon', help: 'keep new claims off it' },
  { action: 'uncordon', keys: ['u'], label: 'u uncordon', help: 'offer it again' },
  { action: 'yaml', keys: ['y'], label: 'y yaml', help: 'the object as the API has it' },
  {
    action: 'pane',
    keys: ['d'],
    help: 'on large screens: sensors and facts beside the tab, or the whole width for it',
  },
  { action: 'copy', keys: ['Y'], help: 'copy its name' },
  { action: 'print', keys: ['p'], help: 'print the command that would show the same' },
  { action: 'help', keys: ['?'], label: '? help', help: 'this list' },
  { action: 'quit', keys: ['q', 'ctrl-c'], label: 'q quit', help: 'leave' },
  { action: 'back', keys: ['escape'], label: 'esc back', help: 'back to where it was opened' },
  ...moves,
] as const satisfies readonly Binding<string>[];

export type Action = (typeof serverKeys)[number]['action'];

/** Actions that change the cluster, asked about on the screen. */
export const changing: readonly string[] = ['power on', 'power off', 'cordon', 'uncordon'];
