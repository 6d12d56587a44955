/** Behind the claim view: the request of the flags, servers live, the claim of the chosen one, and what is said of it afterwards. */
import { ServerClaim } from '../../api/metal/v1alpha1/serverclaim.js';
import type { ExitName } from '../../errors/exit.js';
import { eitherSignal } from '../../lib/either-signal.js';
import type { Form } from '../../ui/claim/form.js';
import type { ClaimIntents } from '../../ui/claim/run.js';
import type { ClaimChoice, ClaimEnd, ClaimInterrupted } from '../../ui/claim/state.js';
import { type ClaimEvent, checkReferences } from '../../workflows/claim/claim.js';
import type { ClaimView } from '../../workflows/claim/follow.js';
import type { ClaimOutcome } from '../../workflows/claim/many.js';
import type { ClaimRequest } from '../../workflows/claim/request.js';
import { asChosen, chosenRequests, commandOf } from './claim-chosen.js';
import { converse } from './claim-dialogue.js';
import { claimAndWait, printView } from './claim-follow.js';
import { judgedBy, linearOf, spokenText } from './claim-linear.js';
import { ClaimLive } from './claim-live.js';
import { failureOfMany, makeMany, printMany } from './claim-many.js';
import { type ClaimRun, requestOf } from './claim-request.js';
import { isMany } from './claim-selection.js';
import { heldTalk } from './held-talk.js';

type OnStep = Parameters<ClaimIntents['onClaim']>[1];

function tellStep(onStep: OnStep, { server = '' }: ClaimRequest, event: ClaimEvent): void {
  if (event.type === 'created') onStep({ server, text: 'claim written' });
  if (event.type === 'step') onStep({ server, text: `${event.step.step}  ${event.step.detail}` });
}

/** Reads the flags and asks whether what they name is there. @throws UserError of both */
export async function openClaim(run: ClaimRun): Promise<ClaimSession> {
  const request = await requestOf(run);
  await checkReferences(run.ports.cluster, request);
  return new ClaimSession(run, request);
}

export class ClaimSession {
  readonly live: ClaimLive;
  readonly #run: ClaimRun;
  readonly #request: ClaimRequest;
  readonly #leave = new AbortController();
  readonly #held: ReturnType<typeof heldTalk>;
  #view: ClaimView | undefined;
  #outcomes: readonly ClaimOutcome[] | undefined;
  #made: { readonly choice: ClaimChoice; readonly form: Form } | undefined;
  #making: Promise<unknown> | undefined;
  /** Those whose claim was written. */
  readonly #begun = new Set<ClaimRequest>();

  constructor(run: ClaimRun, request: ClaimRequest) {
    this.#run = run;
    this.#request = request;
    this.#held = heldTalk(run.talk);
    this.live = new ClaimLive(run, request);
  }

  /** `db/db-07` */
  get name(): string {
    return `${this.#request.namespace}/${this.#request.name}`;
  }

  /** Claims what was chosen, telling each step of each. @throws the refusal */
  async claim(choice: ClaimChoice, form: Form, onStep: OnStep): Promise<void> {
    this.#made = { choice, form };
    const requests = await chosenRequests(this.#run, this.live.request, choice);
    const inside = this.#inside(choice);
    const made = isMany(this.#run) ? this.#several(inside, requests, onStep) : this.#one(inside, requests, onStep);
    this.#making = made.catch(() => undefined);
    await made;
  }

  async #one(inside: ClaimRun, [request]: readonly ClaimRequest[], onStep: OnStep): Promise<void> {
    if (request === undefined) return;
    this.#view = await claimAndWait(inside, request, (event) => this.#told(onStep, request, event));
  }

  #told(onStep: OnStep, request: ClaimRequest, event: ClaimEvent): void {
    if (event.type === 'created') this.#begun.add(request);
    tellStep(onStep, request, event);
  }

