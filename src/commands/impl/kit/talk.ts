/** Everything said beside the result: warnings, notes, hints and progress, on stderr. */
import { redactText } from '../../../lib/output/clean.js';
import type { Style } from '../../../lib/output/style.js';
import { cut } from '../../../lib/output/width.js';
import { escapeJson, neutralise } from '../../../lib/sanitize.js';
import type { Clock } from '../../../ports/clock.js';
import type { Stream } from './streams.js';

export interface ProgressEvent {
  /** `server/node-07`; absent for the whole. */
  readonly target?: string;
  /** One word: `Discovery`. */
  readonly phase?: string;
  readonly percent?: number;
  /** Words for a person; default the target and phase. */
  readonly text?: string;
}

/** One running operation. */
export interface Progress {
  update(event: ProgressEvent): void;
  /** Ends it; the summary replaces the moving line. */
  done(summary?: string): void;
}

export interface Talk {
  readonly style: Style;
  /** `warning: …`; said once per text. */
  warn(text: string): void;
  /** A plain line: what is about to happen, what was found. Not with `-q`. */
  note(text: string): void;
  /** `Next: metalctl …`: only on a terminal, not with `-q`. */
  hint(text: string): void;
  /** Starts telling how an operation goes, in the form of `--progress`. `op` is one word: `discover`. */
  progress(op: string): Progress;
}

export type ProgressForm = 'bar' | 'plain' | 'json' | 'none';

export interface TalkOptions {
  readonly stream: Stream;
  readonly style: Style;
  readonly quiet: boolean;
  readonly form: ProgressForm;
  readonly clock: Clock;
}

const heartbeatMs = 30_000;
const frameMs = 100;

export function createTalk(options: TalkOptions): Talk {
  const { stream, style, quiet } = options;
  const warned = new Set<string>();
  const say = (text: string): void => void stream.write(`${text}\n`);
  return {
    style,
    warn: (text) => {
      if (quiet || warned.has(text)) return;
      warned.add(text);
      say(`${style.paint('waiting', 'warning:')} ${safe(text)}`);
    },
    note: (text) => {
      if (!quiet) say(text.split('\n').map(safe).join('\n'));
    },
    hint: (text) => {
      if (!quiet && stream.isTTY) say(style.paint('dim', safe(text)));
    },
    progress: (op) => {
      if (quiet || options.form === 'none') return { update: () => undefined, done: () => undefined };
      if (options.form === 'json') return jsonProgress(options, op);
      return options.form === 'bar' ? lineProgress(options) : plainProgress(options);
    },
  };
}

const safe = (text: string): string => neutralise(redactText(text));

const wordsOf = ({ text, target, phase, percent }: ProgressEvent): string =>
  text ??
  [target, phase, percent === undefined ? undefined : `${percent}%`].filter((each) => each !== undefined).join(' ');

/** A timestamped line per change of phase, and a heartbeat: logs are read later, and want no running numbers. */
function plainProgress({ stream, clock }: TalkOptions): Progress {
  const last = new Map<string, string>();
  let latest = '';
  const line = (text: string): void => void stream.write(`${clock.now().toISOString().slice(11, 19)} ${safe(text)}\n`);
  const beat = (): (() => void) =>
    clock.after(heartbeatMs, () => {
      line(`still working${latest === '' ? '' : `: ${latest}`}`);
      stop = beat();
    });
  let stop = beat();
  return {
    update: (event) => {
      const text = wordsOf(event);
      const key = event.target ?? '';
      const step = event.phase ?? text;
      latest = text;
      if (last.get(key) === step) return;
      last.set(key, step);
      line(text);
    },
    done: (summary) => {
      stop();
      if (summary !== undefined) line(summary);
    },
  };
}

function jsonProgress({ stream, clock }: TalkOptions, op: string): Progress {
  const line = (fields: Readonly<Record<string, unknown>>): void => {
    const document = { ts: clock.now().toISOString(), type: 'progress', op, ...fields };
    void stream.write(`${escapeJson(JSON.stringify(document))}\n`);
  };
  return {
    update: ({ target, phase, percent, text }) => line({ target, phase, percent, text }),
    done: (summary) => line({ phase: 'Done', text: summary }),
  };
}

/** One line that is rewritten in place, at most ten times a second, and replaced by the summary. */
function lineProgress({ stream, style, clock }: TalkOptions): Progress {
  let shown = -Infinity;
  let pending: (() => void) | undefined;
  const draw = (text: string): void => {
    shown = clock.monotonicMs();
    void stream.write(
      `\r\u001b[2K${style.paint('busy', style.glyph('busy'))} ${cut(safe(text), (stream.columns ?? 80) - 6)}`,
    );
  };
  return {
    update: (event) => {
      pending?.();
      const wait = Math.max(0, shown + frameMs - clock.monotonicMs());
      pending = clock.after(wait, () => draw(wordsOf(event)));
    },
    done: (summary) => {
      pending?.();
      void stream.write(`\r\u001b[2K${summary === undefined ? '' : `${safe(summary)}\n`}`);
    },
  };
}
