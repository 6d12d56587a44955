/**
 * Sends one request and reads its answer: connections, credentials, the deadline and classification. Repeating is the
 * business of `retry.ts`. Every failure that leaves this file is a MetalError, except the caller's own abort reason.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { isMetalError, type MetalError } from '../errors/classes.js';
import { Agent, type HttpResponse, request } from '../http/undici.js';
import { onAbort } from '../lib/on-abort.js';
import { trailingSlashes } from '../lib/trailing-slashes.js';
import type { Clock } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import type { Budget } from './budget.js';
import type { Answer, Call } from './call.js';
import { classifyAnswer, classifyBroken } from './classify.js';
import type { Access, KubeContext } from './context.js';
import { queryText } from './paths.js';
import { retryAfterMs } from './retry.js';

/** An answer is held in memory whole; the API server's own limits make pages far smaller. */
const maxAnswerBytes = 256 * 1024 * 1024;
const connectTimeoutMs = 5_000;
/** Enough for the request budget; a watch has a connection of its own. */
const maxConnections = 32;

/** One request as it was, for metrics. `code` 0: no answer. */
export interface RequestRecord {
  readonly verb: string;
  readonly plural: string;
  readonly code: number;
  readonly ms: number;
}

/** What the transport works with. */
export interface TransportOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly budget: Budget;
  readonly requestTimeoutMs: number;
  readonly userAgent: string;
  readonly onRequest?: (record: RequestRecord) => void;
}

/** The body of a watch: bytes as they come, until the server, an error or `close` ends them. */
export interface Stream {
  readonly bytes: AsyncIterable<Uint8Array>;
  close(): void;
}

/** The way to one API server. */
export interface Transport {
  /** One exchange whole. @throws MetalError of `classify.ts` */
  send(call: Call): Promise<Answer>;
  /** Opens a watch. The deadline covers the head of the answer, not the stream. */
  open(call: Call): Promise<Stream>;
  close(): Promise<void>;
}

/** A transport over the context's credentials; connections are opened when first needed. */
export function createTransport(context: KubeContext, options: TransportOptions): Transport {
  const pools = connectionPools();
  const { origin, pathname } = new URL(context.server);
  const prefix = pathname.replace(trailingSlashes, '');

  /** Head of one exchange. A 401 reads the credentials again and is repeated once: nothing was carried out. */
  const exchange = async (call: Call, use: 'requests' | 'watches', signal: AbortSignal): Promise<HttpResponse> => {
    const first = await exchangeOnce(call, use, signal);
    if (first.statusCode !== 401) return first;
    await first.body.dump();
    await context.refresh();
    return exchangeOnce(call, use, signal);
  };

  const exchangeOnce = async (call: Call, use: 'requests' | 'watches', signal: AbortSignal): Promise<HttpResponse> => {
    const [access, credentials] = await Promise.all([context.access(), context.headers()]);
    return request(access.dispatcher ?? pools.of(access)[use], {
      origin,
      path: `${prefix}${call.path}${queryText(call.query)}`,
      method: call.method,
      headers: headersOf(call, options.userAgent, credentials),
      body: call.body === undefined ? null : JSON.stringify(call.body),
      signal,
      ...untimed,
    });
  };

  const run = async <T>(call: Call, use: 'requests' | 'watches', read: Reader<T>): Promise<T> => {
    if (!isExempt(call)) await options.budget.take(call.signal);
    call.signal?.throwIfAborted();
    const deadline = startDeadline(options.clock, options.requestTimeoutMs, call.signal);
    const begun = options.clock.monotonicMs();
    let code = 0;
    try {
      const response = await exchange(call, use, deadline.signal);
      code = response.statusCode;
      warnOf(response, options.log);
      if (code >= 200 && code <= 299) return await read(response, deadline);
      throw await refusal(call, response);
    } catch (error) {
      throw failureOf(error, call, context.server, deadline);
    } finally {
      deadline.end();
      const ms = options.clock.monotonicMs() - begun;
      options.onRequest?.({ verb: call.about.verb, plural: call.about.kind?.plural ?? '', code, ms });
      options.log.log('trace', 'kubernetes request', { method: call.method, path: call.path, code, ms });
    }
  };

  return {
    send: (call) =>
      run(call, 'requests', async ({ statusCode, headers, body }) => ({
        code: statusCode,
        headers,
        body: parsed(headers, await body.text()),
      })),
    open: (call) => run(call, 'watches', async ({ body }, deadline) => streamOf(body, deadline)),
    close: () => pools.close(),
  };
}

