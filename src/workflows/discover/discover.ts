/**
 * A sweep for BMCs, whole: probe addresses without credentials, log in where that was asked for and is safe, compare
 * with the cluster, report. Reads only. What happens arrives as events; the last one carries the report, also when the
 * sweep is stopped by its signal.
 */
import type { BmcFactory, Identification, ProbeAnswer } from '../../ports/bmc.js';
import type { Clock } from '../../ports/clock.js';
import type { ClusterReads } from '../../ports/cluster.js';
import { channel } from '../channel.js';
import { serviceIdentity } from './compare.js';
import { assignCredential, type Credential, type CredentialBook, type CredentialRef } from './credentials.js';
import { type ExamineTools, examine } from './examine.js';
import type { Finding } from './finding.js';
import { type KnownInventory, readInventory } from './inventory.js';
import { type DiscoverReport, reportOf, type SweptRequest } from './report.js';
import { type Probe, type SweepOptions, sweep } from './sweep.js';
import { type Target, targetUrl } from './targets.js';
import type { PinPolicy } from './trust.js';

export interface DiscoverPorts {
  readonly identification: Identification;
  readonly bmcs: BmcFactory;
  readonly clock: Clock;
  /** Absent: findings are compared with nothing, and all are new. */
  readonly cluster?: ClusterReads;
}

export interface DiscoverOptions extends SweepOptions {
  readonly targets: readonly Target[];
  /** Recorded in the report. */
  readonly request: SweptRequest;
  /** No book, no logins. */
  readonly credentials?: CredentialBook;
  /** Reads a credential from where it is kept; asked once per place. */
  readonly loadCredential: (ref: CredentialRef) => Promise<Credential>;
  readonly pin: PinPolicy;
  /** A report to go on from. */
  readonly resume?: DiscoverReport;
}

export interface DiscoverProgress {
  readonly total: number;
  readonly probed: number;
  readonly found: number;
  readonly closed: number;
}

export type DiscoverEvent =
  | { readonly type: 'progress'; readonly progress: DiscoverProgress }
  /** One address that answered. Conflicts that only the whole sweep shows appear in the report alone. */
  | { readonly type: 'finding'; readonly finding: Finding }
  | { readonly type: 'report'; readonly report: DiscoverReport };

/** Credentials in flight at once: logins load BMCs far more than probes. */
const loginsAtOnce = 16;

/** Runs a sweep. Aborting its signal ends it early, with a report of what it has. */
export async function* discover(
  ports: DiscoverPorts,
  options: DiscoverOptions,
): AsyncGenerator<DiscoverEvent, void, undefined> {
  const inventory = ports.cluster ? await readInventory(ports.cluster, options.signal) : emptyInventory;
  const events = channel<DiscoverEvent>();
  const run = new Run(ports, options, inventory, (event) => events.send(event));
  run.all().then(
    () => events.end(),
    (error: unknown) => events.end(error),
  );
  yield* events;
}

const emptyInventory: KnownInventory = { bmcs: [], atAddress: () => [], withSystem: () => [] };

/** One sweep under way: its counters, and what is still being examined. */
class Run {
  readonly #findings: Finding[];
  readonly #aborted: Promise<void>;
  readonly #unanswered: { target: string; why: string }[];
  readonly #examining = new Map<number, Promise<void>>();
  readonly #unfinished = new Set<number>();
  readonly #tools: ExamineTools;
  readonly #ports: DiscoverPorts;
  readonly #options: DiscoverOptions;
  readonly #emit: (event: DiscoverEvent) => void;
  #probed: number;
  #closed: number;
  #failure: { readonly error: unknown } | undefined;

  constructor(
    ports: DiscoverPorts,
    options: DiscoverOptions,
    inventory: KnownInventory,
    emit: (event: DiscoverEvent) => void,
  ) {
    this.#ports = ports;
    this.#options = options;
    this.#emit = emit;
    this.#tools = toolsOf(ports, options, inventory);
    this.#aborted = abortion(options.signal);
    const done = alreadyDone(options);
    this.#findings = [...done.findings];
    this.#unanswered = [...done.unanswered];
    this.#probed = options.resume?.cursor ?? 0;
    this.#closed = this.#probed - this.#findings.length;
  }

