/** Keys of the claim view. */
import { type Binding, moves } from '../shared/keymap.js';
import { listKeys, searchKeys } from '../shared/listing.js';

export const claimKeys = [
  {
    action: 'choose',
    keys: ['return'],
    label: 'enter choose',
    help: 'preview the claim for this server, or for those that are marked',
  },
  { action: 'mark', keys: ['space'], label: 'space mark', help: 'mark this server, where several are wanted' },
  { action: 'mark all', keys: ['a'], help: 'mark as many of the shown ones as are wanted' },
  { action: 'unmark', keys: ['A'], help: 'mark none' },
  { action: 'form', keys: ['tab', 'shift-tab'], label: 'tab form', help: 'requirements: minimum hardware, labels' },
  { action: 'why', keys: ['y'], label: 'y why', help: 'why this server can or cannot be claimed' },
  { action: 'shut', keys: ['t'], label: 't all', help: 'show or hide servers that cannot be claimed now' },
  { action: 'image', keys: ['i'], label: 'i image', help: 'change the image' },
  { action: 'ignition', keys: ['u'], help: 'change the ignition file, or secret/NAME' },
  { action: 'power', keys: ['P'], label: 'P power', help: 'power on or off' },
  { action: 'wait', keys: ['W'], help: 'stay until the server runs, until it is bound, or not' },
  { action: 'tolerate', keys: ['T'], help: 'tolerate the taints of this server' },
  ...listKeys,
  ...searchKeys,
  { action: 'quit', keys: ['q', 'ctrl-c'], label: 'q quit', help: 'leave without claiming' },
  { action: 'back', keys: ['escape'], help: 'clear the filter, close, go back' },
  ...moves,
] as const satisfies readonly Binding<string>[];

export type Action = (typeof claimKeys)[number]['action'];
