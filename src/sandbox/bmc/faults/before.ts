/** Faults that strike before the service sees a request: another answer, a changed request, or none at all. */
import { type Answer, type BmcRequest, problem, refusal } from '../http/answer.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import type { Strike } from './book.js';
import { type FaultMoment, momentKey } from './rules.js';

export interface Struck {
  readonly fault: string;
  /** The answer instead of the service's; `silence`: none, ever. */
  readonly answer?: Answer | 'silence';
  /** The request as the service gets to see it. */
  readonly request?: BmcRequest;
}

/** What the rules make of a request, before it is served. */
export function strikeBefore(bmc: VirtualBmc, request: BmcRequest, moment: FaultMoment): Struck | undefined {
  return (
    strikeCapacity(bmc, moment) ??
    strikeSilence(bmc, moment) ??
    strikeStatus(bmc, moment) ??
    strikeSession(bmc, request, moment) ??
    strikeExpand(bmc, request, moment)
  );
}

function strikeCapacity(bmc: VirtualBmc, moment: FaultMoment): Struck | undefined {
  const [strike] = bmc.faults.strikes('capacity', moment);
  if (!strike || takeToken(bmc, strike)) return undefined;
  const answer = problem(bmc.profile.quirks, strike.action.status ?? 503, 'ServiceTemporarilyUnavailable', ['1']);
  return { fault: strike.id, answer: { ...answer, headers: { 'Retry-After': '1' } } };
}

function takeToken(bmc: VirtualBmc, { id, action }: Strike<'capacity'>): boolean {
  const key = momentKey(id, bmc.name);
  const nowMs = bmc.world.clock.monotonicMs();
  const last = (bmc.faults.memory.get(key) as { tokens: number; atMs: number } | undefined) ?? {
    tokens: action.burst,
    atMs: nowMs,
  };
  const tokens = Math.min(action.burst, last.tokens + ((nowMs - last.atMs) / 1000) * action.perSecond);
  bmc.faults.memory.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs: nowMs });
  return tokens >= 1;
}

function strikeSilence(bmc: VirtualBmc, moment: FaultMoment): Struck | undefined {
  const [strike] = bmc.faults.strikes('connection', moment, ['noAnswer']);
  return strike && { fault: strike.id, answer: 'silence' };
}

function strikeStatus(bmc: VirtualBmc, moment: FaultMoment): Struck | undefined {
  const [strike] = bmc.faults.strikes('status', moment);
  if (!strike) return undefined;
  const { status, retryAfter, messageId, message, body } = strike.action;
  const headers: Record<string, string> = {};
  if (retryAfter !== undefined) headers['Retry-After'] = String(retryAfter);
  if (status === 401) headers['WWW-Authenticate'] = 'Basic realm="RedfishService"';
  const key = messageId ?? messageOf(status);
  const args = key === 'ServiceTemporarilyUnavailable' ? [String(retryAfter ?? 30)] : [moment.path ?? ''];
  const told = refusal(bmc.profile.quirks, status, [{ key, args, ...(message ? { text: message } : {}) }]);
  return { fault: strike.id, answer: { ...(body === false ? { status } : told), headers } };
}

const statusMessages: Readonly<Record<number, string>> = {
  401: 'NoValidSession',
  403: 'InsufficientPrivilege',
  404: 'ResourceMissingAtURI',
  405: 'OperationNotAllowed',
  409: 'ResourceInUse',
  412: 'PreconditionFailed',
  413: 'PayloadTooLarge',
  428: 'PreconditionRequired',
  429: 'ServiceTemporarilyUnavailable',
  500: 'InternalError',
  503: 'ServiceTemporarilyUnavailable',
};

const messageOf = (status: number): string => statusMessages[status] ?? 'GeneralError';

function strikeSession(bmc: VirtualBmc, request: BmcRequest, moment: FaultMoment): Struck | undefined {
  const token = request.headers['x-auth-token'];
  if (typeof token !== 'string') return undefined;
  const [expire] = bmc.faults.strikes('session', moment, ['expire']);
  if (expire) {
    bmc.sessions.endToken(token);
    return { fault: expire.id, request };
  }
  const [after] = bmc.faults.strikes('session', moment, ['expireAfter']);
  if (after) {
    bmc.sessions.limitUses(token, after.action.requests ?? 1);
    return { fault: after.id, request };
  }
  const [ignored] = bmc.faults.strikes('session', moment, ['tokenIgnored']);
  if (!ignored) return undefined;
  const { 'x-auth-token': _, ...headers } = request.headers;
  return { fault: ignored.id, request: { ...request, headers } };
}

function strikeExpand(bmc: VirtualBmc, request: BmcRequest, moment: FaultMoment): Struck | undefined {
  if (!request.query.has('$expand')) return undefined;
  const [strike] = bmc.faults.strikes('expand', moment, ['ignored', '400', '501', 'noAnswer']);
  if (!strike) return undefined;
  const { how } = strike.action;
  if (how === 'noAnswer') return { fault: strike.id, answer: 'silence' };
  if (how === '400' || how === '501') {
    return { fault: strike.id, answer: problem(bmc.profile.quirks, Number(how), 'QueryNotSupported') };
  }
  const query = new URLSearchParams(request.query);
  query.delete('$expand');
  return { fault: strike.id, request: { ...request, query } };
}