  async all(): Promise<void> {
    const { targets, resume } = this.#options;
    const start = resume?.cursor ?? 0;
    for (let index = start; index < targets.length; index += 1) this.#unfinished.add(index);
    this.#progress();
    for await (const probe of sweep(targets, this.#ports, this.#options, start)) {
      await this.#take(probe);
      if (this.#failure) throw this.#failure.error;
    }
    await this.#drain();
    if (this.#failure) throw this.#failure.error;
    this.#emit({ type: 'report', report: this.#report() });
  }

  async #take(probe: Probe): Promise<void> {
    if (probe.outcome === 'closed') {
      this.#closed += 1;
      if (probe.target.isNamed) this.#unanswered.push(unansweredOf(probe));
      this.#finish(probe.index);
      return;
    }
    while (this.#examining.size >= loginsAtOnce && !this.#options.signal?.aborted) {
      await Promise.race([this.#aborted, ...this.#examining.values()]);
    }
    this.#examining.set(probe.index, this.#examine(probe));
  }

  async #examine(probe: Probe): Promise<void> {
    try {
      const finding = await examine(probe, this.#tools);
      if (this.#options.signal?.aborted) return;
      this.#findings.push(finding);
      this.#emit({ type: 'finding', finding });
      this.#finish(probe.index);
    } catch (error) {
      this.#failure ??= { error };
    } finally {
      this.#examining.delete(probe.index);
    }
  }

  /** Waits for what is being examined, or for the abort: a login that hangs must not hold back the report. */
  async #drain(): Promise<void> {
    await Promise.race([Promise.all(this.#examining.values()), this.#aborted]);
  }

  #finish(index: number): void {
    this.#unfinished.delete(index);
    this.#probed += 1;
    this.#progress();
  }

  #progress(): void {
    const progress = {
      total: this.#options.targets.length,
      probed: this.#probed,
      found: this.#findings.length,
      closed: this.#closed,
    };
    this.#emit({ type: 'progress', progress });
  }

  #report(): DiscoverReport {
    const { targets, request } = this.#options;
    const [cursor = targets.length] = this.#unfinished;
    return reportOf({
      request,
      complete: this.#unfinished.size === 0,
      cursor,
      addresses: targets.length,
      probed: this.#probed,
      closed: this.#closed,
      unanswered: this.#unanswered,
      findings: this.#findings,
    });
  }
}

/** Resolves when the signal aborts; never without one. */
const abortion = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });

/** What a resumed report has of the targets before its cursor; the rest is probed again. */
function alreadyDone({ resume, targets }: DiscoverOptions): Pick<DiscoverReport, 'findings' | 'unanswered'> {
  if (resume === undefined) return { findings: [], unanswered: [] };
  const done = new Set(targets.slice(0, resume.cursor).map(targetUrl));
  return {
    findings: resume.findings.filter(({ scheme, address, port }) =>
      done.has(targetUrl({ scheme, host: address, port })),
    ),
    unanswered: resume.unanswered.filter(({ target }) => done.has(target)),
  };
}

const unansweredOf = ({ target, error }: Probe): { target: string; why: string } => ({
  target: targetUrl(target),
  why: error?.why ?? error?.message ?? 'it does not answer',
});

function toolsOf(ports: DiscoverPorts, options: DiscoverOptions, inventory: KnownInventory): ExamineTools {
  const loaded = new Map<string, Promise<Credential>>();
  const tried = new Set<string>();
  const { credentials } = options;
  return {
    bmcs: ports.bmcs,
    inventory,
    pin: options.pin,
    credentialFor: (bmc) => credentials && assignCredential(credentials, bmc),
    load: (ref) => {
      const place = JSON.stringify(ref);
      const promise = loaded.get(place) ?? options.loadCredential(ref);
      loaded.set(place, promise);
      return promise;
    },
    mayLogIn: (answer) => isFirstMeeting(answer, tried),
  };
}

function isFirstMeeting({ serviceUUID, fingerprint }: ProbeAnswer, tried: Set<string>): boolean {
  if (!serviceUUID || !fingerprint) return true;
  const identity = serviceIdentity(serviceUUID, fingerprint);
  if (tried.has(identity)) return false;
  tried.add(identity);
  return true;
}
