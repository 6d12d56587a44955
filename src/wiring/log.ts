/** The log of a process: words for people or JSON lines, on stderr, redacted and neutralised. */
import { redactFields, redactText } from '../lib/output/clean.js';
import { escapeJson, neutralise } from '../lib/sanitize.js';
import type { Clock } from '../ports/clock.js';
import type { Log, LogLevel } from '../ports/log.js';

const order: readonly LogLevel[] = ['error', 'warn', 'info', 'debug', 'trace'];

export interface LogOptions {
  readonly level: LogLevel;
  readonly form: 'text' | 'json';
  readonly clock: Clock;
  /** Told down to `trace`, whatever the level. */
  readonly topics?: readonly string[];
  readonly write: (line: string) => void;
}

export function createLog({ level, form, clock, topics = [], write }: LogOptions): Log {
  const most = order.indexOf(level);
  return {
    log: (at, message, { topic, ...fields } = {}) => {
      const isAsked = typeof topic === 'string' && topics.includes(topic);
      if (order.indexOf(at) > most && !isAsked) return;
      const line = form === 'json' ? jsonLine : textLine;
      write(`${line(clock.now(), at, message, isAsked ? { topic, ...fields } : fields)}\n`);
    },
  };
}

type Fields = Readonly<Record<string, unknown>>;

const jsonLine = (now: Date, level: LogLevel, msg: string, fields: Fields): string =>
  escapeJson(
    JSON.stringify({ ts: now.toISOString(), level, msg: redactText(msg), ...(redactFields(fields) as Fields) }),
  );

function textLine(now: Date, level: LogLevel, message: string, fields: Fields): string {
  const pairs = Object.entries(redactFields(fields) as Fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const words = [now.toISOString().slice(11, 19), level.toUpperCase().padEnd(5), message, ...pairs];
  return neutralise(redactText(words.join(' ')));
}
