/** New entries of a log of a BMC, as they come: what the BMC pushes is a reason to look; without a stream it is read now and then. */
import { isMetalError } from '../../errors/classes.js';
import type { Bmc, LogEntry } from '../../ports/bmc.js';
import type { Clock } from '../../ports/clock.js';

export interface FeedOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Entries read at a time. */
  readonly most: number;
  /** Those that were seen before. */
  readonly known: readonly LogEntry[];
  /** Told once when the BMC pushes nothing. */
  readonly onPoll: (text: string) => void;
}

/** Oldest first, without end. @throws the signal's reason · MetalError of a read */
export async function* freshEntries(bmc: Bmc, log: string, options: FeedOptions): AsyncIterable<LogEntry> {
  const known = new Set(options.known.map(keyOf));
  for await (const _ of heartbeats(bmc, options)) {
    const entries = await bmc.logEntries(log, options.most);
    for (const entry of entries.filter((each) => !known.has(keyOf(each))).reverse()) {
      known.add(keyOf(entry));
      yield entry;
    }
  }
}

const pollMs = 10_000;

async function* heartbeats(bmc: Bmc, { clock, signal, onPoll }: FeedOptions): AsyncIterable<void> {
  try {
    for await (const _ of bmc.events(signal)) yield;
  } catch (error) {
    if (!isMetalError(error) || error.code !== 'BMC_UNSUPPORTED') throw error;
    onPoll('the BMC pushes no events: its log is read every 10 s');
  }
  for (;;) {
    await clock.sleep(pollMs, signal);
    yield;
  }
}

const keyOf = ({ id, at = '', message }: LogEntry): string => `${id} ${at} ${message}`;
