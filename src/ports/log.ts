/** Structured logging: one line per record, fields for machines, words for people. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'trace';

export interface Log {
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export const silent: Log = { log: () => undefined };

/** Topics of `METALCTL_DEBUG`. */
export const logTopics = ['redfish', 'kube', 'tui'] as const;
export type LogTopic = (typeof logTopics)[number];

/** The same log, each of whose lines says what it is about. */
export const about = (log: Log, topic: LogTopic): Log => ({
  log: (level, message, fields) => log.log(level, message, { topic, ...fields }),
});
