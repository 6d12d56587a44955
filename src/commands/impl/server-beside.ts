/** What stands beside every tab of a server on a large screen: who has it, its BMC, who had it before. Pure. */
import { type KubeObject, keyOf, keyText } from '../../api/kind.js';
import type { EventObject } from '../../api/kubernetes.js';
import type { BMC } from '../../api/metal/v1alpha1/bmc.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import { formatAge } from '../../lib/duration.js';
import { claimOf, lastSeen } from './kit/own-columns.js';

export interface Around {
  /** Undefined where claims may not be read. */
  readonly claims: ReadonlyMap<string, KubeObject> | undefined;
  readonly events: readonly EventObject[];
  readonly nowMs: number;
}

/** Titled facts. The last claim is known only as long as its events are kept. */
export function besideOf(server: Server, bmc: BMC | undefined, around: Around): [title: string, text: string][] {
  const last = lastClaim(server, around);
  return [
    ['Claim', claimText(server, around)],
    ['BMC', bmcText(server, bmc)],
    ...(last === undefined ? [] : [['Last claim', last] as [string, string]]),
  ];
}

function claimText(server: Server, { claims }: Around): string {
  const claim = claimOf(server);
  if (claim === '') return 'none';
  const isThere = claims === undefined || [...claims.values()].some((each) => keyText(keyOf(each)) === claim);
  return isThere ? claim : `${claim} is missing`;
}

/** Address, product and firmware, as far as they are known. */
function bmcText({ spec }: Server, bmc: BMC | undefined): string {
  const { status } = bmc ?? {};
  const address = status?.ip ?? bmc?.spec?.access?.ip ?? spec?.bmc?.address;
  return [address, status?.model, status?.firmwareVersion].filter(Boolean).join('  ');
}

/** `ci/build-1, released 5d ago`: the last claim that an event says was bound to this server and has it no more. */
function lastClaim(server: Server, { events, nowMs }: Around): string | undefined {
  const inOrder = events.toSorted((a, b) => (seenAt(a) < seenAt(b) ? -1 : 1));
  const bound = inOrder.findLast((event) => isBound(event, server));
  if (bound?.regarding === undefined) return undefined;
  const released = inOrder.find((event) => isRelease(event, server) && seenAt(event) > seenAt(bound));
  const age = formatAge(nowMs - Date.parse(seenAt(released ?? bound)));
  const { namespace, name } = bound.regarding;
  return `${namespace}/${name}, ${released === undefined ? 'bound' : 'released'} ${age} ago`;
}

const seenAt = (event: EventObject): string => lastSeen(event) ?? '';

const releases: ReadonlySet<string> = new Set(['Recycled', 'ClaimGone']);

const isRelease = ({ regarding, reason = '' }: EventObject, { metadata }: Server): boolean =>
  regarding?.uid === metadata.uid && releases.has(reason);

/** The event of a claim that got this server, unless it is the one that has it now. */
const isBound = ({ regarding, reason, note = '' }: EventObject, server: Server): boolean =>
  regarding?.kind === 'ServerClaim' &&
  reason === 'Bound' &&
  note.endsWith(`server ${server.metadata.name}`) &&
  `${regarding.namespace}/${regarding.name}` !== claimOf(server);
