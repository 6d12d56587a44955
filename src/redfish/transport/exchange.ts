/**
 * One HTTP request and its whole answer, with deadlines and size limits, and nothing else: no retry, no redirect, no
 * credentials of its own. What goes wrong is told as one `ExchangeFailure`.
 */
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { type Dispatcher, type HttpResponse, Pool, request } from '../../http/undici.js';
import type { Clock } from '../../ports/clock.js';
import { ConnectFailure, type ConnectOptions, connector } from './connect.js';
import type { Limits } from './limits.js';
import type { Path } from './link.js';
import type { Upload } from './upload.js';

export interface Exchange {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly path: Path;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, already serialised. */
  readonly body?: string;
  /** Instead of `body`. */
  readonly upload?: Upload;
  /** To the first byte of the answer. */
  readonly answerMs: number;
  /** Gzip instead of identity, for services that refuse the latter (406). */
  readonly gzip?: boolean;
}

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** `connect`: nothing was sent. The others: it was, and what became of it is unknown. */
export class ExchangeFailure extends Error {
  readonly kind: 'connect' | 'lost' | 'timeout' | 'too-large';

  constructor(kind: ExchangeFailure['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

export interface StreamAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface Line {
  send(exchange: Exchange): Promise<RawAnswer>;
  /** An answer whose body goes on for as long as it likes; `signal` ends it. Any status. */
  stream(exchange: Exchange, signal: AbortSignal): Promise<StreamAnswer>;
  /** Closes connections as they fall idle; no new request is taken. */
  retire(): Promise<void>;
  /** Breaks all connections. */
  destroy(): Promise<void>;
}

/** Connections to one origin. undici's own timers are off: deadlines run on the injected clock. */
export function openLine(origin: string, options: ConnectOptions & { limits: Limits; connections: number }): Line {
  const over = new AbortController();
  const pool = new Pool(origin, {
    connect: connector({ ...options, signal: over.signal }),
    connections: options.connections,
    pipelining: 1,
    keepAliveTimeout: options.limits.keepAliveMs,
    keepAliveMaxTimeout: options.limits.keepAliveMs,
    keepAliveTimeoutThreshold: 1000,
    maxHeaderSize: options.limits.headerBytes,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    send: (exchange) => send(pool, origin, exchange, options.clock, options.limits),
    stream: (exchange, signal) => stream(pool, origin, exchange, signal),
    retire: () => pool.close(),
    destroy: () => {
      over.abort();
      return pool.destroy();
    },
  };
}

async function send(pool: Dispatcher, origin: string, exchange: Exchange, clock: Clock, limits: Limits) {
  const abort = new AbortController();
  const giveUp = (ms: number, what: string): (() => void) =>
    clock.after(ms, () => abort.abort(new ExchangeFailure('timeout', `${what} within ${ms / 1000} s`)));
  const cancel = giveUp(exchange.answerMs + limits.connectMs, 'no answer');
  try {
    const response = await request(pool, {
      origin,
      path: exchange.path,
      method: exchange.method,
      headers: headersOf(exchange),
      body: exchange.upload === undefined ? (exchange.body ?? null) : Readable.from(exchange.upload.open()),
      signal: abort.signal,
    });
    cancel();
    return { ...statusAndHeaders(response), body: await readBody(response, limits, giveUp) };
  } catch (error) {
    throw failureOf(error);
  } finally {
    cancel();
  }
}

async function stream(
  pool: Dispatcher,
  origin: string,
  exchange: Exchange,
  signal: AbortSignal,
): Promise<StreamAnswer> {
  try {
    const { path, method } = exchange;
    const response = await request(pool, { origin, path, method, headers: headersOf(exchange), signal });
    return { ...statusAndHeaders(response), body: unbroken(response) };
  } catch (error) {
    throw failureOf(error);
  }
}

/** The body, with failures told as everywhere else. */
async function* unbroken(response: HttpResponse): AsyncIterable<Uint8Array> {
  try {
    yield* response.body as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw failureOf(error);
  }
}

function headersOf({ headers, body, upload, gzip }: Exchange): Record<string, string> {
  return {
    accept: 'application/json',
    'accept-encoding': gzip ? 'gzip' : 'identity',
    'odata-version': '4.0',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(upload === undefined ? {} : { 'content-type': upload.contentType, 'content-length': String(upload.bytes) }),
    ...headers,
  };
}

function statusAndHeaders({ statusCode, headers }: HttpResponse): Pick<RawAnswer, 'status' | 'headers'> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { status: statusCode, headers: plain };
}

type GiveUp = (ms: number, what: string) => () => void;

async function readBody(response: HttpResponse, limits: Limits, giveUp: GiveUp): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let cancelIdle = giveUp(limits.bodyIdleMs, 'no further byte');
  const cancelTotal = giveUp(limits.bodyTotalMs, 'the answer did not end');
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      cancelIdle();
      cancelIdle = giveUp(limits.bodyIdleMs, 'no further byte');
      size += chunk.length;
      if (size > limits.bodyBytes) throw tooLarge(limits.bodyBytes);
      chunks.push(chunk);
    }
  } finally {
    cancelIdle();
    cancelTotal();
  }
  return inflate(Buffer.concat(chunks), limits.bodyBytes);
}

const tooLarge = (limit: number): ExchangeFailure =>
  new ExchangeFailure('too-large', `its answer is larger than ${limit / (1024 * 1024)} MiB`);

/** Some services send gzip without being asked, and without saying so: the magic number decides. */
function inflate(body: Buffer, limit: number): Uint8Array {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
  try {
    return gunzipSync(body, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit);
    throw new ExchangeFailure('lost', 'its compressed answer is damaged', error);
  }
}

function failureOf(error: unknown): ExchangeFailure {
  if (error instanceof ExchangeFailure) return error;
  if (error instanceof ConnectFailure) return new ExchangeFailure('connect', error.message, error);
  // An AbortError has a number here.
  const code = String((error as NodeJS.ErrnoException | undefined)?.code ?? '');
  if (code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'HPE_HEADER_OVERFLOW') {
    return new ExchangeFailure('too-large', 'the headers of its answer are too large', error);
  }
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') {
    return new ExchangeFailure('connect', 'the connection to it was closed here', error);
  }
  if (code.startsWith('HPE_')) return new ExchangeFailure('lost', 'what it sends is not HTTP', error);
  return new ExchangeFailure(
    'lost',
    `the connection broke before the answer was complete (${code || 'unknown'})`,
    error,
  );
}
