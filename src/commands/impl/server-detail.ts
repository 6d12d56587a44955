/** What the detail view shows of one server, made from the cluster: at one moment, or live. */
import type { KubeObject } from '../../api/kind.js';
import { Event, type EventObject } from '../../api/kubernetes.js';
import { annotations, operations } from '../../api/metal/v1alpha1/constants.js';
import { BMC, Server, ServerBootConfiguration, ServerClaim } from '../../api/metal/v1alpha1/index.js';
import { type MetalError, UserError } from '../../errors/classes.js';
import { cleaned } from '../../lib/output/clean.js';
import { toYaml } from '../../lib/yaml.js';
import { defaultSettings } from '../../reconcile/index.js';
import type { DetailLine, ServerDetail, ServerEvent, Tab } from '../../ui/server/model.js';
import { modelOf, whereOf } from '../../workflows/claim/requirements.js';
import { followKinds, type Store } from '../../workflows/live-view.js';
import { whyServer } from '../../workflows/why/index.js';
import { storeOf } from '../../workflows/why/reads.js';
import { bmcFacts, type Facts, serverFacts } from './describe-facts.js';
import { type Entry, passEntries } from './history-entries.js';
import { lastSeen } from './kit/own-columns.js';
import { isUnanswered, refusalTrouble, silenceAmong, silenceTrouble } from './kit/silence.js';
import { besideOf } from './server-beside.js';
import { historyLines, pastOf, timelineOf } from './server-history.js';
import { storageLines } from './server-storage.js';
import type { DetailRun } from './server-view.js';

const kinds = [Server, BMC, ServerClaim, ServerBootConfiguration, Event];

/** Everything once. @throws UserError NOT_FOUND */
export async function readDetail({ ports, signal }: DetailRun, name: string): Promise<ServerDetail> {
  const store = new Map<string, ReadonlyMap<string, KubeObject>>();
  for (const kind of kinds) {
    const { items } = await ports.cluster.list(kind as typeof Server, { signal });
    store.set(kind.kind, new Map(items.map((item, at) => [String(at), item])));
  }
  const detail = detailOf(store, name, ports.clock.now().getTime(), await passesOf(store, name));
  if (detail !== undefined) return detail;
  throw new UserError('NOT_FOUND', `server "${name}" not found`, { hint: 'metalctl get servers' });
}

/** Tells the detail now and after every change, until the returned function is called. */
export function followDetail(
  run: DetailRun,
  name: string,
  send: (event: ServerEvent) => void,
  fail: (error: Error) => void,
): () => void {
  let passes: readonly Entry[] | undefined;
  let last: Store = new Map();
  const refused = new Map<string, MetalError>();
  const tellTroubles = (): void => {
    const { server, bmc } = machineIn(last, name);
    const silent = server === undefined ? [] : silenceTrouble(silenceAmong([server], bmc === undefined ? [] : [bmc]));
    send({ type: 'trouble', troubles: [...[...refused.values()].map(refusalTrouble), ...silent] });
  };
  const tell = (): void => {
    const detail = detailOf(last, name, run.ports.clock.now().getTime(), passes);
    send(detail === undefined ? { type: 'gone' } : { type: 'detail', detail });
  };
  return followKinds(
    run.ports,
    kinds,
    {
      onObjects: (store) => {
        const isFirst = last.size === 0;
        last = store;
        tell();
        tellTroubles();
        if (!isFirst) return;
        // The journal is read behind the first detail, and once: a pass of another terminal is told by its events.
        void passesOf(store, name).then((read) => {
          passes = read;
          if (read.length > 0) tell();
        });
      },
      onLink: (link) => send({ type: 'link', link }),
      onAllowed: (kind) => void refused.delete(kind),
      onRefused: (kind, error) => {
        refused.set(kind, error);
        if (kind === Server.kind) fail(error);
        else tellTroubles();
      },
    },
    fail,
  );
}

const allOf = <T extends KubeObject>(store: Store, kind: string): T[] => [...(store.get(kind)?.values() ?? [])] as T[];

/** The server and its BMC, as far as they are there. */
function machineIn(store: Store, name: string): { readonly server: Server | undefined; readonly bmc: BMC | undefined } {
  const server = allOf<Server>(store, 'Server').find(({ metadata }) => metadata.name === name);
  const bmc = allOf<BMC>(store, 'BMC').find(({ metadata }) => metadata.name === server?.spec?.bmcRef?.name);
  return { server, bmc };
}

/** What the journal of this machine has of both. A journal that cannot be read is `metalctl history --source metalctl`'s to say. */
async function passesOf(store: Store, name: string): Promise<readonly Entry[]> {
  const { bmc } = machineIn(store, name);
  const names = [`server/${name}`, ...(bmc === undefined ? [] : [`bmc/${bmc.metadata.name}`])];
  return passEntries(names).catch(() => []);
}

