/**
 * `METALCTL_DEBUG=tui`: every event a view is told, every key it gets and every frame it draws, one JSON line each, in
 * `--log-file` or `tui.log` of the state directory: the terminal is the view's. What is typed unseen is never in it.
 */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stateDir } from '../../../lib/state-dir.js';
import { about } from '../../../ports/log.js';
import type { Trace } from '../../../ui/shared/trace.js';
import { realClock } from '../../../wiring/clock.js';
import { createLog } from '../../../wiring/log.js';
import { logFile } from './log-file.js';
import type { AnyRun } from './run.js';

type Tell = (message: string, fields: Readonly<Record<string, unknown>>) => void;

const isAsked = ({ METALCTL_DEBUG = '' }: NodeJS.ProcessEnv): boolean => METALCTL_DEBUG.split(',').includes('tui');

const opened = new WeakMap<object, Tell>();

/** The log of this run; undefined where nobody asked for it. @throws UserError FILE_NOT_FOUND */
function viewLog({ globals }: Pick<AnyRun, 'globals'>): Tell | undefined {
  if (!isAsked(process.env)) return undefined;
  const known = opened.get(globals);
  if (known !== undefined) return known;
  const path = globals.logFile ?? join(stateDir(), 'tui.log');
  if (globals.logFile === undefined) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const log = about(
    createLog({ level: 'warn', form: 'json', topics: ['tui'], clock: realClock(), write: logFile(path) }),
    'tui',
  );
  const tell: Tell = (message, fields) => log.log('trace', message, fields);
  opened.set(globals, tell);
  return tell;
}

/** The way into a view, on which each event is logged by its type before it is shown. */
export function logged<E extends { readonly type: string }>(
  run: Pick<AnyRun, 'globals'>,
  view: string,
  send: (event: E) => void,
): (event: E) => void {
  const tell = viewLog(run);
  if (tell === undefined) return send;
  return (event) => {
    tell('event', { view, event: event.type });
    send(event);
  };
}

export function viewTrace(run: Pick<AnyRun, 'globals'>): Trace | undefined {
  const tell = viewLog(run);
  return tell && { key: (press) => tell('key', { press }), frame: (frame) => tell('frame', { ...frame }) };
}
