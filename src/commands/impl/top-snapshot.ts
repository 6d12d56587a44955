/** From the objects of a cluster to what the dashboard shows. Pure. */
import { type KubeObject, keyOf, keyText } from '../../api/kind.js';
import type { Condition, EventObject, LeaseObject } from '../../api/kubernetes.js';
import type { BMC } from '../../api/metal/v1alpha1/bmc.js';
import { isControllerLease, ownAnnotations } from '../../api/metal/v1alpha1/constants.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import type { ServerClaim } from '../../api/metal/v1alpha1/serverclaim.js';
import { formatAge } from '../../lib/duration.js';
import type { TopRow, TopSnapshot } from '../../ui/top/model.js';
import { modelOf, whereOf } from '../../workflows/claim/requirements.js';
import type { Store } from '../../workflows/live-view.js';
import { lastSeen } from './kit/own-columns.js';
import { isUnanswered, type Silence, silenceAmong } from './kit/silence.js';
import { racksOf, rackViews } from './top-racks.js';

/** The objects, by what they are. */
export interface Fleet {
  readonly servers: readonly Server[];
  readonly bmcs: readonly BMC[];
  readonly claims: readonly ServerClaim[];
  /** Claims may not be read: none of them is known. */
  readonly hasNoClaims?: boolean;
  /** BMCs neither. */
  readonly hasNoBmcs?: boolean;
  readonly events: readonly EventObject[];
  readonly leases: readonly LeaseObject[];
  /** The rest is on its way: what is not there is not known to be missing. */
  readonly isPart?: boolean;
  readonly nowMs: number;
}

export function fleetOf(store: Store, nowMs: number): Fleet {
  const all = <T>(kind: string): T[] => [...(store.get(kind)?.values() ?? [])] as T[];
  return {
    servers: all('Server'),
    bmcs: all('BMC'),
    claims: all('ServerClaim'),
    hasNoClaims: !store.has('ServerClaim'),
    hasNoBmcs: !store.has('BMC'),
    events: all('Event'),
    leases: all('Lease'),
    nowMs,
  };
}

export function snapshotOf(fleet: Fleet): TopSnapshot {
  const { servers, bmcs, nowMs } = fleet;
  const racks = racksOf(servers);
  const silence = silenceAmong(servers, bmcs);
  return {
    rows: {
      attention: attentionOf(fleet),
      servers: servers.map((server) => serverRow(server, fleet, silence)).sort(byName),
      racks: rackRows(racks),
      bmcs: bmcs.map((bmc) => bmcRow(bmc, fleet)).sort(byName),
      claims: fleet.claims.map((claim) => claimRow(claim, fleet)).sort(byName),
    },
    counts: countsOf(servers),
    bar: barOf(servers),
    racks: rackViews(racks),
    claims: claimCounts(fleet),
    servers: servers.length,
    bmcs: bmcs.length,
    events: eventTexts(fleet),
    driver: fleet.isPart === true ? '-' : driverOf(fleet),
    at: new Date(nowMs).toISOString().slice(11, 19),
  };
}

const byName = (a: TopRow, b: TopRow): number => (a.name < b.name ? -1 : 1);

const conditionOf = (object: KubeObject): Condition | undefined =>
  (object as { status?: { conditions?: Condition[] } }).status?.conditions?.find(({ type }) => type === 'Ready');

/** Since when it is as it is: its last change of readiness, else its creation. */
function sinceOf(object: KubeObject, { nowMs }: Fleet): string {
  const at = conditionOf(object)?.lastTransitionTime ?? object.metadata.creationTimestamp;
  return at === undefined ? '' : formatAge(Math.max(0, nowMs - Date.parse(at)));
}

const ageMs = (object: KubeObject, { nowMs }: Fleet): number => {
  const at = conditionOf(object)?.lastTransitionTime ?? object.metadata.creationTimestamp;
  return at === undefined ? 0 : nowMs - Date.parse(at);
};

const marks: Readonly<Record<string, TopRow['mark']>> = {
  Available: 'good',
  Enabled: 'good',
  Bound: 'good',
  Reserved: 'use',
  Initial: 'busy',
  Discovery: 'busy',
  Pending: 'busy',
  Unbound: 'busy',
  Maintenance: 'person',
  Parked: 'person',
  Released: 'person',
  Error: 'bad',
};

const row = (kind: string, object: KubeObject, state: string, note: string, fleet: Fleet, opens?: string): TopRow => ({
  id: `${kind}/${object.metadata.uid ?? keyText(keyOf(object))}`,
  kind,
  name: keyText(keyOf(object)),
  state: state === '' ? '-' : state,
  mark: marks[state] ?? 'off',
  since: sinceOf(object, fleet),
  note,
  ...(opens === undefined ? {} : { opens }),
});