/** What the view shows; undefined when the server does not exist. */
export function detailOf(
  store: Store,
  name: string,
  nowMs: number,
  passes: readonly Entry[] = [],
): ServerDetail | undefined {
  const all = <T extends KubeObject>(kind: string): T[] => allOf(store, kind);
  const { server, bmc } = machineIn(store, name);
  if (server === undefined) return undefined;
  const past = pastOf(server, bmc, all<EventObject>('Event'), passes);
  const objects = kinds.filter(({ kind }) => kind !== Event.kind).map((kind) => ({ kind, items: all(kind.kind) }));
  const why = whyServer({ server, store: storeOf(objects), settings: defaultSettings });
  const times = { nowMs, utc: false };
  const facts = serverFacts(server, times);
  return {
    name,
    model: [modelOf(server), server.status?.serialNumber && `serial ${server.status.serialNumber}`]
      .filter(Boolean)
      .join('   '),
    state: server.status?.state ?? 'new',
    // What its BMC said before it fell silent is not how things are.
    power: isUnanswered(server, silenceAmong([server], bmc === undefined ? [] : [bmc]))
      ? '?'
      : (server.status?.powerState ?? ''),
    where: whereOf(server),
    tabs: {
      Overview: [...factLines(facts), ...conditionLines(server)],
      Why: whyLines(why),
      Hardware: factLines(only(facts, ['Hardware', 'Identity'])),
      Network: factLines(only(facts, ['Network'])),
      Storage: storageLines(server),
      BMC: bmc === undefined ? [] : [...factLines(bmcFacts(bmc, times)), ...conditionLines(bmc)],
      'BIOS/FW': firmwareLines(facts, bmc?.status?.firmwareVersion),
      Events: eventLines(all<EventObject>('Event'), server),
      History: historyLines(past),
      YAML: toYaml(cleaned(server, { showManagedFields: true }))
        .trimEnd()
        .split('\n')
        .map((text) => ({ text })),
    } satisfies Record<Tab, readonly DetailLine[]>,
    timeline: timelineOf(past, nowMs),
    beside: besideOf(server, bmc, { claims: store.get('ServerClaim'), events: all<EventObject>('Event'), nowMs }),
    ...(server.spec?.systemURI === undefined ? {} : { systemUri: server.spec.systemURI }),
    ...(why.remedy === undefined ? {} : { fix: why.remedy }),
    actions: actionsOf(server),
  };
}

/** What would change something now. */
function actionsOf({ metadata, spec, status }: Server): ReadonlySet<string> {
  const power = status?.powerState;
  const isParked = metadata.annotations?.[annotations.parked] !== undefined;
  const isParking = metadata.annotations?.[annotations.operation] === operations.park;
  const parks = status?.state === 'Available' || status?.state === 'Reserved';
  return new Set([
    spec?.unclaimable === true ? 'uncordon' : 'cordon',
    ...(power === 'Off' && spec?.serverClaimRef !== undefined ? ['power on'] : []),
    ...(power === 'On' ? ['power off', 'power reset', 'power cycle', 'power nmi'] : []),
    ...(isParked ? ['unpark'] : parks && !isParking ? ['park'] : []),
  ]);
}

const only = (facts: Facts, titles: readonly string[]): Facts => facts.filter(([title]) => titles.includes(title));

const factLines = (facts: Facts): DetailLine[] =>
  facts.flatMap(([title, values]) =>
    (typeof values === 'string' ? [values] : values)
      .filter((value) => value !== '')
      .map((value, at) => ({ text: `${(at === 0 ? title : '').padEnd(10)} ${value}` })),
  );

/** What runs on the machine itself and on its BMC. */
const firmwareLines = (facts: Facts, ofBmc: string | undefined): DetailLine[] => [
  ...factLines(only(facts, ['Firmware'])),
  ...factLines([['BMC', ofBmc ?? '']]),
];

interface Conditioned {
  readonly status?: {
    readonly conditions?:
      | readonly { readonly type: string; readonly status: string; readonly reason: string; readonly message: string }[]
      | undefined;
  };
}

/** They tell of something that is under way: that it is not is nothing bad. */
const passing = new Set(['PoweringOn', 'WaitingForPowerOff', 'Reset', 'Parking', 'Operation']);

export const conditionLines = ({ status }: Conditioned): DetailLine[] =>
  (status?.conditions ?? []).map(({ type, status: value, reason, message }) => {
    const text = `${type} ${value}  ${reason}  ${message}`;
    return passing.has(type) ? { text: `  ${text}` } : { mark: value === 'True' ? 'good' : 'bad', text };
  });

function whyLines({ subject, verdict, lines }: ReturnType<typeof whyServer>): DetailLine[] {
  const gates = lines.flatMap((each): DetailLine[] => [
    each.isOpen
      ? { mark: 'good', text: each.must }
      : { mark: 'bad', text: `${each.because ?? ''} (must: ${each.must})` },
    ...(each.below ?? []).map(({ because = '' }) => ({ text: `    ${because}` })),
  ]);
  return [{ text: `${subject} ${verdict}` }, ...gates];
}

/** Events of the server and of its BMC, newest first. */
function eventLines(events: readonly EventObject[], { metadata, spec }: Server): DetailLine[] {
  const isOwn = ({ regarding }: EventObject): boolean =>
    regarding?.uid === metadata.uid || (regarding?.kind === 'BMC' && regarding.name === spec?.bmcRef?.name);
  return events
    .filter(isOwn)
    .sort((a, b) => ((lastSeen(a) ?? '') < (lastSeen(b) ?? '') ? 1 : -1))
    .map(({ regarding, reason = '', note = '', type, ...event }) => ({
      text: `${(lastSeen(event as EventObject) ?? '').slice(0, 19).replace('T', ' ')}  ${(regarding?.kind ?? '').toLowerCase().padEnd(7)} ${reason.padEnd(16)} ${type === 'Warning' ? '! ' : ''}${note}`,
    }));
}
