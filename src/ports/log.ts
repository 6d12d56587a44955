/** Structured logging: one line per record, fields for machines, words for people. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'trace';

export interface Log {
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export const silent: Log = { log: () => undefined };
