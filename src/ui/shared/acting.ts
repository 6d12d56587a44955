/**
 * Changing something from a view: asked for by a key, planned by the command itself, confirmed on the screen at the
 * level the command demands, done, and told. Pure; `actEffects` is what a view's run adds.
 */
import { formatDuration } from '../../lib/duration.js';
import { edit, type Field } from './field.js';
import type { Press } from './keymap.js';
import { glyph, type Look } from './layout.js';

/** What a command asks before it acts. */
export interface Question {
  /** `powering off 2 servers` */
  readonly what: string;
  readonly plan: readonly string[];
  /** What has to be typed; absent where a yes is enough. */
  readonly typed?: string;
}

/** An action as a key asks for it. */
export interface Act {
  readonly action: string;
  readonly names: readonly string[];
}

export interface Acting {
  readonly act: Act | undefined;
  readonly question: Question | undefined;
  readonly answer: 'yes' | 'no' | undefined;
  readonly typing: Field | undefined;
}

export const idle: Acting = { act: undefined, question: undefined, answer: undefined, typing: undefined };

export type ActingEvent =
  | { readonly type: 'question'; readonly question: Question }
  /** The action is over; the message says how, and how long what was done has taken. */
  | { readonly type: 'acted'; readonly text: string; readonly tookMs?: number };

/** Whether an action runs: a second one is refused until it is over. */
export const isActing = ({ act }: Acting): boolean => act !== undefined;

/** A key while a question is open. Only the answer itself is yes; every other key is no. */
export function answerKey(acting: Acting, press: Press): Acting {
  const { question, typing } = acting;
  if (question === undefined || acting.answer !== undefined) return acting;
  if (typing === undefined) return { ...acting, answer: press.key === 'y' || press.key === 'return' ? 'yes' : 'no' };
  const edited = edit(typing, press);
  if (edited === 'left') return { ...acting, answer: 'no' };
  if ('field' in edited) return { ...acting, typing: edited.field };
  return { ...acting, answer: edited.entered === question.typed ? 'yes' : 'no' };
}

/** A question opens; the one that wants something typed opens its field. */
export const asked = (acting: Acting, question: Question): Acting => ({
  ...acting,
  question,
  answer: undefined,
  typing: question.typed === undefined ? undefined : { label: `type ${question.typed}`, text: '' },
});

/** The question as lines of a screen. */
export const questionLines = ({ what, plan, typed }: Question): string[] => [
  what,
  '',
  ...plan,
  '',
  typed === undefined
    ? 'Enter or y does it, any other key goes back.'
    : `Type ${typed} and press Enter; Esc goes back.`,
];

/** Runs an action with the function of its command; resolves with what to say. */
export type OnAct = (act: Act, ask: (question: Question) => Promise<boolean>) => Promise<string>;

/** What the message line says when an action is over: `✔ server/node-07 cordoned in 2s`; what failed begins with `!` itself. */
export const actedText = (
  { text, tookMs }: { text: string; tookMs?: number },
  { ascii }: Pick<Look, 'ascii'>,
): string => (tookMs === undefined ? text : doneText(text, tookMs, ascii));

/** A done thing; how long it took is worth a word from a second on. */
export const doneText = (text: string, tookMs: number, ascii: boolean): string =>
  `${glyph('done', ascii)} ${text}${tookMs < 1_000 ? '' : ` in ${formatDuration(tookMs)}`}`;

/** Whether a running action is about this name: its row shows that, and the rest stays as it is. */
export const isActedUpon = ({ act, question }: Acting, name: string | undefined): boolean =>
  name !== undefined && question === undefined && act?.names.includes(name) === true;

interface Holding {
  readonly acting: Acting;
}

/** The effects of acting: starts what was asked for, and hands answers to whoever waits for them. */
export function actEffects(onAct: OnAct): (now: Holding, before: Holding, send: (event: ActingEvent) => void) => void {
  let answer: (isYes: boolean) => void = () => undefined;
  return ({ acting: now }, { acting: before }, send) => {
    if (now.answer !== undefined && now.answer !== before.answer) answer(now.answer === 'yes');
    if (now.act === undefined || now.act === before.act) return;
    const ask = (question: Question): Promise<boolean> =>
      new Promise((resolve) => {
        answer = resolve;
        send({ type: 'question', question });
      });
    const begun = performance.now();
    onAct(now.act, ask).then(
      (text) => send({ type: 'acted', text, tookMs: performance.now() - begun }),
      (error: Error) => send({ type: 'acted', text: `! ${error.message}` }),
    );
  };
}
