/**
 * Ground truth of a fleet: what was asked of which BMC and what the hardware did. Tests assert against it; it never
 * holds a header, a body or a credential.
 */

import { trailingSlashes } from '../../lib/trailing-slashes.js';
import { broken, type Expectation } from './expectation.js';

export interface RequestEntry {
  readonly at: Date;
  readonly bmc: string;
  readonly method: string;
  /** Path with query, as sent. */
  readonly path: string;
  /** 0: the connection was ended without an answer. */
  readonly status: number;
  readonly auth: 'none' | 'basic' | 'token';
  /** Number of the request, unique in the fleet: `r17`. Actions name it as their cause. */
  readonly requestId: string;
  readonly bytes: number;
  /** From its arrival to its answer, on the clock of the fleet. */
  readonly tookMs: number;
  /** Number of the connection it came on, and whether that had carried one before. */
  readonly connection: number;
  readonly isReused: boolean;
  /** Id of the fault rule that touched the answer. */
  readonly fault?: string;
}

export interface ActionEntry {
  readonly at: Date;
  readonly bmc: string;
  /** `@odata.id` of the system or manager. */
  readonly system: string;
  /**
   * `reset`: a reset command (from = power state, to = reset type, with what became of it in brackets if not done).
   * `power`: a change of PowerState. `boot`: device and what it gave. `override`: an override spent. `probe`: a
   * registration with its HTTP status. `bmc`: the BMC itself restarted. `update`: an image taken, or a version in force. `erase`: a drive.
   */
  readonly action: 'reset' | 'power' | 'boot' | 'override' | 'probe' | 'bmc' | 'update' | 'erase';
  readonly from: string;
  readonly to: string;
  readonly cause: string;
}

export interface LoginCounts {
  ok: number;
  failed: number;
}

/** Resource kind of a path for counting: ids become `*`. */
const routeOf = (path: string): string =>
  path
    .replace(/[?#].*$/, '')
    .replace(trailingSlashes, '')
    .replace(
      /\/(Systems|Managers|Chassis|Processors|Memory|Storage|Drives|Volumes|EthernetInterfaces|Sessions|Accounts|Tasks|BootOptions|Subscriptions|Roles)\/[^/]+/gi,
      '/$1/*',
    );

const bump = (map: Map<string, number>, key: string): void => {
  map.set(key, (map.get(key) ?? 0) + 1);
};

export class EmulatorLog {
  readonly #size: number;
  #requests: RequestEntry[] = [];
  #actions: ActionEntry[] = [];
  readonly #perBmc = new Map<string, number>();
  readonly #perRoute = new Map<string, number>();
  readonly #logins = new Map<string, LoginCounts>();
  #total = 0;
  readonly #connections = new WeakMap<object, { readonly number: number; requests: number }>();
  #connectionCount = 0;

  /** Keeps the last `size` requests and as many actions; counters are exact whatever the size. */
  constructor(size = 20_000) {
    this.#size = size;
  }

  /** The kept requests, oldest first, of one BMC or all. */
  requests(bmc?: string): readonly RequestEntry[] {
    return bmc === undefined ? [...this.#requests] : this.#requests.filter((entry) => entry.bmc === bmc);
  }

  /** The kept hardware actions, oldest first, of one BMC or all. */
  actions(bmc?: string): readonly ActionEntry[] {
    return bmc === undefined ? [...this.#actions] : this.#actions.filter((entry) => entry.bmc === bmc);
  }

  /** Reset commands that were carried out: what must not happen twice. */
  powerActions(bmc?: string): readonly ActionEntry[] {
    return this.actions(bmc).filter(({ action, to }) => action === 'reset' && !to.includes('('));
  }

  /**
   * How what was asked since the last `reset` breaks an expectation, in sentences; none: it keeps it. Counts are exact;
   * paths are those of the requests kept.
   */
  expectRequests(expectation: Expectation): readonly string[] {
    return broken(this.requests(expectation.bmc), this.count(expectation.bmc), expectation);
  }

  /** Exact number of requests, of one BMC or all. */
  count(bmc?: string): number {
    return bmc === undefined ? this.#total : (this.#perBmc.get(bmc) ?? 0);
  }

  /** Exact numbers per `GET /redfish/v1/Systems/*`. */
  countByRoute(): ReadonlyMap<string, number> {
    return this.#perRoute;
  }

  /** Password checks: logins at Sessions and requests with Basic. */
  logins(bmc?: string): Readonly<LoginCounts> {
    if (bmc !== undefined) return { ok: 0, failed: 0, ...this.#logins.get(bmc) };
    const all = [...this.#logins.values()];
    return { ok: all.reduce((sum, { ok }) => sum + ok, 0), failed: all.reduce((sum, { failed }) => sum + failed, 0) };
  }

  /** Forgets everything recorded. */
  reset(): void {
    this.#requests = [];
    this.#actions = [];
    this.#perBmc.clear();
    this.#perRoute.clear();
    this.#logins.clear();
    this.#total = 0;
  }

  /** @internal The number of a connection, counted from the first that asked something. */
  seen(socket: object): { readonly connection: number; readonly isReused: boolean } {
    const known = this.#connections.get(socket) ?? { number: ++this.#connectionCount, requests: 0 };
    this.#connections.set(socket, known);
    return { connection: known.number, isReused: known.requests++ > 0 };
  }

  /** @internal */
  addRequest(entry: RequestEntry): void {
    this.#total++;
    bump(this.#perBmc, entry.bmc);
    bump(this.#perRoute, `${entry.method} ${routeOf(entry.path)}`);
    this.#requests.push(entry);
    if (this.#requests.length > this.#size * 2) this.#requests = this.#requests.slice(-this.#size);
  }

  /** @internal */
  addAction(entry: ActionEntry): void {
    this.#actions.push(entry);
    if (this.#actions.length > this.#size * 2) this.#actions = this.#actions.slice(-this.#size);
  }

  /** @internal */
  addLogin(bmc: string, isOk: boolean): void {
    const counts = this.#logins.get(bmc) ?? { ok: 0, failed: 0 };
    counts[isOk ? 'ok' : 'failed']++;
    this.#logins.set(bmc, counts);
  }
}
