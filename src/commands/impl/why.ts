/** Body of `why`: reads what the gates look at, asks them, prints their answers. */
import {
  BMC,
  BMCUser,
  Endpoint,
  Server,
  type ServerBootConfiguration,
  ServerClaim,
} from '../../api/metal/v1alpha1/index.js';
import { UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import { neutralise } from '../../lib/sanitize.js';
import { defaultSettings } from '../../reconcile/index.js';
import { funnelText, missesText } from '../../workflows/claim/funnel.js';
import { type Answer, whyBmc, whyBoot, whyClaim, whyEndpoint, whyServer, whyUser } from '../../workflows/why/index.js';
import {
  readAround,
  readAroundClaim,
  readAroundUser,
  readBeside,
  readBesideEndpoint,
} from '../../workflows/why/reads.js';
import type { whyCommand } from '../why.js';
import { missing } from './kit/missing.js';
import type { Run } from './kit/run.js';
import { objectTargets, type Target } from './kit/targets.js';

type WhyRun = Run<typeof whyCommand>;

/** Exit CHANGES when something blocks. */
export default async function (run: WhyRun): Promise<ExitName | undefined> {
  const targets = await objectTargets(run, run.args.targets, {});
  const answers: Answer[] = [];
  for (const target of targets) answers.push(await ask(run, target));
  const documents = answers.map(documentOf);
  const document = documents.length === 1 ? documents[0] : { kind: 'WhyList' as const, items: documents };
  await run.out.document(document ?? { kind: 'WhyList' }, () => answers.map((answer) => told(run, answer)).join('\n'));
  return answers.some(({ isBlocked }) => isBlocked) ? 'CHANGES' : undefined;
}

async function ask(run: WhyRun, { kind, object }: Target): Promise<Answer> {
  const { cluster } = run.ports;
  const settings = defaultSettings;
  if (kind.group === Server.group && kind.kind === 'Server') {
    const server = object as Server;
    return whyServer({
      server,
      store: await readAround(cluster, server, run.signal),
      settings,
      claim: await asking(run),
    });
  }
  if (kind.group === Server.group && kind.kind === 'ServerClaim') {
    const claim = object as ServerClaim;
    return whyClaim(claim, { store: await readAroundClaim(cluster, claim, run.signal), settings });
  }
  if (kind.group === BMC.group && kind.kind === 'BMC') {
    const bmc = object as BMC;
    return whyBmc(bmc, await readBeside(cluster, bmc, run.signal));
  }
  if (kind.group === BMCUser.group && kind.kind === 'BMCUser') {
    const user = object as BMCUser;
    return whyUser(user, await readAroundUser(cluster, user, run.signal));
  }
  if (kind.group === Endpoint.group && kind.kind === 'Endpoint') {
    const endpoint = object as Endpoint;
    return whyEndpoint(endpoint, await readBesideEndpoint(cluster, endpoint, run.signal));
  }
  if (kind.group === Server.group && kind.kind === 'ServerBootConfiguration')
    return whyBoot(object as ServerBootConfiguration);
  throw new UserError('USAGE', `why does not know the gates of a ${kind.kind}`, {
    hint: [
      'why server, serverclaim, bmc, bmcuser, endpoint or serverbootconfiguration',
      `metalctl describe ${kind.singular} ${object.metadata.name}`,
    ],
  });
}

/** The claim of `--for`. @throws UserError USAGE · NOT_FOUND */
async function asking(run: WhyRun): Promise<ServerClaim | undefined> {
  const words = run.flags.for?.replace(/^(serverclaims?|claim|scl)\//i, '').split('/');
  if (words === undefined) return undefined;
  if (words.length > 2 || words.includes('')) throw new UserError('USAGE', `--for ${run.flags.for} is not NS/CLAIM`);
  const [name = '', namespace = await run.namespace()] = words.reverse();
  const claim = await run.ports.cluster.get(ServerClaim, { namespace, name }, run.signal);
  if (claim === undefined) throw await missing(run.ports.cluster, ServerClaim, { namespace, name }, run.signal);
  return claim;
}

const nearest = 5;

function documentOf({ subject, verdict, isBlocked, lines, reason, remedy, funnel }: Answer) {
  const misses = funnel?.misses.slice(0, nearest).map(({ server, gates }) => ({
    server: server.metadata.name,
    shut: gates.filter(({ isOpen }) => !isOpen).map(({ reason, because, remedy }) => ({ reason, because, remedy })),
  }));
  const free = funnel?.free.map(({ server }) => server.metadata.name);
  return {
    kind: 'Why' as const,
    subject,
    verdict,
    isBlocked,
    ...(reason === undefined ? {} : { reason }),
    ...(remedy === undefined ? {} : { remedy }),
    gates: lines,
    ...(funnel === undefined ? {} : { steps: funnel.steps, free, misses }),
  };
}

function told({ out }: WhyRun, { subject, verdict, lines, remedy, funnel, isBlocked }: Answer): string {
  const { style } = out;
  const mark = (isOpen: boolean) => style.paint(isOpen ? 'good' : 'bad', style.glyph(isOpen ? 'good' : 'bad'));
  const gateLine = (line: Answer['lines'][number]): string =>
    line.isOpen
      ? ` ${mark(true)} ${line.must}`
      : ` ${mark(false)} ${neutralise(line.because ?? '')} (must: ${line.must})`;
  const arrow = style.ascii ? '  `-' : '   ↳';
  const gates = lines.flatMap((line) => [
    gateLine(line),
    ...(line.below ?? []).map(({ because = '' }) => `${arrow} ${neutralise(because)}`),
  ]);
  const misses = funnel === undefined ? [] : missesText(funnel, nearest).map((miss) => `  ${neutralise(miss)}`);
  return [
    `${subject} ${verdict}`,
    ...gates,
    ...(funnel === undefined ? [] : [neutralise(funnelText(funnel))]),
    ...(isBlocked && misses.length > 0 ? ['nearest misses:', ...misses] : []),
    ...(remedy === undefined ? [] : [`Most likely fix: ${neutralise(remedy)}`]),
    '',
  ].join('\n');
}
