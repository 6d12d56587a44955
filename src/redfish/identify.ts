/**
 * What answers at an address, before anything is entrusted to it: a knock over TCP, then TLS and one GET of the service
 * root over the same connection. The certificate is looked at, not required, because nothing of value is sent: no
 * credential exists in this file.
 */
import type { Socket } from 'node:net';
import { type MetalError, PermanentError, TransientError } from '../errors/classes.js';
import { onAbort } from '../lib/on-abort.js';
import type { Identification, ProbeAnswer } from '../ports/bmc.js';
import type { Clock } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import { present } from './operations/present.js';
import { ServiceRoot } from './schema/service-root.js';
import { ConnectFailure } from './transport/connect.js';
import { ExchangeFailure, openLine, type RawAnswer } from './transport/exchange.js';
import { BadBody, isObject, type JsonObject, parseBody } from './transport/json.js';
import { knock } from './transport/knock.js';
import { defaultLimits } from './transport/limits.js';
import { type Path, safePath } from './transport/link.js';
import { type Queue, queue } from './transport/queue.js';
import { redirectOf } from './transport/redirect.js';
import { type Judgement, type Trust, trustIn } from './transport/trust.js';
import { vendorOf } from './vendors/index.js';

export interface IdentificationOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** PEM bundles trusted beside the system's authorities; they only decide what is reported. */
  readonly ca?: string | readonly string[];
  /** Believe any certificate. */
  readonly insecure?: boolean;
  /** HTTP proxy to reach BMCs through. */
  readonly proxy?: URL;
}

/** A root is small; whoever sends more is no BMC. */
const rootBytes = 1024 * 1024;
const paths = ['/redfish/v1/', '/redfish/v1'];
/** The deadline of the connection is as long, and comes first: it knows what was waited for. */
const graceMs = 100;
/**
 * Conversations at a time; whoever opened the door waits meanwhile, and the wait is not held against it. More of them,
 * and handshakes of a full rack outlast their deadlines on this side.
 */
const conversations = 32;
/** Steps in which deadlines pass: a stretch in which this process was too busy to listen counts as one of them. */
const steps = 8;

export function createIdentification(options: IdentificationOptions): Identification {
  const trust = trustIn([options.ca ?? []].flat(), options.insecure);
  const way = options.proxy === undefined ? {} : { proxy: options.proxy };
  const turns = queue(conversations);
  const clock = attentive(options.clock);
  return {
    identify: async (url, { timeoutMs, signal }) => {
      const { origin } = new URL(url);
      const question = { clock, trust, turns, timeoutMs, ...way, ...(signal === undefined ? {} : { signal }) };
      try {
        return await ask(origin, question);
      } catch (error) {
        throw await inWords(error, origin, question);
      }
    },
  };
}

/** Time passes only while somebody listens: of a full rack, answers may lie here for seconds before they are read. */
const attentive = (clock: Clock): Clock => ({
  now: () => clock.now(),
  monotonicMs: () => clock.monotonicMs(),
  sleep: (ms, signal) => clock.sleep(ms, signal),
  after: (ms, fn) => {
    let left = steps;
    let cancel = (): void => undefined;
    const step = (): void => {
      if (left-- > 0) cancel = clock.after(ms / steps, step);
      else fn();
    };
    step();
    return () => cancel();
  },
});

