/**
 * The registry that probes report to: upstream's wire format behind a token per discovery. In memory and bounded: it holds
 * reports only of machines that are expected, and only until their discovery ends. A probe whose report was lost with a
 * restart posts again within half a minute.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { trailingSlashes } from '../../lib/trailing-slashes.js';
import type { Clock } from '../../ports/clock.js';
import type { Log } from '../../ports/log.js';
import type { ProbeReport, Probes } from '../../ports/probes.js';
import { listen } from '../listener.js';
import { rateLimit } from '../rate.js';
import { type BootStatePorts, recordBoot } from './bootstate.js';
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
  /** Where boots are recorded (`/bootstate`); without it they are refused. */
  readonly boots?: Pick<BootStatePorts, 'cluster' | 'events'>;
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

/** A probe reports twice a minute; a rack behind one address may start at once. */
const rate = { perSecond: 10, burst: 200 };

/** @throws UserError PORT_IN_USE */
export async function startRegistry(options: RegistryOptions): Promise<Registry> {
  const { host, port, clock, log, isOpen = false, boots } = options;
  const book = new Book(clock);
  if (isOpen) log.log('warn', 'the registry is open: whoever reaches it can report for any machine');
  const handler = registryHandler({
    book,
    log,
    isOpen,
    mayAsk: rateLimit({ clock, ...rate }),
    ...(boots === undefined ? {} : { booted: (systemUUID) => recordBoot({ ...boots, clock }, systemUUID) }),
  });
  const listening = await listen({
    host,
    port,
    handler,
    what: 'the registry',
    remedy: '--registry-address 127.0.0.1:0',
  });
  const publicUrl = (options.publicUrl ?? listening.url).replace(trailingSlashes, '');
  return {
    ...listening,
    baseUrl: () => publicUrl,
    expect: (systemUUID, tokenHash, expiresAt) => book.expect(systemUUID, tokenHash, expiresAt),
    forget: (systemUUID) => book.forget(systemUUID),
    report: async (systemUUID, tokenHash) => book.report(systemUUID, tokenHash),
    onReport: (listener) => book.onReport(listener),
  };
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

  /** Whether this token is that of this machine's present discovery. */
  isOf(token: string, systemUUID: string): boolean {
    const expected = this.#expected.get(systemUUID.toLowerCase());
    return (
      expected !== undefined && this.#clock.now() < expected.expiresAt && isSame(hashOf(token), expected.tokenHash)
    );
  }

  /**
   * Takes a report in if the token is the one this machine's present discovery was given. Arrival time counts; the
   * sender's clock is not believed.
   */
  hand(token: string | undefined, systemUUID: string, report: ProbeReport): Verdict {
    if (token === undefined) return 'noToken';
    if (!this.isOf(token, systemUUID)) return 'refused';
    this.#keep(systemUUID.toLowerCase(), report, hashOf(token));
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
