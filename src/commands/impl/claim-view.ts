/** `claim -i`, and `claim` without a choice on a terminal: servers come in live, one is chosen, the command goes on. */
import { Server } from '../../api/metal/v1alpha1/server.js';
import { UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import { eitherSignal } from '../../lib/either-signal.js';
import { shellWord } from '../../lib/shell-word.js';
import { type Form, formFields } from '../../ui/claim/form.js';
import type { ClaimChoice } from '../../ui/claim/model.js';
import { checkReferences } from '../../workflows/claim/claim.js';
import type { ClaimView } from '../../workflows/claim/follow.js';
import type { ClaimRequest } from '../../workflows/claim/request.js';
import { converse, isAccessible } from './claim-dialogue.js';
import { claimAndWait, printView } from './claim-follow.js';
import { ClaimLive, formOf, seen } from './claim-live.js';
import { type ClaimRun, ignitionOf, requestOf } from './claim-request.js';

export async function claimInView(run: ClaimRun): Promise<ExitName | undefined> {
  if (!run.isInteractive) {
    throw new UserError('NEEDS_INPUT', 'the claim view needs a terminal', {
      hint: ['--server NAME, -l SELECTOR or a hardware filter   instead of choosing', '--image IMG'],
    });
  }
  const { flags } = run;
  const request = await requestOf(run);
  await checkReferences(run.ports.cluster, request);
  if (isAccessible(run)) return claimByDialogue(run, request);
  const given = {
    claim: `${request.namespace}/${request.name}`,
    image: request.image,
    ignition: flags.ignition ?? '',
    power: request.power,
    style: run.talk.style,
    form: formOf(run),
  };
  const live = new ClaimLive(run, request);
  let view: ClaimView | undefined;
  let made: { readonly choice: ClaimChoice; readonly form: Form } | undefined;
  let form: Form = given.form;
  let making: Promise<unknown> | undefined;
  const leave = new AbortController();
  const said: string[] = [];
  const signal = eitherSignal(run.signal, leave.signal);
  const inside = muted({ ...run, signal }, (text) => void (signal.aborted && said.push(text)));
  const { runClaim } = await import('../../ui/claim/run.js');
  const end = await runClaim(
    given,
    { watch: (send) => live.watch(send) },
    {
      onForm: (typed, tolerations) => {
        form = typed;
        live.require(typed, tolerations);
      },
      commandOf: (choice, typed) => commandOf(run, request, choice, typed),
      onClaim: async (choice, onStep) => {
        made = { choice, form };
        const chosen = await chosenRequest(live.request, choice, given.ignition);
        const claimed = claimAndWait(inside, chosen, (event) => {
          if (event.type === 'created') onStep('claim written');
          if (event.type === 'step') onStep(`${event.step.step}  ${event.step.detail}`);
        });
        making = claimed.catch(() => undefined);
        view = await claimed;
      },
    },
    run.signal,
  );
  if (end?.is !== 'claimed' || view === undefined || made === undefined) {
    // Left while the claim was being followed: what is in flight, and how to go on, is told as by the command.
    leave.abort(new Error('the view was left'));
    await making;
    if (making === undefined || said.length === 0) run.talk.note('nothing was claimed');
    for (const text of said) run.talk.note(text);
    return making === undefined || said.length === 0 ? undefined : 'SIGINT';
  }
  run.talk.note(`same as: ${commandOf(run, request, made.choice, made.form)}`);
  await printView(run, view);
  return undefined;
}

/** The request of the choice; ignition that was named in the view is read now. */
async function chosenRequest(request: ClaimRequest, choice: ClaimChoice, given: string): Promise<ClaimRequest> {
  const { server, image, power, ignition } = choice;
  const chosen = { ...request, server, image, power };
  if (ignition === given) return chosen;
  const { ignition: _, ...without } = chosen;
  return ignition === '' ? without : { ...without, ignition: await ignitionOf(ignition) };
}

/** The same choice, asked for in lines. */
async function claimByDialogue(run: ClaimRun, request: ClaimRequest): Promise<undefined> {
  const { rows, funnel } = seen(request, (await run.ports.cluster.list(Server)).items);
  const { claimDialogue } = await import('../../ui/claim/linear.js');
  const { image, power } = request;
  const claim = `${request.namespace}/${request.name}`;
  const choice = await converse(run, (dialogue) => claimDialogue({ claim, rows, funnel, image, power }, dialogue));
  if (choice === undefined) run.talk.note('nothing was claimed');
  else await printView(run, await claimAndWait(run, { ...request, ...choice }));
}

/** Nothing may be written to stderr while the view is drawn there; what an interruption has to say is kept for later. */
const muted = (run: ClaimRun, note: (text: string) => void): ClaimRun => ({
  ...run,
  talk: {
    ...run.talk,
    note,
    warn: () => undefined,
    hint: () => undefined,
  },
});

/** The command that would do the same. */
function commandOf(
  { flags, program }: ClaimRun,
  { name, namespace }: ClaimRequest,
  { server, image, power, ignition, tolerations }: ClaimChoice,
  form: Form,
): string {
  const named = { '--server': server, '--image': image, '--ignition': ignition, '--user-data': flags.userData ?? '' };
  const wishes = formFields.map((field) => [field === 'selector' ? '-l' : `--${field}`, form[field]] as const);
  const given = [...Object.entries(named), ...wishes].filter(([, value]) => value !== '');
  return [
    `${program} claim ${name} -n ${namespace}`,
    ...given.map(([flag, value]) => `${flag} ${shellWord(value)}`),
    ...[...flags.tolerate, ...tolerations].map((toleration) => `--tolerate ${shellWord(toleration)}`),
    ...(power === 'On' ? [] : ['--power off']),
    ...(flags.wait === undefined ? [] : [flags.wait === 'bound' ? '--wait=bound' : '--wait']),
  ].join(' ');
}