function serverRow(server: Server, fleet: Fleet, silence: Silence): TopRow {
  const { spec, status, metadata } = server;
  const ref = spec?.serverClaimRef;
  const note = [
    // What a BMC said before it fell silent is not how things are.
    status?.powerState && `power ${isUnanswered(server, silence) ? '?' : status.powerState}`,
    ref && `claim ${ref.namespace}/${ref.name}`,
    spec?.unclaimable === true && 'cordoned',
    modelOf(server),
    whereOf(server),
  ];
  return row('server', server, status?.state ?? '', note.filter(Boolean).join('  '), fleet, metadata.name);
}

function bmcRow(bmc: BMC, fleet: Fleet): TopRow {
  const { status, spec } = bmc;
  const note = [spec?.access?.ip, status?.manufacturer, status?.model, status?.firmwareVersion, faultOf(bmc)];
  return row('bmc', bmc, status?.state ?? '', note.filter(Boolean).join('  '), fleet);
}

function claimRow(claim: ServerClaim, fleet: Fleet): TopRow {
  const server = claim.spec?.serverRef?.name;
  const waiting = claim.metadata.annotations?.[ownAnnotations.waiting];
  const note = [server && `server ${server}`, waiting, claim.spec?.image].filter(Boolean).join('  ');
  return row('claim', claim, claim.status?.phase ?? '', note, fleet, server);
}

/** What an object says is wrong with it. */
function faultOf(object: KubeObject): string {
  const ready = conditionOf(object);
  return ready?.status === 'False' ? ready.message || ready.reason : '';
}

// --- Attention -----------------------------------------------------------------------------------------------------

/** The fixed rule: Error, then a reference to nothing, then stuck longer than usual, then waiting for a person. */
const ranks = ['error', 'dangling', 'stuck', 'person'] as const;
type Rank = (typeof ranks)[number];

interface Item {
  readonly rank: Rank;
  readonly row: TopRow;
}

/** Ranks are total: same rank, the name decides. One object is listed once, by its worst cause. */
function attentionOf(fleet: Fleet): TopRow[] {
  const claims = new Set(fleet.claims.map((claim) => keyText(keyOf(claim))));
  const bmcs = new Set(fleet.bmcs.map(({ metadata }) => metadata.name));
  const servers = new Set(fleet.servers.map(({ metadata }) => metadata.name));
  const items: Item[] = [
    ...fleet.servers.flatMap((server) => serverItem(server, fleet, claims, bmcs) ?? []),
    ...fleet.bmcs.flatMap((bmc) => bmcItem(bmc, fleet) ?? []),
    ...fleet.claims.flatMap((claim) => claimItem(claim, fleet, servers) ?? []),
  ];
  // What was not read is not missing.
  const isWhole = fleet.isPart !== true && fleet.hasNoClaims !== true && fleet.hasNoBmcs !== true;
  return items
    .filter(({ rank }) => isWhole || rank !== 'dangling')
    .sort((a, b) => ranks.indexOf(a.rank) - ranks.indexOf(b.rank) || byName(a.row, b.row))
    .map(({ row: each }) => each);
}

/** Longest usual stay in a state that is to be passed through. */
const usualMs: Readonly<Record<string, number>> = { Initial: 10 * 60_000, Discovery: 30 * 60_000, Unbound: 5 * 60_000 };

function serverItem(
  server: Server,
  fleet: Fleet,
  claims: ReadonlySet<string>,
  bmcs: ReadonlySet<string>,
): Item | undefined {
  const { spec, status, metadata } = server;
  const state = status?.state ?? '';
  const item = (rank: Rank, note: string, mark?: TopRow['mark']): Item => {
    const made = row('server', server, state, note, fleet, metadata.name);
    return { rank, row: mark === undefined ? made : { ...made, mark } };
  };
  if (state === 'Error') return item('error', faultOf(server) || 'no cause is recorded');
  const ref = spec?.serverClaimRef;
  const claim = ref === undefined ? undefined : `${ref.namespace}/${ref.name}`;
  if (claim !== undefined && !claims.has(claim)) return item('dangling', `claim ${claim} is missing`, 'bad');
  const bmc = spec?.bmcRef?.name;
  if (bmc !== undefined && !bmcs.has(bmc)) return item('dangling', `bmc ${bmc} is missing`, 'bad');
  const fault = faultOf(server);
  if (isStuck(server, state, fleet)) return item('stuck', fault || `${state} longer than usual`);
  if (state === 'Parked') return item('person', 'parked: metalctl unpark gives it back');
  if (state === 'Maintenance') return item('person', fault || 'in maintenance');
  return undefined;
}

const isStuck = (object: KubeObject, state: string, fleet: Fleet): boolean =>
  usualMs[state] !== undefined && ageMs(object, fleet) > (usualMs[state] ?? 0);

function bmcItem(bmc: BMC, fleet: Fleet): Item | undefined {
  const state = bmc.status?.state ?? '';
  const fault = faultOf(bmc);
  if (state !== 'Error' && fault === '') return undefined;
  return { rank: 'error', row: { ...row('bmc', bmc, state, fault || 'no cause is recorded', fleet), mark: 'bad' } };
}

