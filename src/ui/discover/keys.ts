/** Keys of the discover view. */
import { type Binding, moves } from '../shared/keymap.js';
import { listKeys } from '../shared/listing.js';

export const discoverKeys = [
  { action: 'select', keys: ['space'], label: 'space select', help: 'select or deselect this row' },
  { action: 'all', keys: ['a'], label: 'a all new', help: 'select everything that can be' },
  { action: 'none', keys: ['A'], help: 'select nothing' },
  {
    action: 'name',
    keys: ['n'],
    label: 'n name',
    help: 'name this row; with fields, such as {location}-{serial}, the selected rows',
  },
  { action: 'labels', keys: ['l'], label: 'l label', help: 'labels of the selected rows: location=fra rack=r12 k=v' },
  { action: 'login', keys: ['c'], label: 'c creds', help: 'type an account and try it once on the selected rows' },
  { action: 'onboard', keys: ['return'], label: 'enter preview', help: 'see what would be created' },
  { action: 'stop', keys: ['x'], label: 'x stop', help: 'stop the sweep' },
  ...listKeys,
  { action: 'quit', keys: ['q', 'ctrl-c'], label: 'q quit', help: 'leave; the report is kept' },
  { action: 'range', keys: ['v'], help: 'select from here to where the cursor goes' },
  { action: 'report', keys: ['o'], help: 'write the report to a file' },
  { action: 'raw', keys: ['f'], help: 'everything found about this row' },
  { action: 'back', keys: ['escape'], help: 'clear the filter, go back' },
  ...moves,
] as const satisfies readonly Binding<string>[];

export type Action = (typeof discoverKeys)[number]['action'];
