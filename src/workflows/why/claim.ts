/** Why a claim has no server, or its server is not up: the funnel of the fleet, or the gates of the server it has. */
import { Server, type ServerClaim } from '../../api/metal/v1alpha1/index.js';
import { funnelOf } from '../claim/funnel.js';
import type { Answer } from './answer.js';
import { type ServerQuestion, whyServer } from './server.js';

export function whyClaim(claim: ServerClaim, { store, settings }: Omit<ServerQuestion, 'server' | 'claim'>): Answer {
  const subject = `serverclaim/${claim.metadata.namespace}/${claim.metadata.name}`;
  const name = claim.spec?.serverRef?.name ?? '';
  const server = name === '' ? undefined : store.get(Server, { name });
  if (claim.status?.phase === 'Bound' && server !== undefined) {
    const own = whyServer({ server, store, settings, claim });
    const verdict = own.isBlocked
      ? `is bound to server/${name}, which waits`
      : `is bound to server/${name}, which is as it wants it`;
    return { ...own, subject, verdict };
  }
  if (name !== '' && server === undefined) return lost(subject, claim);
  if (server !== undefined)
    return { ...whyServer({ server, store, settings, claim }), subject, verdict: `waits for server/${name}` };
  return unbound(subject, claim, store);
}

function lost(subject: string, claim: ServerClaim): Answer {
  const name = claim.spec?.serverRef?.name ?? '';
  const line = {
    reason: 'ServerNotFound',
    must: 'its server exists',
    isOpen: false,
    because: `server/${name} does not exist`,
    remedy: `metalctl release ${claim.metadata.name} -n ${claim.metadata.namespace}`,
  };
  return {
    subject,
    verdict: 'has lost its server',
    isBlocked: true,
    lines: [line],
    reason: line.reason,
    remedy: line.remedy,
  };
}

/** The nearest miss is the server that fewest gates keep out: its first gate is the answer. */
function unbound(subject: string, claim: ServerClaim, store: ServerQuestion['store']): Answer {
  const funnel = funnelOf(store.all(Server), { claim, requirements: [], selector: selectorOf(claim) });
  const nearest = funnel.misses[0]?.gates.find(({ isOpen }) => !isOpen);
  const isBlocked = funnel.free.length === 0;
  const verdict = isBlocked ? 'finds no server' : 'will be bound at the next pass: a server is free';
  const cause = isBlocked ? nearest : undefined;
  return {
    subject,
    verdict,
    isBlocked,
    lines: [],
    funnel,
    ...(cause === undefined ? {} : { reason: cause.reason }),
    ...(cause?.remedy === undefined ? {} : { remedy: cause.remedy }),
  };
}

/** The claim's selector in kubectl's form, for the funnel's label. */
function selectorOf({ spec }: ServerClaim): string {
  const { matchLabels = {}, matchExpressions = [] } = spec?.serverSelector ?? {};
  const equal = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const more = matchExpressions.map(({ key, operator, values = [] }) =>
    `${key} ${operator.toLowerCase()} ${values.length > 0 ? `(${values.join(',')})` : ''}`.trim(),
  );
  return [...equal, ...more].join(',') || 'any server';
}