  /** Where none is left the list comes back; where some are, the view ends as the command would. */
  async #several(inside: ClaimRun, requests: readonly ClaimRequest[], onStep: OnStep): Promise<void> {
    const outcomes = await makeMany(inside, requests, {
      onEvent: (request, event) => this.#told(onStep, request, event),
      onOutcome: ({ request, error }) => {
        if (error !== undefined) onStep({ server: request.server ?? '', text: error.message, isFailure: true });
      },
    });
    const failure = failureOfMany(outcomes);
    if (failure !== undefined && !outcomes.some(({ view }) => view !== undefined)) {
      throw new Error(`${failure.message}; none is claimed`, { cause: failure });
    }
    this.#outcomes = outcomes;
  }

  /** Nothing may be written to stderr while the view is drawn there; what an interruption has to say is said later. */
  #inside(choice: ClaimChoice): ClaimRun {
    const signal = eitherSignal(this.#run.signal, this.#leave.signal);
    const { talk } = this.#held;
    const said = { ...talk, note: (text: string) => void (signal.aborted && talk.note(text)) };
    return {
      ...asChosen(this.#run, choice),
      signal,
      talk: { ...said, warn: () => undefined, hint: () => undefined },
    };
  }

  commandOf(choice: ClaimChoice, form: Form): string {
    return commandOf(this.#run, this.#request, choice, form);
  }

  /** After the view: the result is printed, the command that would do the same named. */
  async finish(end: ClaimEnd | undefined): Promise<ExitName | undefined> {
    const { talk } = this.#run;
    if (end?.is === 'claimed' && this.#made !== undefined) {
      talk.note(`same as: ${this.commandOf(this.#made.choice, this.#made.form)}`);
      if (this.#view !== undefined) await printView(this.#run, this.#view);
      if (this.#outcomes !== undefined) await printMany(asChosen(this.#run, this.#made.choice), this.#outcomes);
      return undefined;
    }
    // Left while the claim was being followed: what is in flight, and how to go on, is told as by the command.
    this.#leave.abort(new Error('the view was left'));
    await this.#making;
    if (this.#held.release() > 0 || (await this.#tellUnfollowed())) return 'SIGINT';
    if (end?.is !== 'interrupted') {
      talk.note('nothing was claimed');
      return undefined;
    }
    talk.note('interrupted: nothing was written, nothing is in flight');
    talk.note(`go on    ${this.#goOn(end)}`);
    return 'SIGINT';
  }

  /** Claims that are written, though the wait for them ended with a refusal: they are told as an interrupt tells them. */
  async #tellUnfollowed(): Promise<boolean> {
    const { ports } = this.#run;
    const there: ClaimRequest[] = [];
    for (const request of this.#begun) {
      const { namespace, name } = request;
      if ((await ports.cluster.get(ServerClaim, { namespace, name })) !== undefined) there.push(request);
    }
    if (there.length === 0) return false;
    await (await import('./claim-interrupted.js')).tellInterrupted(this.#run, there, new Set(there));
    return true;
  }

  /** A plan that was open is a command; before that the view opens again, with what was typed. */
  #goOn({ at, choice, form }: ClaimInterrupted): string {
    if (at !== 'choose') return this.commandOf(choice, form);
    return `${this.commandOf({ ...choice, servers: [] }, form)} -i`;
  }

  /** The same choice, asked for in lines; what becomes of it is told in lines too. */
  async converse(): Promise<ExitName | undefined> {
    const { talk } = this.#run;
    const { claimDialogue } = await import('../../ui/claim/linear.js');
    const given = await linearOf(this.#run, this.#request, this.name);
    const chosen = await converse(this.#run, (dialogue) => claimDialogue(given, dialogue)).catch((error) => {
      if (this.#run.signal.aborted) talk.note('interrupted: nothing was written, nothing is in flight');
      throw error;
    });
    if (chosen === undefined) {
      talk.note('nothing was claimed');
      return undefined;
    }
    const { choice, form } = chosen;
    const { speeds: _, ...judged } = await judgedBy(this.#run, this.#request, form, choice.tolerations);
    const request = 'request' in judged ? judged.request : this.#request;
    const requests = await chosenRequests(this.#run, request, choice);
    const run = asChosen(this.#run, choice);
    const startedMs = run.ports.clock.monotonicMs();
    const spoken = (of: ClaimRequest, event: ClaimEvent): void => {
      const text = spokenText(of, event, Math.floor((run.ports.clock.monotonicMs() - startedMs) / 1_000));
      if (text !== undefined) talk.note(text);
    };
    if (isMany(run)) {
      const outcomes = await makeMany(run, requests, { onEvent: spoken, onOutcome: () => undefined });
      talk.note(`same as: ${this.commandOf(choice, form)}`);
      await printMany(run, outcomes);
      return undefined;
    }
    const [one = request] = requests;
    const view = await claimAndWait(run, one, (event) => spoken(one, event));
    talk.note(`same as: ${this.commandOf(choice, form)}`);
    await printView(run, view);
    return undefined;
  }
}
