/** One request over one socket: read it, let faults have their way, answer, write it down. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { type Spoiled, strikeAfter } from '../faults/after.js';
import { type Struck, strikeBefore } from '../faults/before.js';
import { momentOf } from '../faults/book.js';
import { queueMs, sampleMs } from '../faults/latency.js';
import type { FaultMoment } from '../faults/rules.js';
import { normalPath } from '../tree/template.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import { type Answer, type BmcRequest, problem, refusal } from './answer.js';
import { withoutPrefix } from './prefix.js';
import { ending, send } from './send.js';
import { serve } from './service.js';
import { openStream } from './stream.js';
import { uriLimit } from './unread.js';

/** Answers a request of a BMC and logs it. */
export function converse(
  bmc: VirtualBmc,
  id: string,
  message: IncomingMessage,
  body: Buffer | 'tooLarge',
  response: ServerResponse,
  prefix?: string,
): void {
  const url = message.url ?? '/';
  const content = body === 'tooLarge' ? Buffer.alloc(0) : withoutPrefix(body, prefix);
  const request = { ...requestOf(bmc, id, message, url, content), ...(prefix === undefined ? {} : { prefix }) };
  const refused = refuseSize(bmc, url, body);
  if (!refused && !bmc.faults.isEmpty) {
    converseWithFaults(bmc, request, url, response);
    return;
  }
  const answer = refused ?? serveSafely(bmc, request);
  const finish = () => {
    const bytes = answer.isStream
      ? openStream(bmc, request, response)
      : send({ answer, faults: [] }, request, response);
    note(bmc, request, url, answer, bytes, []);
  };
  if (answer.afterMs === undefined) finish();
  else bmc.world.after(answer.afterMs, finish);
}

/** What is refused for its size, before anything else is looked at. */
function refuseSize({ profile: { quirks } }: VirtualBmc, url: string, body: Buffer | 'tooLarge'): Answer | undefined {
  if (body === 'tooLarge') return problem(quirks, 413, 'PayloadTooLarge');
  return url.length > uriLimit ? refusal(quirks, 414, [uriTooLong]) : undefined;
}

const uriTooLong = { key: 'GeneralError', text: 'The URI is longer than the service accepts.' } as const;

function converseWithFaults(bmc: VirtualBmc, request: BmcRequest, url: string, response: ServerResponse): void {
  const moment = momentOfRequest(bmc, request);
  const before = strikeBefore(bmc, request, moment);
  const first = before ? [before.fault] : [];
  if (before?.answer === 'silence') {
    note(bmc, request, url, { status: 0 }, 0, first);
    return;
  }
  const spoiled = served(bmc, request, moment, before);
  const faults = [...first, ...spoiled.faults];
  const end = ending(bmc, moment);
  const latency = bmc.faults.strikes('latency', moment)[0];
  const queue = queueMs(bmc, moment);
  const struck = [...faults, ...[end, latency, queue].flatMap((strike) => (strike ? [strike.id] : []))];
  const finish = () => {
    const bytes =
      spoiled.answer.isStream && !end
        ? openStream(bmc, request, response)
        : send(spoiled, request, response, end?.action, latency?.action.perByteMs, bmc.world.delay);
    note(
      bmc,
      request,
      url,
      end?.action.how === 'reset' ? { ...spoiled.answer, status: 0 } : spoiled.answer,
      bytes,
      struck,
    );
  };
  const lateMs = (latency ? sampleMs(latency.action.ms, latency.random) : 0) + (queue?.ms ?? 0);
  const late = () => {
    if (lateMs > 0) bmc.world.delay(lateMs, finish);
    else finish();
  };
  if (spoiled.answer.afterMs === undefined) late();
  else bmc.world.after(spoiled.answer.afterMs, late);
}

function served(bmc: VirtualBmc, request: BmcRequest, moment: FaultMoment, before: Struck | undefined): Spoiled {
  const instead = before?.answer;
  if (instead !== undefined && instead !== 'silence') return { answer: instead, faults: [] };
  const seen = before?.request ?? request;
  return strikeAfter(bmc, serveSafely(bmc, seen), moment, seen);
}

function momentOfRequest(bmc: VirtualBmc, { method, path, query, headers }: BmcRequest): FaultMoment {
  const auth = headers['x-auth-token'] !== undefined ? 'token' : headers.authorization !== undefined ? 'basic' : 'none';
  return { ...momentOf(bmc), method, path, query: query.toString(), auth, user: userOf(bmc, headers), headers };
}

function userOf(bmc: VirtualBmc, { 'x-auth-token': token, authorization = '' }: IncomingHttpHeaders) {
  if (typeof token === 'string') return bmc.sessions.open().find((session) => session.token === token)?.username;
  const basic = /^Basic\s+(.+)$/i.exec(authorization)?.[1];
  return basic === undefined ? undefined : Buffer.from(basic, 'base64').toString('utf8').split(':')[0];
}

function note(
  bmc: VirtualBmc,
  request: BmcRequest,
  url: string,
  answer: Answer,
  bytes: number,
  faults: readonly string[],
): void {
  bmc.world.log.addRequest({
    at: bmc.world.clock.now(),
    bmc: bmc.name,
    method: request.method,
    path: url,
    status: answer.status,
    auth: answer.auth ?? 'none',
    requestId: request.id,
    bytes,
    tookMs: bmc.world.clock.monotonicMs() - request.arrival.atMs,
    connection: request.arrival.connection,
    isReused: request.arrival.isReused,
    ...(faults.length > 0 ? { fault: faults.join(',') } : {}),
  });
}

function requestOf(bmc: VirtualBmc, id: string, message: IncomingMessage, url: string, body: Buffer): BmcRequest {
  const [rawPath = '/', query = ''] = url.split('?', 2);
  return {
    id,
    method: message.method ?? 'GET',
    path: normalPath(decode(rawPath)),
    rawPath,
    query: new URLSearchParams(query),
    headers: message.headers,
    body,
    arrival: { atMs: bmc.world.clock.monotonicMs(), ...bmc.world.log.seen(message.socket) },
    date: dateOf(bmc.world.clock.now()),
  };
}

let lastDate = { second: 0, text: '' };

/** Header text of a time, made once a second. */
function dateOf(now: Date): string {
  const second = Math.floor(now.getTime() / 1000);
  if (second !== lastDate.second) lastDate = { second, text: now.toUTCString() };
  return lastDate.text;
}

/** Percent signs are resolved where they can be; a path that cannot be read names no resource. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function serveSafely(bmc: VirtualBmc, request: BmcRequest): Answer {
  try {
    return serve(bmc, request);
  } catch {
    return problem(bmc.profile.quirks, 500, 'InternalError');
  }
}
