/** Which log of a BMC is meant: a word people use, or the Id it has there. */
import { PermanentError, UserError } from '../../errors/classes.js';
import { nearest } from '../../lib/nearest.js';
import type { LogEntry, LogInfo } from '../../ports/bmc.js';

/** What vendors call their logs (redfish.md 2.15). */
const words: Readonly<Record<string, RegExp>> = {
  sel: /^(sel|iml|eventlog|platformlog|systemeventlog|log1?)$/i,
  lifecycle: /^(lclog|lifecycle.*|iel|auditlog|standardlog)$/i,
};

/** @throws UserError NOT_FOUND with the logs there are · PermanentError BMC_UNSUPPORTED when there are none */
export function chooseLog(logs: readonly LogInfo[], wanted: string | undefined): LogInfo {
  const [first] = logs;
  if (first === undefined) throw new PermanentError('BMC_UNSUPPORTED', 'the BMC shows no logs');
  if (wanted === undefined) return logs.find(({ id }) => words.sel?.test(id)) ?? first;
  const key = wanted.toLowerCase();
  const found =
    logs.find(({ id }) => id.toLowerCase() === key) ??
    logs.find(({ id }) => words[key]?.test(id)) ??
    (key === 'manager' ? logs.find(({ owner }) => owner === 'manager') : undefined);
  if (found !== undefined) return found;
  const ids = logs.map(({ id }) => id);
  const [close] = nearest(wanted, ids);
  throw new UserError('NOT_FOUND', `the BMC has no log "${wanted}"`, {
    why: `it has ${ids.join(', ')}`,
    hint: `--log ${close ?? ids[0]}`,
  });
}

const ranks: Readonly<Record<string, number>> = { ok: 0, informational: 0, warning: 1, warn: 1, critical: 2, fatal: 2 };

/** Severity as a number; unknown words count as warnings, so that they are not overlooked. */
export const severityOf = ({ severity }: Pick<LogEntry, 'severity'>): number =>
  severity === undefined ? 0 : (ranks[severity.toLowerCase()] ?? 1);

export const leastSeverity = (word: 'ok' | 'warn' | 'critical'): number => ranks[word] ?? 0;

export const logColumns = [
  { header: 'TIME' },
  { header: 'SEVERITY', isState: true },
  { header: 'ID', drop: 2 },
  { header: 'MESSAGE' },
] as const;

export const logRow = ({ at, severity, messageId, message, id }: LogEntry): string[] => [
  at ?? '',
  severity ?? '',
  messageId ?? id,
  message,
];
