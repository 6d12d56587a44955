/** What needs a person, the worst first; each names its cause. Pure. */
import { type KubeObject, keyOf, keyText } from '../../api/kind.js';
import type { BMC } from '../../api/metal/v1alpha1/bmc.js';
import { ownAnnotations } from '../../api/metal/v1alpha1/constants.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import type { ServerClaim } from '../../api/metal/v1alpha1/serverclaim.js';
import { formatAge } from '../../lib/duration.js';
import type { TopRow } from '../../ui/top/model.js';
import { ageMs, byName, type Fleet, faultOf, row } from './top-fleet.js';

/** The fixed rule: Error, a reference to nothing, stuck longer than usual, waiting for a person, about to expire. */
export const ranks = ['error', 'dangling', 'stuck', 'person', 'expires'] as const;
type Rank = (typeof ranks)[number];

export interface Item {
  readonly rank: Rank;
  readonly row: TopRow;
}

/** A total order: same rank, the name decides; same name, the kind. */
export const byRank = (a: Item, b: Item): number =>
  ranks.indexOf(a.rank) - ranks.indexOf(b.rank) || byName(a.row, b.row);

/** One object is listed once, by its worst cause. */
export function attentionOf(fleet: Fleet): TopRow[] {
  const claims = new Set(fleet.claims.map((claim) => keyText(keyOf(claim))));
  const bmcs = new Set(fleet.bmcs.map(({ metadata }) => metadata.name));
  const servers = new Set(fleet.servers.map(({ metadata }) => metadata.name));
  const items: Item[] = [
    ...fleet.servers.flatMap((server) => serverItem(server, fleet, claims, bmcs) ?? []),
    ...fleet.bmcs.flatMap((bmc) => bmcItem(bmc, fleet) ?? []),
    ...fleet.claims.flatMap((claim) => claimItem(claim, fleet, servers) ?? []),
  ];
  // What was not read is not missing.
  const { unread } = fleet;
  const isWhole = fleet.isPart !== true && !unread?.has('ServerClaim') && !unread?.has('BMC');
  return items
    .filter(({ rank }) => isWhole || rank !== 'dangling')
    .sort(byRank)
    .map(({ row: each }) => each);
}

/** Longest usual stay in a state that is to be passed through. */
const usualMs: Readonly<Record<string, number>> = { Initial: 10 * 60_000, Discovery: 30 * 60_000, Unbound: 5 * 60_000 };

/** A cordon that ends offers the server to anybody: a person may want it longer. */
const soonMs = 60 * 60_000;

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
  // One that is kept after its claim waits for a person: that its claim is gone is why it is kept.
  if (state === 'Released') return item('person', 'kept: metalctl release --finish gives it back');
  if (claim !== undefined && !claims.has(claim)) return item('dangling', `claim ${claim} is missing`, 'bad');
  const bmc = spec?.bmcRef?.name;
  if (bmc !== undefined && !bmcs.has(bmc)) return item('dangling', `bmc ${bmc} is missing`, 'bad');
  const fault = faultOf(server);
  if (isStuck(server, state, fleet)) return item('stuck', fault || `${state} longer than usual`);
  if (state === 'Parked') return item('person', 'parked: metalctl unpark gives it back');
  if (state === 'Maintenance') return item('person', fault || 'in maintenance');
  const cordonMs = Date.parse(metadata.annotations?.[ownAnnotations.cordonUntil] ?? '') - fleet.nowMs;
  if (spec?.unclaimable === true && cordonMs < soonMs) {
    return item('expires', cordonMs > 0 ? `cordon ends in ${formatAge(cordonMs)}` : 'cordon is over', 'person');
  }
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
