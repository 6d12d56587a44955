/** What passes and the daemon did to objects, as lines: from the journal of this machine, or from what pods have said. */
import type { RunRecord } from './run-journal.js';

/** One line: what a run did to one object. */
export interface LogLine {
  readonly run: string;
  readonly time: string;
  readonly object: string;
  readonly outcome: string;
  readonly reason: string;
  readonly message: string;
}

export const linesOf = ({ run, endedAt, objects }: Pick<RunRecord, 'run' | 'endedAt' | 'objects'>): LogLine[] =>
  objects
    .filter(({ outcome }) => outcome !== 'unchanged')
    .map(({ kind, name, outcome, because, code, message }) => ({
      run,
      time: endedAt,
      object: `${kind.toLowerCase()}/${name}`,
      outcome,
      reason: code ?? because,
      message,
    }));

/** As the API server gives them with `timestamps=true`. */
const stamped = /^(\d{4}-\d\d-\d\dT\S+Z) (.*)$/;

/**
 * What a pod has said: lines of its log, and the report of a pass among them, which stands on lines of its own. What is
 * neither is for people who read along.
 */
export function linesOfPod(text: string): LogLine[] {
  const found: LogLine[] = [];
  let report: string[] | undefined;
  for (const raw of text.split('\n')) {
    const [, time = '', said = raw] = stamped.exec(raw) ?? [];
    const record = recordIn(said);
    if (record !== undefined) found.push(...ofRecord(record, time));
    else if (said === '{') report = [said];
    else if (report !== undefined) {
      report.push(said);
      if (said !== '}') continue;
      found.push(...ofRecord(recordIn(report.join('\n')) ?? {}, time));
      report = undefined;
    }
  }
  return found;
}

type Fields = Readonly<Record<string, unknown>>;

function recordIn(text: string): Fields | undefined {
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined;
  try {
    return JSON.parse(text) as Fields;
  } catch {
    return undefined;
  }
}

function ofRecord(record: Fields, time: string): LogLine[] {
  if (record.kind === 'ReconcileReport' && Array.isArray(record.objects)) {
    const { run = '', endedAt = time, objects } = record as unknown as RunRecord;
    return linesOf({ run, endedAt, objects });
  }
  return record.level === undefined ? [] : ofLog(record, time);
}

const outcomes: Readonly<Record<string, string>> = { error: 'failed', warn: 'failed', info: 'changed' };

function ofLog({ level, ts, msg, run, kind, name, because }: Fields, time: string): LogLine[] {
  const outcome = outcomes[String(level)];
  if (outcome === undefined) return [];
  const word = (value: unknown): string => (typeof value === 'string' ? value : '');
  const object = word(kind) !== '' && word(name) !== '' ? `${word(kind).toLowerCase()}/${word(name)}` : '';
  return [{ run: word(run), time: word(ts) || time, object, outcome, reason: word(because), message: word(msg) }];
}
