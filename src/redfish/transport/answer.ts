/** From what came over the wire to what it is: an answer with JSON and messages, or a failure, and whether to try again. */
import { rowFor } from '../classify.js';
import { type Message, messagesOf, plain } from '../messages.js';
import { ConnectFailure } from './connect.js';
import type { ExchangeFailure, RawAnswer } from './exchange.js';
import { BadBody, parseBody } from './json.js';
import { type Condition, isMutating, type RequestKind } from './retry.js';

/** A final answer of any status; success is for the caller to ask. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly json: unknown;
  readonly messages: readonly Message[];
  /** Size of the body as it came. */
  readonly bytes?: number;
  /** The beginning of a body that is not JSON, for error texts. */
  readonly excerpt?: string;
  readonly retryAfterMs?: number;
}

export type Outcome = { readonly answer: Answer } | { readonly failure: ExchangeFailure | BadBody };

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

export interface Reading {
  readonly kind: RequestKind;
  /** Deepest JSON accepted. */
  readonly depth: number;
  /** Texts that must not come back in an error, should the BMC echo them. */
  readonly secrets: Iterable<string>;
  readonly retryAfterMs?: number;
}

/** Reads a body. Only a successful read needs one; whatever else has none that is usable keeps its beginning for people. */
export function toOutcome(raw: RawAnswer, { kind, depth, secrets, retryAfterMs }: Reading): Outcome {
  const asked = retryAfterMs === undefined ? {} : { retryAfterMs };
  const common = { status: raw.status, headers: raw.headers, bytes: raw.body.length, ...asked };
  const isGoodRead = isSuccess(raw.status) && kind === 'read';
  const body = isGoodRead ? raw.body : without(secrets, raw.body);
  try {
    const json = parseBody(body, depth);
    return { answer: { ...common, json, messages: messagesOf(json) } };
  } catch (error) {
    if (!(error instanceof BadBody)) throw error;
    if (isGoodRead) return { failure: error };
    return { answer: { ...common, json: undefined, messages: [], excerpt: excerptOf(body) } };
  }
}

const excerptOf = (body: Uint8Array): string => plain(new TextDecoder().decode(body.subarray(0, 200)));

/** Shorter ones occur everywhere, and nothing would be left to read. */
const shortestSecret = 3;

/** Both as it is and as JSON spells it. */
function without(secrets: Iterable<string>, body: Uint8Array): Uint8Array {
  let text = new TextDecoder().decode(body);
  for (const secret of secrets) {
    if (secret.length < shortestSecret) continue;
    text = text.replaceAll(JSON.stringify(secret).slice(1, -1), '[redacted]').replaceAll(secret, '[redacted]');
  }
  return Buffer.from(text);
}

/** Whether the BMC failed to answer at all; a certificate that is not trusted is no sign of a dead one. */
export const isTransport = (failure: ExchangeFailure): boolean =>
  failure.kind !== 'too-large' && !(failure.cause instanceof ConnectFailure && isRefusal(failure.cause));

/** Whether we could not even try: it says nothing about the BMC, which must not be left alone for it. */
export const isOurOwn = ({ cause }: ExchangeFailure): boolean =>
  cause instanceof ConnectFailure && /^E[MN]FILE$/.test((cause.cause as NodeJS.ErrnoException | undefined)?.code ?? '');

const isRefusal = ({ kind }: ConnectFailure): boolean => kind === 'untrusted' || kind === 'not-tls';

/** How long the BMC asked to be left alone, if it did. */
export const askedDelay = (outcome: Outcome): { retryAfterMs?: number } =>
  'answer' in outcome && outcome.answer.retryAfterMs !== undefined ? { retryAfterMs: outcome.answer.retryAfterMs } : {};

/** Row of the retry table for an outcome; undefined when it is final. */
export function conditionOf(outcome: Outcome, kind: RequestKind): Condition | undefined {
  if ('answer' in outcome) {
    const { status, messages } = outcome.answer;
    return isSuccess(status) ? undefined : rowFor(status, messages, isMutating(kind)).retry;
  }
  if (outcome.failure instanceof BadBody) return 'bad-body';
  if (!isTransport(outcome.failure)) return undefined;
  return outcome.failure.kind === 'connect' ? 'not-connected' : 'lost';
}
