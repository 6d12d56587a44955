/**
 * The registry that probes report to: upstream's wire format behind a token per discovery. In memory and bounded: it holds
 * reports only of machines that are expected, and only until their discovery ends. A probe whose report was lost with a
 * restart posts again within half a minute.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserError } from '../../errors/classes.js';
import type { Clock } from '../../ports/clock.js';
import type { Log } from '../../ports/log.js';
import type { ProbeReport, Probes } from '../../ports/probes.js';
import { registryHandler } from './handler.js';

export interface RegistryOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Address of the registry as probes reach it; default: where it listens. */
  readonly publicUrl?: string;
  /** Upstream's open mode: reports without a token, reading and deleting over the network. Warns; for labs only. */
  readonly isOpen?: boolean;
}

export interface Registry extends Probes {
  /** Where it listens. */
  readonly url: string;
  close(): Promise<void>;
}

interface Expectation {
  readonly tokenHash: string;
  readonly expiresAt: Date;
}

/** What a request wants to hand in, and what became of it. */
export type Verdict = 'accepted' | 'noToken' | 'refused';

const maxConnections = 1_024;
const closeMs = 1_000;

/** @throws UserError PORT_IN_USE */
export async function startRegistry(options: RegistryOptions): Promise<Registry> {
  const book = new Book(options.clock);
  const server = createServer({ maxHeaderSize: 16_384 }, registryHandler(book, options.log, options.isOpen));
  if (options.isOpen) options.log.log('warn', 'the registry is open: whoever reaches it can report for any machine');
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.maxConnections = maxConnections;
  const url = await listen(server, options);
  const publicUrl = (options.publicUrl ?? url).replace(/\/+$/, '');
  return {
    url,
    baseUrl: () => publicUrl,
    expect: (systemUUID, tokenHash, expiresAt) => book.expect(systemUUID, tokenHash, expiresAt),
    forget: (systemUUID) => book.forget(systemUUID),
    report: async (systemUUID, tokenHash) => book.report(systemUUID, tokenHash),
    onReport: (listener) => book.onReport(listener),
    close: () => closeServer(server),
  };
}

async function listen(server: Server, { host, port }: RegistryOptions): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE';
      reject(
        new UserError(
          'PORT_IN_USE',
          taken ? `port ${port} is in use` : `the registry cannot listen on ${host}:${port}`,
          {
            hint: '--registry-address 127.0.0.1:0',
            cause,
          },
        ),
      );
    });
    server.listen(port, host, resolve);
  });
  const { address, port: chosen, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${chosen}`;
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), closeMs);
  await closed;
  clearTimeout(cut);
}

/** Expectations and reports, by lower-case UUID. */
export class Book {
  readonly #clock: Clock;
  readonly #expected = new Map<string, Expectation>();
  readonly #reports = new Map<string, { report: ProbeReport; receivedAt: Date; tokenHash: string }>();
  readonly #listeners = new Set<(systemUUID: string) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  expect(systemUUID: string, tokenHash: string, expiresAt: Date): void {
    const uuid = systemUUID.toLowerCase();
    if (this.#expected.get(uuid)?.tokenHash !== tokenHash) this.#reports.delete(uuid);
    this.#expected.set(uuid, { tokenHash, expiresAt });
  }

  forget(systemUUID: string): void {
    this.#expected.delete(systemUUID.toLowerCase());
    this.#reports.delete(systemUUID.toLowerCase());
  }

  report(systemUUID: string, tokenHash: string): { report: ProbeReport; receivedAt: Date } | undefined {
    const found = this.#reports.get(systemUUID.toLowerCase());
    return found?.tokenHash === tokenHash ? found : undefined;
  }

  onReport(listener: (systemUUID: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether any discovery runs under this token. Compared by hash, so timing tells nothing about a token. */
  knows(token: string): boolean {
    const tokenHash = hashOf(token);
    const now = this.#clock.now();
    return [...this.#expected.values()].some((each) => isSame(tokenHash, each.tokenHash) && now < each.expiresAt);
  }

  /**
   * Takes a report in if the token is the one this machine's present discovery was given. Arrival time counts; the
   * sender's clock is not believed.
   */
  hand(token: string | undefined, systemUUID: string, report: ProbeReport): Verdict {
    const uuid = systemUUID.toLowerCase();
    const tokenHash = hashOf(token ?? '');
    const expected = this.#expected.get(uuid);
    if (token === undefined) return 'noToken';
    if (expected === undefined || this.#clock.now() >= expected.expiresAt) return 'refused';
    if (!isSame(tokenHash, expected.tokenHash)) return 'refused';
    this.#keep(uuid, report, tokenHash);
    return 'accepted';
  }

  /** Open mode: takes a report of an expected machine on its bare word. False when it is not expected. */
  handOpen(systemUUID: string, report: ProbeReport): boolean {
    const uuid = systemUUID.toLowerCase();
    const expected = this.#expected.get(uuid);
    if (expected === undefined || this.#clock.now() >= expected.expiresAt) return false;
    this.#keep(uuid, report, expected.tokenHash);
    return true;
  }

  /** Open mode: what a machine reported. */
  data(systemUUID: string): unknown {
    return this.#reports.get(systemUUID.toLowerCase())?.report.data;
  }

  /** Open mode: drops a report; the discovery goes on. False when there was none. */
  drop(systemUUID: string): boolean {
    return this.#reports.delete(systemUUID.toLowerCase());
  }

  #keep(uuid: string, report: ProbeReport, tokenHash: string): void {
    this.#reports.set(uuid, { report, receivedAt: this.#clock.now(), tokenHash });
    for (const listener of this.#listeners) listener(uuid);
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Constant time, whatever the lengths. */
function isSame(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