interface Question {
  readonly clock: Clock;
  readonly trust: Trust;
  readonly proxy?: URL;
  readonly turns: Queue;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

async function ask(origin: string, question: Question): Promise<ProbeAnswer> {
  const { clock, timeoutMs, turns } = question;
  const startedMs = clock.monotonicMs();
  const knocked = await atTheDoor(origin, question);
  const leftMs = Math.max(1, timeoutMs - (clock.monotonicMs() - startedMs));
  // Reading all authorities takes its time, which is not the other side's.
  if (origin.startsWith('https:')) question.trust.context();
  try {
    return await turns.run('shared', () => converse(origin, { ...question, leftMs, knocked }));
  } finally {
    knocked.destroy();
  }
}

async function atTheDoor(origin: string, question: Question): Promise<Socket> {
  question.signal?.throwIfAborted();
  try {
    return await knock(origin, question);
  } catch (error) {
    throw error instanceof ConnectFailure ? new ExchangeFailure('connect', error.message, error) : error;
  }
}

async function converse(origin: string, opened: Opened): Promise<ProbeAnswer> {
  let judged: Judgement | undefined;
  const onJudged = (judgement: Judgement): void => {
    judged = judgement;
  };
  const json = await withLine(origin, opened, onJudged, (get) => readRoot(origin, get));
  return toAnswer(json, judged);
}

/** A question to somebody who opened the door. */
interface Opened extends Question {
  readonly knocked?: Socket;
  /** Of its time. */
  readonly leftMs: number;
}

type Get = (path: Path) => Promise<RawAnswer>;

/** A line of its own for one question, broken when it is answered, times out or is called off. */
async function withLine<T>(
  origin: string,
  { clock, trust, timeoutMs, leftMs, signal, knocked }: Opened,
  onJudged: (judgement: Judgement) => void,
  use: (get: Get) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const limits = { ...defaultLimits, bodyBytes: rootBytes, bodyIdleMs: timeoutMs, bodyTotalMs: timeoutMs };
  const connect = { clock, trust, connectMs: leftMs, acceptStrangers: true, onJudged };
  const line = openLine(origin, { ...connect, limits, connections: 1, ...(knocked ? { knocked } : {}) });
  const breakOff = (): void => void line.destroy();
  let isLate = false;
  const cancel = clock.after(leftMs + graceMs, () => {
    isLate = true;
    breakOff();
  });
  const goOn = onAbort(signal, breakOff);
  try {
    return await use((path) => line.send({ method: 'GET', path, headers: {}, answerMs: timeoutMs }));
  } catch (error) {
    if (!isLate || (error as Error).cause instanceof ConnectFailure) throw error;
    throw new ExchangeFailure('timeout', `no answer within ${timeoutMs / 1000} s`, error);
  } finally {
    cancel();
    goOn();
    await line.destroy();
  }
}

async function readRoot(origin: string, get: Get): Promise<JsonObject> {
  let why = '';
  for (const link of paths) {
    const answer = await redirected(origin, safePath(link, origin), get);
    const json = answer.status === 200 ? parseBody(answer.body, defaultLimits.jsonDepth) : undefined;
    if (isRoot(json)) return json;
    why = answer.status === 200 ? 'what it serves is no Redfish service root' : `HTTP ${answer.status} for ${link}`;
    if (answer.status !== 404) break;
  }
  throw new BadBody(why);
}

/** iLO 5 redirects between the two spellings of the root. */
async function redirected(origin: string, path: Path, get: Get): Promise<RawAnswer> {
  const answer = await get(path);
  const next = redirectOf('GET', answer, { origin, path });
  return next === undefined ? answer : get(next);
}

const isRoot = (json: unknown): json is JsonObject =>
  isObject(json) && (json.RedfishVersion !== undefined || String(json['@odata.type']).startsWith('#ServiceRoot.'));

function toAnswer(json: JsonObject, judged: Judgement | undefined): ProbeAnswer {
  const root = ServiceRoot.parse(json);
  const facts = present({
    redfishVersion: root.RedfishVersion,
    vendor: root.Vendor ?? vendorOf(root).manufacturer,
    product: root.Product,
    serviceUUID: root.UUID?.toLowerCase(),
    fingerprint: judged?.fingerprint,
    certificateEnds: judged?.ends,
    trustError: judged?.reason,
  });
  return { ...facts, isTrusted: judged?.isTrusted ?? false, hasSystems: root.Systems !== undefined };
}

async function inWords(error: unknown, origin: string, question: Question): Promise<unknown> {
  const doing = `asking ${origin} who it is`;
  if (error instanceof BadBody) return new PermanentError('BMC_NOT_REDFISH', doing, { why: error.message });
  if (!(error instanceof ExchangeFailure)) return error;
  const details = { why: error.message, cause: error };
  if (error.kind === 'too-large') return new PermanentError('BMC_NOT_REDFISH', doing, details);
  if (isNotTls(error)) return plainOrStrange(origin, question, doing, details);
  return new TransientError(isOpen(error) ? 'BMC_TIMEOUT' : 'BMC_UNREACHABLE', doing, details);
}

/** Whether something took the connection: a port that is open and silent is told, a closed one only counted. */
const isOpen = ({ kind, cause }: ExchangeFailure): boolean =>
  kind !== 'connect' || (cause instanceof ConnectFailure && cause.kind === 'mute');

const isNotTls = ({ cause }: ExchangeFailure): boolean => cause instanceof ConnectFailure && cause.kind === 'not-tls';

/** A port that fails the TLS handshake may speak plain HTTP; asking so tells the person which mistake it is. */
async function plainOrStrange(
  origin: string,
  question: Question,
  doing: string,
  details: { why: string; cause: unknown },
): Promise<MetalError> {
  const plain = origin.replace(/^https:/, 'http:');
  const speaks = await withLine(
    plain,
    { ...question, leftMs: question.timeoutMs },
    () => undefined,
    (get) => get(safePath('/redfish/v1/', plain)),
  ).then(
    () => true,
    () => false,
  );
  if (!speaks) return new PermanentError('BMC_NOT_REDFISH', doing, details);
  return new PermanentError('BMC_PLAIN_HTTP', doing, { ...details, why: 'the port answers plain HTTP, not HTTPS' });
}
