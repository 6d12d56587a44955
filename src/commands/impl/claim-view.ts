/** `claim -i`, and `claim` without a choice on a terminal: servers come in live, one is chosen, the command goes on. */
import { Server } from '../../api/metal/v1alpha1/server.js';
import { UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import type { ServerRow } from '../../ui/claim/model.js';
import { checkReferences, funnelFor } from '../../workflows/claim/claim.js';
import type { ClaimView } from '../../workflows/claim/follow.js';
import { type Candidate, type Funnel, reasonsOf } from '../../workflows/claim/funnel.js';
import type { ClaimRequest } from '../../workflows/claim/request.js';
import { coresOf, disksText, modelOf, whereOf } from '../../workflows/claim/requirements.js';
import { until } from '../../workflows/until.js';
import { converse, isAccessible } from './claim-dialogue.js';
import { claimAndWait, printView } from './claim-follow.js';
import { type ClaimRun, requestOf } from './claim-request.js';

export async function claimInView(run: ClaimRun): Promise<ExitName | undefined> {
  if (!run.isInteractive) {
    throw new UserError('NEEDS_INPUT', 'the claim view needs a terminal', {
      hint: ['--server NAME, -l SELECTOR or a hardware filter   instead of choosing', '--image IMG'],
    });
  }
  const { flags } = run;
  const request = await requestOf(run);
  await checkReferences(run.ports.cluster, request);
  const given = {
    claim: `${request.namespace}/${request.name}`,
    image: request.image,
    ignition: flags.ignition ?? '',
    power: request.power,
    ascii: run.talk.style.ascii,
  };
  if (isAccessible(run)) return claimByDialogue(run, request);
  let view: ClaimView | undefined;
  const choice: { made?: ClaimRequest } = {};
  const { runClaim } = await import('../../ui/claim/run.js');
  const end = await runClaim(
    given,
    { watch: (onServers) => watchServers(run, request, onServers) },
    {
      onClaim: async ({ server, image, power }, onStep) => {
        choice.made = { ...request, server, image, power };
        view = await claimAndWait(muted(run), choice.made, (event) => {
          if (event.type === 'created') onStep('claim written');
          if (event.type === 'step') onStep(`${event.step.step}  ${event.step.detail}`);
        });
      },
    },
    run.signal,
  );
  if (end?.is !== 'claimed' || view === undefined || choice.made === undefined) {
    run.talk.note('nothing was claimed');
    return undefined;
  }
  run.talk.note(`same as: ${commandOf(run, choice.made)}`);
  await printView(run, view);
  return undefined;
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

/** Nothing may be written to stderr while the view is drawn there. */
const muted = (run: ClaimRun): ClaimRun => ({
  ...run,
  talk: { ...run.talk, note: () => undefined, warn: () => undefined, hint: () => undefined },
});

/** Reads all servers now and after every change, until stopped. */
function watchServers(
  { ports, signal }: ClaimRun,
  request: ClaimRequest,
  onServers: (rows: readonly ServerRow[], funnel: string) => void,
): () => void {
  const stop = new AbortController();
  const look = async (): Promise<undefined> => {
    const { rows, funnel } = seen(request, (await ports.cluster.list(Server)).items);
    onServers(rows, funnel);
    return undefined;
  };
  const limits = { timeoutMs: aDay, signal: AbortSignal.any([signal, stop.signal]) };
  until(ports, [{ kind: Server }], look, limits, 'the end of the view').catch(() => undefined);
  return () => stop.abort();
}

/** Servers as rows, and the funnel as the title shows it. */
function seen(request: ClaimRequest, servers: readonly Server[]): { rows: ServerRow[]; funnel: string } {
  const funnel = funnelFor(request, servers);
  return { rows: [...funnel.free, ...funnel.misses].map(rowOf), funnel: shortFunnel(funnel) };
}

/** Longer than anybody looks at a list. */
const aDay = 86_400_000;

/** `412 servers > 3 claimable`, for the title. */
function shortFunnel({ steps, free }: Funnel): string {
  const [all, ...narrower] = steps.map(({ count, label }) => `${count} ${label}`);
  const middle = narrower.slice(0, 1).filter((step) => step.includes('match'));
  return [all, ...middle, `${free.length} claimable`].join(' > ');
}

/** Words for the STATUS column, by the first gate that is shut. */
const shutWords: Readonly<Record<string, string>> = {
  BeingDeleted: 'deleting',
  HeldByOther: 'held',
  Cordoned: 'cordoned',
  NotAvailable: 'busy',
  PoweredOn: 'on',
  OperationPending: 'pending',
  Tainted: 'taint',
};

function rowOf(candidate: Candidate): ServerRow {
  const { server, isFree, gates } = candidate;
  const shut = gates.find(({ isOpen }) => !isOpen)?.reason ?? '';
  return {
    name: server.metadata.name,
    isFree,
    status: isFree ? 'ready' : (shutWords[shut] ?? reasonsOf(candidate)),
    model: modelOf(server),
    cores: coresOf(server),
    memory: String(server.status?.totalSystemMemory ?? ''),
    disks: disksText(server),
    where: whereOf(server),
    power: server.status?.powerState ?? '',
    gates: gates.map(({ must, because, isOpen }) => ({ text: because ?? must, isOpen })),
  };
}

/** The command that would have done the same. */
function commandOf({ flags, program }: ClaimRun, { name, namespace, server, image, power }: ClaimRequest): string {
  return [
    `${program} claim ${name} -n ${namespace} --server ${server} --image ${image}`,
    ...(flags.ignition === undefined ? [] : [`--ignition ${flags.ignition}`]),
    ...(flags.userData === undefined ? [] : [`--user-data ${flags.userData}`]),
    ...flags.tolerate.map((toleration) => `--tolerate ${toleration}`),
    ...(power === 'On' ? [] : ['--power off']),
    ...(flags.wait === undefined ? [] : [flags.wait === 'bound' ? '--wait=bound' : '--wait']),
  ].join(' ');
}
