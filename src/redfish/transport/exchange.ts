/**
 * One HTTP request and its whole answer, with deadlines and size limits, and nothing else: no retry, no redirect, no
 * credentials of its own. What goes wrong is told as one `ExchangeFailure`.
 */
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { type Dispatcher, type HttpResponse, Pool, request } from '../../http/undici.js';
import { exchangeWhole, type WholeExchange } from '../../http/whole.js';
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
  const body = exchange.upload === undefined ? (exchange.body ?? null) : Readable.from(exchange.upload.open());
  const { path, method } = exchange;
  const deadlines = new Deadlines(clock, limits);
  const call = exchangeWhole(pool, { origin, path, method, headers: headersOf(exchange), body }, deadlines);
  deadlines.begin(exchange.answerMs, call);
  try {
    const { statusCode, headers, body: bytes } = await call.answer;
    return { status: statusCode, headers: plainHeaders(headers), body: inflate(bytes, limits.bodyBytes) };
  } catch (error) {
    if (body instanceof Readable) body.destroy();
    throw failureOf(error);
  } finally {
    deadlines.end();
  }
}

/** How long each part of an answer may take, and how large it may be. */
class Deadlines {
  readonly #clock: Clock;
  readonly #limits: Limits;
  #call: WholeExchange | undefined;
  #cancelFirst = (): void => undefined;
  #cancelIdle = (): void => undefined;
  #cancelTotal = (): void => undefined;

  constructor(clock: Clock, limits: Limits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  begin(answerMs: number, call: WholeExchange): void {
    this.#call = call;
    this.#cancelFirst = this.#giveUp(answerMs + this.#limits.connectMs, 'no answer');
  }

  onHeaders(): void {
    this.#cancelFirst();
    this.#cancelTotal = this.#giveUp(this.#limits.bodyTotalMs, 'the answer did not end');
    this.#cancelIdle = this.#giveUp(this.#limits.bodyIdleMs, 'no further byte');
  }

  onBytes(size: number): void {
    this.#cancelIdle();
    if (size > this.#limits.bodyBytes) throw tooLarge(this.#limits.bodyBytes);
    this.#cancelIdle = this.#giveUp(this.#limits.bodyIdleMs, 'no further byte');
  }

  end(): void {
    this.#cancelFirst();
    this.#cancelIdle();
    this.#cancelTotal();
  }

  #giveUp(ms: number, what: string): () => void {
    const late = (): void => this.#call?.abort(new ExchangeFailure('timeout', `${what} within ${ms / 1000} s`));
    return this.#clock.after(ms, late);
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

const statusAndHeaders = ({ statusCode, headers }: HttpResponse): Pick<RawAnswer, 'status' | 'headers'> => ({
  status: statusCode,
  headers: plainHeaders(headers),
});

function plainHeaders(headers: HttpResponse['headers']): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
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
