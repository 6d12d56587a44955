/** Behind the claim view: the request of the flags, servers live, the claim of the chosen one, and what is said of it afterwards. */
import { Server } from '../../api/metal/v1alpha1/server.js';
import type { ExitName } from '../../errors/exit.js';
import { eitherSignal } from '../../lib/either-signal.js';
import { shellWord } from '../../lib/shell-word.js';
import { type Form, type FormField, formFields } from '../../ui/claim/form.js';
import type { ClaimChoice, ClaimWait } from '../../ui/claim/model.js';
import { checkReferences } from '../../workflows/claim/claim.js';
import type { ClaimView } from '../../workflows/claim/follow.js';
import type { ClaimRequest } from '../../workflows/claim/request.js';
import { converse } from './claim-dialogue.js';
import { claimAndWait, printView } from './claim-follow.js';
import { ClaimLive, seen } from './claim-live.js';
import { type ClaimRun, ignitionOf, requestOf } from './claim-request.js';
import { heldTalk } from './held-talk.js';

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
  #made: { readonly choice: ClaimChoice; readonly form: Form } | undefined;
  #making: Promise<unknown> | undefined;

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

  /** Claims what was chosen, telling each step. @throws the refusal */
  async claim(choice: ClaimChoice, form: Form, onStep: (text: string) => void): Promise<void> {
    this.#made = { choice, form };
    const chosen = await chosenRequest(this.live.request, choice, this.#run.flags.ignition ?? '');
    const signal = eitherSignal(this.#run.signal, this.#leave.signal);
    // Nothing may be written to stderr while the view is drawn there; what an interruption has to say is said later.
    const { talk } = this.#held;
    const said = { ...talk, note: (text: string) => void (signal.aborted && talk.note(text)) };
    const inside = {
      ...waiting(this.#run, choice.wait),
      signal,
      talk: { ...said, warn: () => undefined, hint: () => undefined },
    };
    const claimed = claimAndWait(inside, chosen, (event) => {
      if (event.type === 'created') onStep('claim written');
      if (event.type === 'step') onStep(`${event.step.step}  ${event.step.detail}`);
    });
    this.#making = claimed.catch(() => undefined);
    this.#view = await claimed;
  }

  commandOf(choice: ClaimChoice, form: Form): string {
    return commandOf(this.#run, this.#request, choice, form);
  }

  /** After the view: the result is printed, the command that would do the same named. */
  async finish(isClaimed: boolean): Promise<ExitName | undefined> {
    const { talk } = this.#run;
    if (isClaimed && this.#view !== undefined && this.#made !== undefined) {
      talk.note(`same as: ${this.commandOf(this.#made.choice, this.#made.form)}`);
      await printView(this.#run, this.#view);
      return undefined;
    }
    // Left while the claim was being followed: what is in flight, and how to go on, is told as by the command.
    this.#leave.abort(new Error('the view was left'));
    await this.#making;
    const wasMaking = this.#held.release() > 0;
    if (!wasMaking) talk.note('nothing was claimed');
    return wasMaking ? 'SIGINT' : undefined;
  }

  /** The same choice, asked for in lines. */
  async converse(): Promise<undefined> {
    const run = this.#run;
    const request = this.#request;
    const { rows, funnel } = seen(request, (await run.ports.cluster.list(Server)).items);
    const { claimDialogue } = await import('../../ui/claim/linear.js');
    const { image, power } = request;
    const given = { claim: this.name, rows, funnel, image, power, wait: run.flags.wait };
    const choice = await converse(run, (dialogue) => claimDialogue(given, dialogue));
    if (choice === undefined) run.talk.note('nothing was claimed');
    else {
      const { wait, ...chosen } = choice;
      await printView(run, await claimAndWait(waiting(run, wait), { ...request, ...chosen }));
    }
  }
}

/** The same run, staying as long as was chosen, whatever its flags say. */
function waiting(run: ClaimRun, wait: ClaimWait): ClaimRun {
  const { wait: _, ...flags } = run.flags;
  return { ...run, flags: wait === undefined ? flags : { ...flags, wait } } as ClaimRun;
}

/** The request of the choice; ignition that was named in the view is read now. */
async function chosenRequest(request: ClaimRequest, choice: ClaimChoice, given: string): Promise<ClaimRequest> {
  const { server, image, power, ignition } = choice;
  const chosen = { ...request, server, image, power };
  if (ignition === given) return chosen;
  const { ignition: _, ...without } = chosen;
  return ignition === '' ? without : { ...without, ignition: await ignitionOf(ignition) };
}

/** The command that would do the same. */
function commandOf(
  { flags, program }: ClaimRun,
  { name, namespace }: ClaimRequest,
  { server, image, power, ignition, tolerations, wait }: ClaimChoice,
  form: Form,
): string {
  const named = { '--server': server, '--image': image, '--ignition': ignition, '--user-data': flags.userData ?? '' };
  const wishes = formFields.map((field) => [flagOf(field), form[field]] as const);
  const fixed = { '--cpu-model': flags.cpuModel ?? '', '--arch': flags.arch ?? '' };
  const given = [...Object.entries(named), ...wishes, ...Object.entries(fixed)].filter(([, value]) => value !== '');
  return [
    `${program} claim ${name} -n ${namespace}`,
    ...given.map(([flag, value]) => `${flag} ${shellWord(value)}`),
    ...[...flags.tolerate, ...tolerations].map((toleration) => `--tolerate ${shellWord(toleration)}`),
    ...(power === 'On' ? [] : ['--power off']),
    ...(wait === undefined ? [] : [wait === 'bound' ? '--wait=bound' : '--wait']),
  ].join(' ');
}

const flagOf = (field: FormField): string =>
  field === 'selector' ? '-l' : field === 'nicSpeed' ? '--nic-speed' : `--${field}`;
