/**
 * Everything between a request and its final answer for one BMC: turn in the queue, circuit breaker, closed windows,
 * redirects, repeats by the table, and the body as JSON. Knows no credentials and no resources.
 */
import { TransientError } from '../../errors/classes.js';
import type { Clock } from '../../ports/clock.js';
import type { Log } from '../../ports/log.js';
import { type Circumstances, classifyFailure } from '../classify.js';
import type { Recorder } from '../recording/recorder.js';
import type { Stats, TraceEntry } from '../stats.js';
import { type Answer, askedDelay, conditionOf, isOurOwn, isTransport, type Outcome, toOutcome } from './answer.js';
import { type Breaker, breaker } from './breaker.js';
import { type Exchange, ExchangeFailure, type Line, openLine, type RawAnswer } from './exchange.js';
import type { Limits } from './limits.js';
import { type Path, safePath } from './link.js';
import { type Queue, queue } from './queue.js';
import { mostRedirects, redirectOf } from './redirect.js';
import { isMutating, type RequestKind, retryAfterOf, retryDelay } from './retry.js';
import type { Trust } from './trust.js';
import type { Upload } from './upload.js';

export interface Request {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly path: Path;
  readonly kind: RequestKind;
  readonly body?: unknown;
  /** Instead of `body`. */
  readonly upload?: Upload;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer whose body goes on. */
export interface StreamAnswer {
  readonly status: number;
  readonly headers: RawAnswer['headers'];
  readonly body: AsyncIterable<Uint8Array>;
  readonly retryAfterMs?: number;
}

export { type Answer, isSuccess } from './answer.js';

export interface TransportOptions {
  readonly id: string;
  /** Scheme, host and port. */
  readonly origin: string;
  readonly trust: Trust;
  readonly proxy?: URL;
  readonly pin?: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: Limits;
  readonly stats: Stats;
  /** Requests in flight over all BMCs. */
  readonly slots: Queue;
  readonly random: () => number;
  readonly userAgent: string;
  readonly trace?: (entry: TraceEntry) => void;
  /** Sees every exchange whole, to write it down without its secrets. */
  readonly record?: Recorder;
}

/** Requests in flight to all BMCs from the moment on when this process ran out of file descriptors: slower, and no loss. */
const fewSlots = 16;

const rootPath = '/redfish/v1/' as Path;

export class Transport {
  readonly #options: TransportOptions;
  #line: Line;
  #width: number;
  readonly #queue: Queue;
  readonly #breaker: Breaker;
  readonly #concealed = new Set<string>();
  #closedUntilMs = 0;
  #gzip = false;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#width = options.limits.sockets;
    this.#line = this.#open();
    this.#queue = queue(options.limits.sockets);
    this.#breaker = breaker(options.clock);
  }

  get origin(): string {
    return this.#options.origin;
  }

  get breakerState(): string {
    return this.#breaker.state();
  }

  /** Connections and requests in flight from now on, as the vendor's BMCs bear them. */
  widen(width: number): void {
    if (width === this.#width) return;
    this.#width = width;
    this.#queue.widen(width);
    void this.#line.retire();
    this.#line = this.#open();
  }

  #open(connections = this.#width): Line {
    const { pin, limits, ...rest } = this.#options;
    const connect = { ...rest, limits, connectMs: limits.connectMs, ...(pin === undefined ? {} : { pin }) };
    return openLine(this.origin, { ...connect, connections });
  }

  /** A text that no error may repeat, should the BMC echo it. */
  conceal(secret: string): void {
    this.#concealed.add(secret);
  }

  close(): Promise<void> {
    return this.#line.destroy();
  }

