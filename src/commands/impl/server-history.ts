/** What happened to a server and its BMC, from where `metalctl history` has it, as the view shows it. Pure. */
import type { EventObject } from '../../api/kubernetes.js';
import type { BMC } from '../../api/metal/v1alpha1/bmc.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import type { DetailLine } from '../../ui/server/model.js';
import { byTime, type Entry, entriesOf } from './history-entries.js';

/** Everything that is recorded, oldest first. Passes of this machine are read by who has its journal. */
export const pastOf = (
  server: Server,
  bmc: BMC | undefined,
  events: readonly EventObject[],
  passes: readonly Entry[],
): readonly Entry[] =>
  [
    ...entriesOf(`server/${server.metadata.name}`, server, events),
    ...(bmc === undefined ? [] : entriesOf(`bmc/${bmc.metadata.name}`, bmc, events)),
    ...passes,
  ].sort(byTime);

/** A tab: newest first, with the day. */
export const historyLines = (past: readonly Entry[]): DetailLine[] =>
  past.toReversed().map((entry) => ({ text: `${entry.time.slice(0, 19).replace('T', ' ')}  ${whatOf(entry)}` }));

const dayMs = 86_400_000;

/** The last day, oldest first, by the minute. */
export const timelineOf = (past: readonly Entry[], nowMs: number): string[] =>
  past
    .filter(({ time }) => nowMs - Date.parse(time) <= dayMs)
    .map((entry) => ` ${entry.time.slice(11, 16)}  ${whatOf(entry)}`);

const whatOf = ({ object, source, text }: Entry): string =>
  `${(object.split('/')[0] ?? '').padEnd(6)}  ${source.padEnd(9)}  ${text}`;
