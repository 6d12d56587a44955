/**
 * Asking before acting, by the levels of `metalctl` (reads and harmless acts 0, plan line 1, yes 2, typed 3). Where
 * nobody can be asked the command ends with NEEDS_INPUT, naming the flags that would have answered.
 */
import { createInterface } from 'node:readline/promises';
import type { KubeObject } from '../../../api/kind.js';
import { UserError } from '../../../errors/classes.js';
import { matchesLabels, parseSelector } from '../../../lib/labels.js';
import { neutralise } from '../../../lib/sanitize.js';
import type { Safety } from '../../defaults.js';
import type { Talk } from './talk.js';

export interface Question {
  /** 1 prints the plan, 2 asks yes or no, 3 wants `typed`. */
  readonly level: 1 | 2 | 3;
  /** What would be done, as the subject of a sentence: `deleting server "node-07"`. */
  readonly what: string;
  /** Lines shown before asking: count, claims, power and data effect, duration. */
  readonly plan: readonly string[];
  /** What is acted on, where that is more than one question can tell: counted and held against the config's safety. */
  readonly targets?: readonly KubeObject[];
  /** What destroys data: no setting takes the typing away. */
  readonly erases?: boolean;
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
  readonly safety?: Safety;
  /** How many servers there are; asked only when the number of targets makes it matter. */
  readonly fleetSize?: () => Promise<number>;
  /** Asks one question on the terminal; a parameter for tests. */
  readonly ask?: (prompt: string, signal: AbortSignal) => Promise<string>;
}

export const createConfirm =
  (options: ConfirmOptions): Confirm =>
  async (asked) => {
    const question = await raised(asked, options);
    for (const line of question.plan) options.talk.note(line);
    if (question.level === 1 || isAnswered(question, options)) return;
    if (!options.isInteractive) throw cannotAsk(question);
    const answer = await answerTo(question, options);
    if (isYes(question, answer)) return;
    throw new UserError('CONFIRM_REQUIRED', `${question.what} was not confirmed`, {
      why: 'nothing was changed',
      hint: question.level === 2 ? 'answer y to go on' : `type ${question.typed ?? 'the name'} to go on`,
    });
  };

/** The answer; who asks back is told what answers, and the flag that answers where nobody is asked. */
async function answerTo(question: Question, options: ConfirmOptions): Promise<string> {
  const ask = options.ask ?? askOnTerminal;
  for (;;) {
    const answer = (await ask(promptOf(question), options.signal)).trim();
    if (answer !== '?') return answer;
    options.talk.note(helpOf(question));
  }
}

function helpOf({ level, typed = '' }: Question): string {
  const [yes, flag] =
    level === 2 ? ['y goes on', '--yes'] : [`${typed}, as it is written, goes on`, `--confirm ${typed}`];
  return `${yes}; anything else, or Enter alone, changes nothing.\nIn scripts: ${flag}`;
}

/** A tenth of the servers, but never fewer than this: small fleets are worked on whole. */
const leastBlastRadius = 10;

/** The question as the config's safety wants it: typed for many or protected targets, eased where it says relaxed. */
async function raised(question: Question, { safety = {}, fleetSize }: ConfirmOptions): Promise<Question> {
  const { targets = [], erases = false } = question;
  const reason = protectedReason(targets, safety) ?? (await radiusReason(targets, safety, fleetSize));
  const [only, second] = targets;
  const typed = question.typed ?? (second === undefined ? only?.metadata.name : String(targets.length));
  const level = reason === undefined ? question.level : 3;
  const plan = reason === undefined ? question.plan : [...question.plan, reason];
  const eased = level === 3 && safety.confirm === 'relaxed' && !erases ? 2 : level;
  return { ...question, level: eased, plan, ...(typed === undefined ? {} : { typed }) };
}

function protectedReason(targets: readonly KubeObject[], { protectedSelector }: Safety): string | undefined {
  const wanted = protectedSelector === undefined ? undefined : parseSelector(protectedSelector);
  if (wanted === undefined) return undefined;
  const hit = targets
    .filter(({ metadata }) => matchesLabels(wanted, metadata.labels))
    .map(({ metadata }) => metadata.name);
  const names = `${hit.slice(0, 3).join(', ')}${hit.length > 3 ? ', …' : ''}`;
  return hit.length === 0 ? undefined : `protected by the config (${protectedSelector}): ${names}`;
}

async function radiusReason(
  { length }: readonly KubeObject[],
  { maxBlastRadius }: Safety,
  fleetSize: (() => Promise<number>) | undefined,
): Promise<string | undefined> {
  if (length <= (maxBlastRadius ?? leastBlastRadius)) return undefined;
  const limit = maxBlastRadius ?? Math.max(leastBlastRadius, Math.ceil(((await fleetSize?.()) ?? 0) / 10));
  return length > limit
    ? `${length} targets are more than ${limit}, the blast radius that is not asked about`
    : undefined;
}

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
