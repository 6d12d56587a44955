/** Body of `claim`. */
import { randomInt } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import { ServerClaim } from '../../api/metal/v1alpha1/serverclaim.js';
import { UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import { cleaned } from '../../lib/output/clean.js';
import { formatBytes } from '../../lib/quantity.js';
import { toDnsLabel } from '../../lib/template.js';
import { type ClaimEvent, checkReferences, claimServer, explainClaim, planClaim } from '../../workflows/claim/claim.js';
import type { ClaimStep, ClaimView } from '../../workflows/claim/follow.js';
import { type Funnel, funnelText, missesText } from '../../workflows/claim/funnel.js';
import { checkIgnition } from '../../workflows/claim/ignition.js';
import { type ClaimRequest, readToleration, selectorObject } from '../../workflows/claim/request.js';
import { coresOf, memoryOf, readRequirements, whereOf } from '../../workflows/claim/requirements.js';
import { writeClaim } from '../../workflows/claim/write.js';
import type { claimCommand } from '../claim.js';
import { openDriver } from './claim-driver.js';
import { clockText, printDryRun } from './claim-print.js';
import { readText } from './discover-credentials.js';
import { qualified } from './kit/out.js';
import type { Run } from './kit/run.js';

export type ClaimRun = Run<typeof claimCommand>;

export default async function (run: ClaimRun): Promise<ExitName | undefined> {
  const wantsView = run.globals.interactive === true || (run.isInteractive && !hasSelection(run));
  if (wantsView) return (await import('./claim-view.js')).claimInView(run);
  refuseOpenQuestions(run);
  const request = await requestOf(run);
  if (run.flags.explain) return explain(run, request);
  await checkReferences(run.ports.cluster, request);
  if (run.globals.dryRun !== 'none') return dryRun(run, request);
  const view = await claimAndWait(run, request);
  await printView(run, view);
  return undefined;
}

/** Whether the flags say which server. An adopted claim has its server already. */
const hasSelection = ({ flags }: ClaimRun): boolean =>
  [
    flags.server,
    flags.selector,
    flags.cpu,
    flags.memory,
    flags.disk,
    flags.vendor,
    flags.model,
    flags.rack,
    flags.location,
  ].some((flag) => flag !== undefined) || flags.adopt;

/** @throws UserError NEEDS_INPUT naming the flags that would have answered */
function refuseOpenQuestions(run: ClaimRun): void {
  if (!hasSelection(run)) {
    throw new UserError('NEEDS_INPUT', 'which server is not said, and nobody can be asked here', {
      hint: ['--server NAME', '-l pool=general', '--cpu 64 --memory 512Gi   or another hardware filter'],
    });
  }
  if (run.flags.image !== undefined || run.flags.explain) return;
  throw new UserError('NEEDS_INPUT', 'which image to boot is not said, and nobody can be asked here', {
    hint: '--image IMG',
  });
}

/** Flags and files as a request. @throws UserError USAGE · IGNITION_INVALID · FILE_NOT_FOUND */
export async function requestOf(run: ClaimRun): Promise<ClaimRequest> {
  const { flags } = run;
  if (flags.selector !== undefined) selectorObject(flags.selector);
  const ignition = flags.ignition === undefined ? undefined : await ignitionOf(flags.ignition);
  const userData = flags.userData === undefined ? undefined : secretName(flags.userData);
  if (flags.userData !== undefined && userData === undefined) {
    throw new UserError('USAGE', `--user-data ${flags.userData} is not secret/NAME`);
  }
  return {
    namespace: await run.namespace(),
    name: checkedName(run.args.name ?? ownName()),
    image: flags.image ?? '',
    power: flags.power === 'on' ? 'On' : 'Off',
    requirements: readRequirements(flags),
    tolerations: flags.tolerate.map(readToleration),
    ...(flags.server ? { server: flags.server.replace(/^servers?\//, '') } : {}),
    ...(flags.selector ? { selector: flags.selector } : {}),
    ...(ignition ? { ignition } : {}),
    ...(userData ? { userDataSecret: userData } : {}),
  };
}

export async function ignitionOf(value: string): Promise<NonNullable<ClaimRequest['ignition']>> {
  const secret = secretName(value);
  if (secret !== undefined) return { secret };
  const text = await readText(value, '--ignition');
  checkIgnition(text, value);
  return { text };
}

const secretName = (value: string): string | undefined => /^secrets?\/(.+)$/.exec(value)?.[1];

/** `alice-x7k2` */
function ownName(): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  const random = Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  return `${toDnsLabel(userInfo().username).slice(0, 50) || 'claim'}-${random}`;
}

function checkedName(name: string): string {
  if (toDnsLabel(name) === name) return name;
  throw new UserError('USAGE', `"${name}" cannot be the name of a claim`, {
    why: 'names are lower-case letters, digits and "-", at most 63, with a letter or digit at both ends',
    hint: toDnsLabel(name) === '' ? 'metalctl claim db-07 …' : `metalctl claim ${toDnsLabel(name)} …`,
  });
}

/** Exit 0 when the claim could be met, 11 when not. */
async function explain(run: ClaimRun, request: ClaimRequest): Promise<ExitName | undefined> {
  const funnel = await explainClaim(run.ports.cluster, request);
  const misses = funnel.misses.map(({ server, gates }) => ({
    server: server.metadata.name,
    shut: gates.flatMap(({ reason, because, isOpen }) => (isOpen ? [] : [{ reason, because }])),
  }));
  const free = funnel.free.map(({ server }) => server.metadata.name);
  const document = { kind: 'ClaimFunnel', steps: funnel.steps, free, misses };
  await run.out.document(
    document,
    () => explanation(funnel),
    free.map((name) => `server.metal.ironcore.dev/${name}`),
  );
  return funnel.free.length > 0 ? undefined : 'NO_CAPACITY';
}

function explanation(funnel: Funnel): string {
  const free = funnel.free.map(({ server }) => `  ${server.metadata.name}  ${traits(server)}`);
  const misses = missesText(funnel, missesExplained).map((miss) => `  ${miss}`);
  return [
    funnelText(funnel),
    ...(free.length > 0 ? ['claimable now:', ...free] : ['claimable now: none']),
    ...(misses.length > 0 ? ['nearest misses:', ...misses] : []),
    '',
  ].join('\n');
}

const missesExplained = 5;

/** `Dell R660  64c/512Gi  fra/r12/u18` */
export const traits = (server: Server): string =>
  [
    [(server.status?.manufacturer ?? '').replace(/,? Inc\.?$/, ''), server.status?.model].filter(Boolean).join(' '),
    `${coresOf(server)}c/${formatBytes(memoryOf(server))}`,
    whereOf(server),
  ]
    .filter(Boolean)
    .join('  ');

/** `client` builds and judges; `server` also has the API server admit the objects. Nothing is stored. */
async function dryRun(run: ClaimRun, request: ClaimRequest): Promise<undefined> {
  const plan = await planClaim(run.ports.cluster, request);
  run.talk.note(planLine(request, plan));
  const objects = [plan.claim, ...(plan.secret ? [plan.secret] : [])];
  if (run.globals.dryRun === 'server') {
    const { claim } = await writeClaim(run.ports.cluster, plan.claim, plan.secret, {
      dryRun: true,
      adopt: run.flags.adopt,
    });
    await printDryRun(run, [claim, ...objects.slice(1)], 'server');
    return;
  }
  await printDryRun(run, objects, 'client');
}

/** Writes the claim and waits as the flags say, telling each step on stderr, or to the view. */
export async function claimAndWait(
  run: ClaimRun,
  request: ClaimRequest,
  onEvent?: (event: ClaimEvent) => void,
): Promise<ClaimView> {
  const { flags, ports, signal } = run;
  const { driver, close } = await openDriver(run, ports, {
    mode: flags.driver,
    takeOver: flags.takeOver,
    waits: flags.wait !== undefined,
  });
  const startedMs = ports.clock.monotonicMs();
  const waitFor = stepOf(flags.wait);
  try {
    return await claimServer(ports, request, {
      driver,
      timeoutMs: flags.timeout,
      signal,
      retries: flags.retries,
      adopt: flags.adopt,
      ...(waitFor ? { waitFor } : {}),
      onEvent: (event) => {
        if (onEvent === undefined) tell(run, request, event, ports.clock.monotonicMs() - startedMs);
        else onEvent(event);
      },
    });
  } finally {
    await close();
  }
}

const stepOf = (wait: string | undefined): ClaimStep | undefined =>
  wait === undefined ? undefined : wait === 'bound' ? 'bound' : 'power';

function tell({ talk }: ClaimRun, request: ClaimRequest, event: ClaimEvent, ms: number): void {
  const ok = talk.style.glyph('good');
  const { namespace, name } = request;
  if (event.type === 'plan' && event.plan.funnel.steps.length > 0) talk.note(planLine(request, event.plan));
  if (event.type === 'queued')
    talk.note(`no server is free for claim ${namespace}/${name}; waiting: ${funnelText(event.funnel)}`);
  if (event.type === 'lost') talk.note(`server ${event.server} went to claim ${event.holder}; trying the next one`);
  if (event.type === 'unchanged') talk.note(`claim ${namespace}/${name} unchanged`);
  if (event.type === 'step') talk.note(`${ok} ${event.step.step.padEnd(12)} ${clockText(ms)}  ${event.step.detail}`);
}

function planLine(request: ClaimRequest, plan: Awaited<ReturnType<typeof planClaim>>): string {
  const { namespace, name, power, server } = request;
  const chosen = plan.chosen?.server.metadata.name;
  const target = chosen
    ? ` -> ${chosen} (pinned: ${server ? 'named' : 'hardware filters'})`
    : plan.likely
      ? ` -> a server with these labels, such as ${plan.likely.server.metadata.name}`
      : '';
  const parts = [
    `PLAN  1 ServerClaim ${namespace}/${name}${target}`,
    ...(plan.secret ? ['1 Secret'] : []),
    `powers ${power.toUpperCase()}`,
  ];
  return parts.join(' · ');
}

/** The claim and its server: the result on stdout. */
export async function printView({ out, talk }: ClaimRun, { claim, server, boot }: ClaimView): Promise<void> {
  const id = `${qualified(ServerClaim)}/${claim.metadata.name}`;
  const isBound = claim.status?.phase === 'Bound';
  const document = {
    kind: 'ClaimReport',
    claim: cleaned(claim),
    ...(server ? { server: summaryOf(server) } : {}),
    ...(boot ? { bootConfiguration: { name: boot.metadata.name, state: boot.status?.state } } : {}),
  };
  const line = isBound && server ? `${id} bound to ${server.metadata.name}` : `${id} created`;
  await out.document(document, () => `${line}\n`, [id]);
  const { namespace, name } = claim.metadata;
  if (!isBound) talk.hint(`Next: metalctl wait claim/${name} -n ${namespace} --for phase=Bound`);
}

const summaryOf = (server: Server) => ({
  name: server.metadata.name,
  systemUUID: server.spec?.systemUUID,
  state: server.status?.state,
  power: server.status?.powerState,
  manufacturer: server.status?.manufacturer,
  model: server.status?.model,
  serialNumber: server.status?.serialNumber,
  cores: coresOf(server),
  memory: server.status?.totalSystemMemory,
  where: whereOf(server),
});