function claimItem(claim: ServerClaim, fleet: Fleet, servers: ReadonlySet<string>): Item | undefined {
  const server = claim.spec?.serverRef?.name;
  const phase = claim.status?.phase ?? '';
  if (server !== undefined && !servers.has(server)) {
    return {
      rank: 'dangling',
      row: { ...row('claim', claim, phase, `server ${server} is missing`, fleet), mark: 'bad' },
    };
  }
  if (!isStuck(claim, phase, fleet)) return undefined;
  const why = claim.metadata.annotations?.[ownAnnotations.waiting] ?? 'no server fits: metalctl why claim';
  return { rank: 'stuck', row: row('claim', claim, phase, why, fleet) };
}

// --- Counts, racks, events, driver ---------------------------------------------------------------------------------

const states = ['Available', 'Reserved', 'Initial', 'Discovery', 'Released', 'Maintenance', 'Parked', 'Error'];

function countsOf(servers: readonly Server[]): (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { status } of servers) counts.set(status?.state ?? 'New', (counts.get(status?.state ?? 'New') ?? 0) + 1);
  const known = states.flatMap((state) => (counts.has(state) ? [[state, counts.get(state) ?? 0] as const] : []));
  return [...known, ...[...counts].filter(([state]) => !states.includes(state))];
}

const letters: Readonly<Record<string, string>> = {
  Reserved: '=',
  Available: '#',
  Maintenance: 'x',
  Parked: 'x',
  Error: '!',
};

function barOf(servers: readonly Server[]): (readonly [string, number])[] {
  const counts = new Map<string, number>(['=', '#', '.', 'x', '!'].map((letter) => [letter, 0]));
  for (const { status } of servers) {
    const letter = letters[status?.state ?? ''] ?? '.';
    counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  return [...counts];
}

/** Claims by phase: those that have a server, and those that wait for one, also when there are none. */
function claimCounts({ claims, hasNoClaims = false }: Fleet): TopSnapshot['claims'] {
  if (hasNoClaims) return undefined;
  const counts = new Map([
    ['Bound', 0],
    ['Unbound', 0],
  ]);
  for (const { status } of claims) {
    const phase = status?.phase ?? 'Unbound';
    counts.set(phase, (counts.get(phase) ?? 0) + 1);
  }
  return [...counts];
}

/** Racks by name, each with a letter per server, lowest shelf first: `=` used, `#` free, `.` busy, `x`, `!` problem. */
const rackRows = (racks: ReturnType<typeof racksOf>): TopRow[] =>
  racks.map(([name, members]) => {
    const bad = members.filter(({ status }) => status?.state === 'Error').length;
    return {
      id: `rack/${name}`,
      kind: 'rack',
      name,
      state: bad === 0 ? 'ok' : `${bad} error${bad === 1 ? '' : 's'}`,
      mark: bad === 0 ? 'good' : 'bad',
      since: String(members.length),
      note: members.map(({ status }) => letters[status?.state ?? ''] ?? '.').join(''),
    } satisfies TopRow;
  });

const shownEvents = 8;

/** The last ones, newest first: `14:02:28  server/node-07  Reserved  bound to db/db-07`. */
function eventTexts({ events }: Fleet): string[] {
  const shown = events
    .map((event) => ({ event, at: lastSeen(event) ?? '' }))
    .sort((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, shownEvents)
    .map(({ event: { regarding, reason = '', note = '' }, at }) => {
      const about = `${(regarding?.kind ?? '').toLowerCase()}/${regarding?.name ?? ''}`;
      return { at: at.slice(11, 19), about, reason, note };
    });
  const width = (texts: readonly string[]): number => Math.max(0, ...texts.map(({ length }) => length));
  const [abouts, reasons] = [width(shown.map(({ about }) => about)), width(shown.map(({ reason }) => reason))];
  return shown.map(
    ({ at, about, reason, note }) => `${at}  ${about.padEnd(abouts)}  ${reason.padEnd(reasons)}  ${note}`,
  );
}

/** Who holds a controller's lease, and whether it was renewed within twice its duration. */
function driverOf({ leases, nowMs }: Fleet): string {
  const lease = leases.find(({ metadata, spec }) => isControllerLease(metadata.name) && spec?.holderIdentity);
  if (lease === undefined) return 'none seen: nothing changes until metalctl reconcile runs';
  const renewedMs = Date.parse(lease.spec?.renewTime ?? '');
  const ago = Number.isNaN(renewedMs) ? undefined : Math.max(0, nowMs - renewedMs);
  const isLost = ago !== undefined && ago > 2_000 * (lease.spec?.leaseDurationSeconds ?? 15);
  const when = ago === undefined ? '' : `, seen ${formatAge(ago)} ago`;
  return `${isLost ? 'LOST ' : ''}${lease.spec?.holderIdentity} (lease ${keyText(keyOf(lease))})${when}`;
}
