/** Body of `describe`. */
import { type KubeObject, keyText } from '../../api/kind.js';
import { Event, type EventObject } from '../../api/kubernetes.js';
import { isMetalError, UserError } from '../../errors/classes.js';
import { cleaned } from '../../lib/output/clean.js';
import { printTable } from '../../lib/output/table.js';
import { neutralise } from '../../lib/sanitize.js';
import { toYaml } from '../../lib/yaml.js';
import type { describeCommand } from '../describe.js';
import { bmcFacts, claimFacts, type Facts, serverFacts } from './describe-facts.js';
import { ageText } from './kit/columns.js';
import { conditionsOf } from './kit/conditions.js';
import { failureOf, readEach } from './kit/each.js';
import { lastSeen } from './kit/own-columns.js';
import type { Run } from './kit/run.js';
import { objectTargets, type Target, targetText } from './kit/targets.js';

type DescribeRun = Run<typeof describeCommand>;

export default async function (run: DescribeRun): Promise<void> {
  refuseUntold(run);
  if (run.globals.interactive === true) return inView(run);
  const targets = await targetsOf(run);
  if (run.out.format.kind !== 'table' && run.out.format.kind !== 'wide') {
    return run.out.changes(targets.map(({ object }) => ({ object, line: '' })));
  }
  const live = run.flags.redfish ? await readLive(run, targets) : undefined;
  const texts: string[] = [];
  for (const target of targets) texts.push(await told(run, target, live?.facts.get(target)));
  await run.out.pages(texts.join('\n'));
  // An object is told also where its BMC cannot be asked.
  if (live?.failure !== undefined) throw live.failure;
}

/** What a BMC says now is told in words; programs have commands of their own for it. @throws UserError USAGE */
function refuseUntold({ flags, globals, out }: DescribeRun): void {
  const isText = globals.interactive !== true && (out.format.kind === 'table' || out.format.kind === 'wide');
  if (!flags.redfish || isText) return;
  throw new UserError('USAGE', '--redfish is told in words only', { hint: 'metalctl bmc info NAME -o json' });
}

async function readLive(run: DescribeRun, targets: readonly Target[]) {
  const { liveFacts } = await import('./describe-live.js');
  const read = await readEach(
    run,
    targets,
    targetText,
    async (target) => [target, await liveFacts(run, target)] as const,
  );
  return { facts: new Map<Target, Facts>(read.values), failure: failureOf(read) };
}

const targetsOf = (run: DescribeRun): Promise<Target[]> => objectTargets(run, run.args.targets, run.flags);

/** With `-i`: the view of one server. The words name it; whether it is there is asked when the view stands. @throws UserError USAGE */
async function inView(run: DescribeRun): Promise<void> {
  const only = async (): Promise<string> => {
    const [first, second] = await targetsOf(run);
    if (first?.kind.kind === 'Server' && second === undefined) return first.object.metadata.name;
    throw new UserError('USAGE', 'the view shows one server', { hint: 'metalctl describe server NAME -i' });
  };
  const name = run.args.targets.join('/').split('/')[1] ?? (await only());
  await (await import('./server-view.js')).describeInView(run, name, async () => void (await only()));
}

async function told(run: DescribeRun, target: Target, live: Facts = []): Promise<string> {
  const events = run.flags.events === 0 ? [] : await eventsOf(run, target.object);
  return [
    headLine(run, target),
    body(run, target),
    factLines(live),
    conditions(run, target.object),
    eventLines(run, events),
  ]
    .filter((part) => part !== '')
    .join('');
}

function headLine({ out }: DescribeRun, { kind, object }: Target): string {
  const { status } = object as { status?: { state?: string; phase?: string } };
  const state = neutralise(status?.state ?? status?.phase ?? '');
  const age = ageText(object.metadata.creationTimestamp, out.times);
  return `${kind.kind}  ${neutralise(keyText(object.metadata))}   ${state === '' ? '' : `${out.style.state(state)}   `}created ${age} ago\n`;
}

function body(run: DescribeRun, { kind, object }: Target): string {
  const facts = { Server: serverFacts, ServerClaim: claimFacts, BMC: bmcFacts }[kind.kind];
  return facts === undefined || kind.group !== 'metal.ironcore.dev'
    ? generic(object)
    : factLines(facts(object as never, run.out.times));
}

/** `  Where     fra / r12`: facts without a value are left out. */
function factLines(facts: Facts): string {
  const lines = facts.flatMap(([title, values]) =>
    (typeof values === 'string' ? [values] : values)
      .filter((value) => value !== '')
      .map((value, at) => `  ${(at === 0 ? title : '').padEnd(10)} ${neutralise(value)}\n`),
  );
  return lines.join('');
}

/** Any other kind: its labels, spec and status as YAML. */
function generic(object: KubeObject): string {
  const { apiVersion: _, kind: __, metadata, ...rest } = cleaned(object) as KubeObject & Record<string, unknown>;
  const shown = {
    ...(metadata.labels === undefined ? {} : { labels: metadata.labels }),
    ...(metadata.finalizers === undefined ? {} : { finalizers: metadata.finalizers }),
    ...rest,
  };
  return toYaml(shown).replace(/^(?=.)/gm, '  ');
}

function conditions({ out }: DescribeRun, object: KubeObject): string {
  const rows = conditionsOf(object).map(({ type, status, reason, message, lastTransitionTime }) => [
    `  ${type}`,
    status,
    reason,
    ageText(lastTransitionTime, out.times),
    message,
  ]);
  const columns = ['  CONDITION', 'STATUS', 'REASON', 'SINCE', 'MESSAGE'].map((header) => ({ header }));
  return rows.length === 0 ? '' : `\n${printTable(columns, rows).text}`;
}

async function eventsOf(run: DescribeRun, object: KubeObject): Promise<readonly EventObject[]> {
  try {
    const { items } = await run.ports.cluster.list(Event, { signal: run.signal });
    const own = items.filter(({ regarding }) => regarding?.uid === object.metadata.uid);
    return own.sort((a, b) => ((lastSeen(a) ?? '') < (lastSeen(b) ?? '') ? -1 : 1)).slice(-run.flags.events);
  } catch (error) {
    if (!isMetalError(error)) throw error;
    run.talk.warn(`events cannot be read: ${error.message}`);
    return [];
  }
}

function eventLines({ out }: DescribeRun, events: readonly EventObject[]): string {
  const rows = events.map((event) => [
    `  ${ageText(lastSeen(event), out.times)}`,
    event.type ?? '',
    event.reason ?? '',
    `${event.note ?? ''}${(event.series?.count ?? 1) > 1 ? ` (×${event.series?.count})` : ''}`,
  ]);
  const columns = ['  EVENT', 'TYPE', 'REASON', 'MESSAGE'].map((header) => ({ header }));
  return rows.length === 0 ? '' : `\n${printTable(columns, rows).text}`;
}
