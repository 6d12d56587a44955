/**
 * Asking before acting, by the levels of `metalctl` (reads and harmless acts 0, plan line 1, yes 2, typed 3). Where
 * nobody can be asked the command ends with NEEDS_INPUT, naming the flags that would have answered.
 */
import { createInterface } from 'node:readline/promises';
import { UserError } from '../../../errors/classes.js';
import { neutralise } from '../../../lib/sanitize.js';
import type { Talk } from './talk.js';

export interface Question {
  /** 1 prints the plan, 2 asks yes or no, 3 wants `typed`. */
  readonly level: 1 | 2 | 3;
  /** What would be done, as the subject of a sentence: `deleting server "node-07"`. */
  readonly what: string;
  /** Lines shown before asking: count, claims, power and data effect, duration. */
  readonly plan: readonly string[];
  /** Level 3: the name of the target, or the number of targets. */
  readonly typed?: string;
}

/** Returns when the answer is yes. @throws UserError CONFIRM_REQUIRED when it is no, or cannot be asked. */
export type Confirm = (question: Question) => Promise<void>;

export interface ConfirmOptions {
  readonly yes: boolean;
  readonly confirm: string | undefined;
  readonly isInteractive: boolean;
  readonly talk: Talk;
  readonly signal: AbortSignal;
  /** Asks one question on the terminal; a parameter for tests. */
  readonly ask?: (prompt: string, signal: AbortSignal) => Promise<string>;
}

export const createConfirm =
  (options: ConfirmOptions): Confirm =>
  async (question) => {
    for (const line of question.plan) options.talk.note(line);
    if (question.level === 1 || isAnswered(question, options)) return;
    if (!options.isInteractive) throw cannotAsk(question);
    const ask = options.ask ?? askOnTerminal;
    const answer = (await ask(promptOf(question), options.signal)).trim();
    if (isYes(question, answer)) return;
    throw new UserError('CONFIRM_REQUIRED', `${question.what} was not confirmed`, {
      why: 'nothing was changed',
      hint: question.level === 2 ? 'answer y to go on' : `type ${question.typed ?? 'the name'} to go on`,
    });
  };

const isAnswered = ({ level, typed }: Question, { yes, confirm }: ConfirmOptions): boolean =>
  level === 2 ? yes || (typed !== undefined && confirm === typed) : confirm !== undefined && confirm === typed;

const isYes = ({ level, typed }: Question, answer: string): boolean =>
  level === 2 ? /^y(es)?$/i.test(answer) : answer !== '' && answer === typed;

const promptOf = ({ level, typed = '' }: Question): string =>
  level === 2 ? 'Proceed? [y/N] ' : `Type ${neutralise(typed)} to proceed: `;

function cannotAsk({ level, what, typed = 'NAME' }: Question): UserError {
  const isTyped = level === 3;
  return new UserError('CONFIRM_REQUIRED', `${what} needs a ${isTyped ? 'typed confirmation' : 'confirmation'}`, {
    why: 'nobody can be asked here: not a terminal, or prompts are forbidden',
    hint: isTyped ? `add --confirm ${typed}` : 'add --yes',
  });
}

/** The prompt goes to stderr, so that stdout stays the result; Ctrl-D is No. */
async function askOnTerminal(prompt: string, signal: AbortSignal): Promise<string> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const closed = new Promise<string>((resolve) => reader.once('close', () => resolve('')));
    return await Promise.race([reader.question(prompt, { signal }), closed]);
  } finally {
    reader.close();
  }
}
