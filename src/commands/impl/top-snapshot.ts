/** From the objects of a cluster to what the dashboard shows. Pure. */

import type { BMC } from '../../api/metal/v1alpha1/bmc.js';
import { ownAnnotations } from '../../api/metal/v1alpha1/constants.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import type { ServerClaim } from '../../api/metal/v1alpha1/serverclaim.js';
import type { TopRow, TopSnapshot } from '../../ui/top/model.js';
import { modelOf, whereOf } from '../../workflows/claim/requirements.js';
import { lastSeen } from './kit/own-columns.js';
import { isUnanswered, silenceAmong } from './kit/silence.js';
import { attentionOf } from './top-attention.js';
import { driverOf } from './top-driver.js';
import { type Fleet, faultOf, row, sinceOf } from './top-fleet.js';
import { byNameOnce, rowOnce } from './top-memory.js';
import { rackOf, racksOf, rackViews } from './top-racks.js';

export function snapshotOf(fleet: Fleet): TopSnapshot {
  const { servers, bmcs, nowMs } = fleet;
  const racks = racksOf(servers);
  const silence = silenceAmong(servers, bmcs);
  return {
    rows: {
      attention: attentionOf(fleet),
      servers: byNameOnce(
        'server',
        servers.map((server) => {
          const isSilent = isUnanswered(server, silence);
          return rowOnce(server, sinceOf(server, fleet), isSilent, () => serverRow(server, fleet, isSilent));
        }),
      ),
      racks: rackRows(racks),
      bmcs: byNameOnce(
        'bmc',
        bmcs.map((bmc) => rowOnce(bmc, sinceOf(bmc, fleet), undefined, () => bmcRow(bmc, fleet))),
      ),
      claims: byNameOnce(
        'claim',
        fleet.claims.map((claim) => rowOnce(claim, sinceOf(claim, fleet), undefined, () => claimRow(claim, fleet))),
      ),
    },
    counts: countsOf(servers),
    bar: barOf(servers),
    racks: rackViews(racks),
    claims: claimCounts(fleet),
    servers: servers.length,
    bmcs: bmcs.length,
    events: eventTexts(fleet),
    ...driverOf(fleet),
    at: new Date(nowMs).toISOString().slice(11, 19),
  };
}

function serverRow(server: Server, fleet: Fleet, isSilent: boolean): TopRow {
  const { spec, status, metadata } = server;
  const ref = spec?.serverClaimRef;
  const note = [
    // What a BMC said before it fell silent is not how things are.
    status?.powerState && `power ${isSilent ? '?' : status.powerState}`,
    ref && `claim ${ref.namespace}/${ref.name}`,
    spec?.unclaimable === true && 'cordoned',
    modelOf(server),
    whereOf(server),
  ];
  const rack = rackOf(server);
  const made = row('server', server, status?.state ?? '', note.filter(Boolean).join('  '), fleet, metadata.name);
  return rack === undefined ? made : { ...made, rack };
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
function claimCounts({ claims, unread }: Fleet): TopSnapshot['claims'] {
  if (unread?.has('ServerClaim') === true) return undefined;
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
