/** Keys of the dashboard: one table for what they do, the key line and the help. */
import type { Binding } from '../shared/keymap.js';
import { moves } from '../shared/keymap.js';
import { listKeys, searchKeys } from '../shared/listing.js';
import { pages } from './rows.js';

export const topKeys = [
  ...pages.map((page, at) => ({
    action: page,
    keys: [String(at + 1)],
    label: `${at + 1} ${page}`,
    help: `the page of ${page}`,
  })),
  { action: 'open', keys: ['return'], label: 'enter open', help: 'open the server; on a rack: its servers' },
  { action: 'yaml', keys: ['y'], help: 'the object under the cursor as the API has it' },
  { action: 'select', keys: ['space'], help: 'select or deselect this server' },
  { action: 'all', keys: ['a'], help: 'select every server that is shown' },
  { action: 'none', keys: ['A'], help: 'select nothing' },
  { action: 'range', keys: ['v'], help: 'select every server from here to where the cursor goes; again to end it' },
  { action: 'cordon', keys: ['c'], label: 'c cordon', help: 'keep new claims off the selected servers' },
  { action: 'uncordon', keys: ['u'], help: 'offer the selected servers again' },
  { action: 'power off', keys: ['P'], help: 'power the selected servers off' },
  { action: 'power on', keys: ['O'], help: 'power the selected servers on' },
  { action: 'boot', keys: ['b'], help: 'boot one server from something else, once: begins that command' },
  { action: 'locate', keys: ['L'], help: 'blink the lamps of the selected servers' },
  { action: 'delete', keys: ['ctrl-d'], help: 'delete the selected servers; asks for what has to be typed' },
  { action: 'place', keys: [':'], help: 'go to a page, open a server, or run any command; tab completes' },
  ...listKeys,
  ...searchKeys,
  { action: 'quit', keys: ['q', 'ctrl-c'], label: 'q quit', help: 'leave' },
  { action: 'back', keys: ['escape'], help: 'clear the filter, go back' },
  ...moves,
] as const satisfies readonly Binding<string>[];

export type Action = (typeof topKeys)[number]['action'];