/** The deadline is ours; undici's own limits would end a quiet watch. */
const untimed = { headersTimeout: 0, bodyTimeout: 0 };

type Reader<T> = (response: HttpResponse, deadline: Deadline) => Promise<T>;

/** Leases are renewed however busy the rest is: losing one costs more than the request. */
const isExempt = (call: Call): boolean => call.about.kind?.group === 'coordination.k8s.io';

interface Deadline {
  readonly signal: AbortSignal;
  hasPassed(): boolean;
  /** Ends the exchange at once. */
  abort(): void;
  /** Takes the time limit away and, unless `keep` was called, lets go of the caller's signal. */
  end(): void;
  /** The caller's signal stays joined until the returned function is called. */
  keep(): () => void;
}

/** The caller's signal and the time limit, as one signal. */
function startDeadline(clock: Clock, ms: number, caller?: AbortSignal): Deadline {
  const control = new AbortController();
  let isOver = false;
  let isKept = false;
  const cancel = clock.after(ms, () => {
    isOver = true;
    control.abort();
  });
  const release = onAbort(caller, () => control.abort(caller?.reason));
  return {
    signal: control.signal,
    hasPassed: () => isOver,
    abort: () => control.abort(),
    end: () => {
      cancel();
      if (!isKept) release();
    },
    keep: () => {
      isKept = true;
      return release;
    },
  };
}

function streamOf(body: HttpResponse['body'], deadline: Deadline): Stream {
  const release = deadline.keep();
  // A body that is destroyed while nobody iterates reports it as an 'error' event, which would end the process.
  body.on('error', () => undefined);
  return {
    bytes: body,
    close: () => {
      release();
      deadline.abort();
      body.destroy();
    },
  };
}

function failureOf(error: unknown, call: Call, server: string, deadline: Deadline): unknown {
  if (call.signal?.aborted) return call.signal.reason;
  // What the server refused is classified already; a credential plugin that failed says so itself.
  if (isMetalError(error)) return error;
  const why = deadline.hasPassed() ? Object.assign(new Error('deadline'), { code: 'TIMEOUT' }) : error;
  return classifyBroken(call, server, why);
}

async function refusal(call: Call, { statusCode, headers, body }: HttpResponse): Promise<MetalError> {
  const said = parsed(headers, await body.text());
  return classifyAnswer(call, statusCode, said, retryAfterMs(headers['retry-after']));
}

function parsed(headers: IncomingHttpHeaders, text: string): unknown {
  if (text === '') return undefined;
  if (!String(headers['content-type'] ?? '').includes('json')) return text;
  try {
    return JSON.parse(text);
  } catch {
    // Half a document from something between us and the server; the code alone still tells what to do.
    return text;
  }
}

function headersOf(call: Call, userAgent: string, credentials: Awaited<ReturnType<KubeContext['headers']>>) {
  return {
    accept: call.accept ?? 'application/json',
    'user-agent': userAgent,
    ...(call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
    ...(credentials as Record<string, string | string[]>),
  };
}

/** Warnings of the server (deprecated versions, unknown fields) reach the log, once per answer. */
function warnOf({ headers }: HttpResponse, log: Log): void {
  const text = headers.warning;
  if (text !== undefined) log.log('debug', 'the API server warns', { warning: String(text).slice(0, 1000) });
}

interface Pools {
  readonly requests: Agent;
  readonly watches: Agent;
}

/** Connections by credentials: a rotated client certificate or CA gets new ones, and the old are closed. */
function connectionPools(): { of(access: Access): Pools; close(): Promise<void> } {
  let of: Access | undefined;
  let pools: Pools | undefined;
  const close = async (): Promise<void> => {
    const old = pools;
    pools = undefined;
    of = undefined;
    await Promise.all([old?.requests.destroy(), old?.watches.destroy()]);
  };
  return {
    of: (access) => {
      if (pools !== undefined && of === access) return pools;
      // Requests that still run on the old connections finish: close() waits for them, destroy() would not.
      void pools?.requests.close().catch(() => undefined);
      void pools?.watches.close().catch(() => undefined);
      of = access;
      pools = openPools(access);
      return pools;
    },
    close,
  };
}

function openPools({ tls }: Access): Pools {
  const connect = {
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(tls.servername === undefined ? {} : { servername: tls.servername }),
    rejectUnauthorized: tls.isVerified,
    timeout: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
  };
  return {
    requests: new Agent({
      connect,
      connections: maxConnections,
      keepAliveTimeout: 30_000,
      maxResponseSize: maxAnswerBytes,
    }),
    watches: new Agent({ connect, keepAliveTimeout: 1_000 }),
  };
}
