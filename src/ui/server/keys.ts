/** Keys of the server view: one table for what they do, the key line and the help. */
import { type Binding, moves } from '../shared/keymap.js';

export const serverKeys = [
  { action: 'next', keys: ['l', 'tab'], label: 'tab next', help: 'the next tab' },
  { action: 'previous', keys: ['h', 'shift-tab'], help: 'the tab before' },
  { action: 'unfold', keys: ['right'], help: 'the next tab; in YAML: unfold what the cursor stands on' },
  { action: 'fold', keys: ['left'], help: 'the tab before; in YAML: fold it, or go to what it belongs to' },
  { action: 'toggle', keys: ['return'], help: 'in YAML: fold or unfold' },
  {
    action: 'fix',
    keys: ['f'],
    label: 'f fix',
    help: 'run the command that opens the first shut gate; it asks as it always does',
  },
  { action: 'power', keys: ['p'], label: 'p power', help: 'the power menu: on, off, reset, cycle, interrupt' },
  { action: 'boot', keys: ['b'], help: 'what it boots: override, order, options' },
  { action: 'console', keys: ['o'], label: 'o console', help: 'its serial console; leaving that comes back here' },
  { action: 'power on', keys: ['O'], help: 'power on' },
  { action: 'power off', keys: ['P'], help: 'power off' },
  { action: 'cordon', keys: ['c'], label: 'c cordon', help: 'keep new claims off it' },
  { action: 'uncordon', keys: ['u'], label: 'u uncordon', help: 'offer it again' },
  { action: 'park', keys: ['K'], help: 'park it: off, and left alone by the operator (k moves up)' },
  { action: 'unpark', keys: ['U'], help: 'give a parked one back to the operator' },
  { action: 'locate', keys: ['L'], help: 'blink its lamp' },
  { action: 'edit', keys: ['e'], help: 'edit it with $VISUAL or $EDITOR; what you changed is shown and asked about' },
  { action: 'yaml', keys: ['y'], label: 'y yaml', help: 'the object as the API has it' },
  { action: 'raw', keys: ['r'], help: 'the Redfish resource of its system, as its BMC gives it' },
  { action: 'search', keys: ['/'], help: 'search in the YAML; what is folded only where nothing else has it' },
  { action: 'next match', keys: ['n'], help: 'the next line that has what was searched for' },
  { action: 'previous match', keys: ['N'], help: 'the line before that has it' },
  {
    action: 'pane',
    keys: ['d'],
    help: 'on large screens: sensors and facts beside the tab, or the whole width for it',
  },
  { action: 'copy', keys: ['Y'], help: 'copy its name' },
  { action: 'print', keys: ['='], help: 'print the command that would show the same (p is the power menu)' },
  { action: 'trouble', keys: ['E'], help: 'what could not be read, why, and what helps' },
  { action: 'help', keys: ['?'], label: '? help', help: 'this list' },
  { action: 'quit', keys: ['q', 'ctrl-c'], label: 'q quit', help: 'leave' },
  { action: 'back', keys: ['escape'], label: 'esc back', help: 'end the search, else back to where it was opened' },
  ...moves,
] as const satisfies readonly Binding<string>[];

export type Action = (typeof serverKeys)[number]['action'];

/** Actions that change the cluster, asked about on the screen where their commands ask. */
export const changing: readonly string[] = ['power on', 'power off', 'cordon', 'uncordon', 'park', 'unpark'];