  /**
   * Final answer to a request, after repeats.
   * @throws TransientError BMC_UNREACHABLE|BMC_TIMEOUT|BMC_BUSY|BMC_BAD_RESPONSE|OUTCOME_UNKNOWN
   * @throws PermanentError BMC_TLS|BMC_PLAIN_HTTP|BMC_HOSTILE_LINK|BMC_RESPONSE_TOO_LARGE
   */
  async request(request: Request): Promise<Answer> {
    const { clock, limits, random, stats } = this.#options;
    const startedMs = clock.monotonicMs();
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#attempt(request, startedMs);
      const condition = conditionOf(outcome, request.kind);
      const elapsedMs = clock.monotonicMs() - startedMs;
      const question = { kind: request.kind, attempt, elapsedMs, limits, random, ...askedDelay(outcome) };
      const delayMs = condition === undefined ? undefined : retryDelay({ condition, ...question });
      if (delayMs === undefined) return this.#conclude(outcome, request);
      stats.retries += 1;
      await clock.sleep(delayMs);
    }
  }

  /**
   * An answer that does not end, on a connection of its own beside the queue. Any status; of other answers than 200 the
   * connection is given up at once, their body unread.
   * @throws TransientError BMC_UNREACHABLE|BMC_TIMEOUT
   */
  async stream(request: Request, signal: AbortSignal): Promise<StreamAnswer> {
    await this.#breaker.admit(() => this.#probe());
    const line = this.#open(1);
    this.#options.stats.requests += 1;
    try {
      const { status, headers, body } = await line.stream(this.#toExchange(request, request.path), signal);
      if (status !== 200) await line.destroy();
      return { status, headers, body: this.#untilEnd(body, line, request), ...this.#askedToWait(status, headers) };
    } catch (error) {
      await line.destroy();
      throw this.#told(error, request);
    }
  }

  async *#untilEnd(body: AsyncIterable<Uint8Array>, line: Line, request: Request): AsyncIterable<Uint8Array> {
    try {
      yield* body;
    } catch (error) {
      throw this.#told(error, request);
    } finally {
      await line.destroy();
    }
  }

  #told(error: unknown, request: Request): unknown {
    return error instanceof ExchangeFailure ? classifyFailure(error, this.circumstances(request)) : error;
  }

  /** How errors about a request begin, and what they carry. */
  circumstances({ method, path, kind }: Request): Circumstances {
    const doing = kind === 'read' ? `reading ${path}` : `${method} ${path}`;
    return { doing, context: { bmc: this.#options.id, method, uri: path }, mutating: isMutating(kind) };
  }

  #conclude(outcome: Outcome, request: Request): Answer {
    if ('answer' in outcome) return outcome.answer;
    const about = this.circumstances(request);
    if (outcome.failure instanceof ExchangeFailure) throw classifyFailure(outcome.failure, about);
    throw new TransientError('BMC_BAD_RESPONSE', about.doing, { why: outcome.failure.message, context: about.context });
  }

  async #attempt(request: Request, startedMs: number): Promise<Outcome> {
    await this.#breaker.admit(() => this.#probe());
    await this.#window(request, startedMs);
    try {
      const raw = await this.#followed(request);
      this.#breaker.succeeded();
      return this.#read(raw, request);
    } catch (failure) {
      if (!(failure instanceof ExchangeFailure)) throw failure;
      if (isOurOwn(failure)) this.#options.slots.widen(fewSlots);
      else if (isTransport(failure)) this.#breaker.failed(failure.message);
      return { failure };
    }
  }

  /** Nothing is sent while the BMC asked to be left alone; a window longer than our patience is the caller's to wait. */
  async #window(request: Request, startedMs: number): Promise<void> {
    const { clock, limits } = this.#options;
    const leftMs = this.#closedUntilMs - clock.monotonicMs();
    if (leftMs <= 0) return;
    if (clock.monotonicMs() - startedMs + leftMs <= limits.askedPatienceMs) return clock.sleep(leftMs);
    const { doing, context } = this.circumstances(request);
    const why = 'the BMC asked to be left alone (Retry-After)';
    throw new TransientError('BMC_BUSY', doing, { why, context, retryAfterMs: leftMs });
  }

  async #followed(request: Request): Promise<RawAnswer> {
    let path = request.path;
    for (let redirects = 0; ; redirects += 1) {
      const raw = await this.#exchange(request, path);
      const next = redirectOf(request.method, raw, { origin: this.origin, path });
      if (next === undefined || redirects >= mostRedirects) return raw;
      this.#options.stats.redirects += 1;
      path = next;
    }
  }

  #exchange(request: Request, path: Path): Promise<RawAnswer> {
    const mode = request.kind === 'read' ? 'shared' : 'alone';
    return this.#queue.run(mode, () => this.#options.slots.run('shared', () => this.#observed(request, path)));
  }

  async #observed(request: Request, path: Path): Promise<RawAnswer> {
    const { clock, stats } = this.#options;
    const startedMs = clock.monotonicMs();
    const report = (end: { status?: number; failure?: string; bytesIn: number }): void =>
      this.#report(request, { uri: path, durationMs: clock.monotonicMs() - startedMs, ...end });
    stats.requests += 1;
    try {
      const raw = await this.#negotiated(request, path);
      report({ status: raw.status, bytesIn: raw.body.length });
      return raw;
    } catch (error) {
      report({ failure: (error as Error).message, bytesIn: 0 });
      throw error;
    }
  }

  /** Identity first, because compression changes ETags; gzip for services that refuse it (406). */
  async #negotiated(request: Request, path: Path): Promise<RawAnswer> {
    const raw = await this.#said(this.#toExchange(request, path));
    if (raw.status !== 406 || this.#gzip) return raw;
    this.#gzip = true;
    this.#options.stats.requests += 1;
    return this.#said(this.#toExchange(request, path));
  }

  async #said(exchange: Exchange): Promise<RawAnswer> {
    const { clock, record } = this.#options;
    if (record === undefined) return this.#line.send(exchange);
    const [at, startedMs] = [clock.now(), clock.monotonicMs()];
    const write = (end: { answer: RawAnswer } | { failure: string }): void =>
      record({
        bmc: this.#options.id,
        at,
        durationMs: clock.monotonicMs() - startedMs,
        method: exchange.method,
        path: exchange.path,
        requestHeaders: exchange.headers,
        ...(exchange.body === undefined ? {} : { requestBody: exchange.body }),
        ...(exchange.upload === undefined ? {} : { uploadBytes: exchange.upload.bytes }),
        secrets: this.#concealed,
        ...end,
      });
    try {
      const answer = await this.#line.send(exchange);
      write({ answer });
      return answer;
    } catch (error) {
      if (error instanceof ExchangeFailure) write({ failure: error.message });
      throw error;
    }
  }

  #toExchange({ method, kind, body, upload, headers = {} }: Request, path: Path) {
    const { limits, userAgent } = this.#options;
    return {
      method,
      path,
      headers: { 'user-agent': userAgent, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(upload === undefined ? {} : { upload }),
      answerMs: kind === 'read' ? limits.readMs : kind === 'upload' ? limits.uploadMs : limits.actionMs,
      gzip: this.#gzip,
    };
  }

  /** Mutating requests are the audit trail, hence visible by default; reads are for debugging. */
  #report(request: Request, end: Omit<TraceEntry, 'bmc' | 'method'>): void {
    const { id, log, stats, trace } = this.#options;
    stats.bytesIn += end.bytesIn;
    const entry = { bmc: id, method: request.method, ...end };
    log.log(isMutating(request.kind) ? 'info' : 'debug', 'bmc request', entry);
    trace?.(entry);
  }

  #read(raw: RawAnswer, request: Request): Outcome {
    const { limits } = this.#options;
    const asked = this.#askedToWait(raw.status, raw.headers);
    return toOutcome(raw, { kind: request.kind, depth: limits.jsonDepth, secrets: this.#concealed, ...asked });
  }

  /** How long the BMC wants to be left alone; after a refusal nothing is sent until then. */
  #askedToWait(status: number, headers: RawAnswer['headers']): { retryAfterMs?: number } {
    const { clock, limits } = this.#options;
    const retryAfterMs = retryAfterOf(headers['retry-after'], clock.now(), limits.retryAfterCapMs);
    if (retryAfterMs === undefined) return {};
    if (status === 429 || status === 503) this.#closedUntilMs = clock.monotonicMs() + retryAfterMs;
    return { retryAfterMs };
  }

  /** Half-open: one anonymous read of the root decides whether the BMC is back. */
  async #probe(): Promise<boolean> {
    const probe: Request = { method: 'GET', path: safePath(rootPath, this.origin), kind: 'read' };
    try {
      await this.#exchange(probe, probe.path);
      this.#breaker.succeeded();
      return true;
    } catch (error) {
      this.#breaker.failed((error as Error).message);
      return false;
    }
  }
}
