/** What the daemon tells monitors: whether it lives, whether it works, and its metrics. */
import type { KubeObject } from '../../api/kind.js';
import { Server } from '../../api/metal/v1alpha1/index.js';
import { isMetalError } from '../../errors/classes.js';
import type { Clock } from '../../ports/clock.js';
import type { Runner } from '../../reconcile/index.js';
import type { Wiring } from '../../wiring.js';

type Serving = Awaited<ReturnType<Wiring['listeners']>>;
type Families = Parameters<Serving['startMetrics']>[1];

/** The event loop answers every second; this late it hangs. */
const deadAfterMs = 5_000;

/** Collects from a runner, once it runs. */
export class Monitor {
  readonly #clock: Clock;
  readonly #serverMetrics: Serving['serverMetrics'];
  readonly #visits;
  readonly #serverVisits;
  readonly #durations;
  readonly #bmcCalls;
  #runner: Runner | undefined;
  #isHealthy: () => boolean = () => false;
  #leads = false;
  #stops = false;
  #beatAt: number;
  #stopBeat: () => void = () => undefined;

  constructor({ Counter, Histogram, serverMetrics }: Serving, clock: Clock) {
    this.#clock = clock;
    this.#serverMetrics = serverMetrics;
    this.#serverVisits = new Counter('metal_server_reconciliation_total', 'Visits of Servers by result.');
    this.#visits = new Counter('metalctl_visits_total', 'Visits of objects by kind and result.');
    this.#durations = new Histogram('metalctl_visit_seconds', 'How long visits took.');
    this.#bmcCalls = new Counter('metalctl_bmc_calls_total', 'Requests to BMCs by the kind that made them.');
    this.#beatAt = clock.monotonicMs();
    this.#beat();
  }

  started(runner: Runner, isHealthy: () => boolean): void {
    [this.#runner, this.#isHealthy] = [runner, isHealthy];
    runner.onVisited(({ reg }, { error, durationMs, bmcCalls }) => {
      const kind = reg.kind.kind;
      const code = isMetalError(error) ? error.code : 'UNKNOWN';
      this.#visits.add({ kind, result: error === undefined ? 'success' : code });
      this.#durations.observe({ kind }, durationMs / 1_000);
      this.#bmcCalls.add({ kind }, bmcCalls);
      if (reg.name === 'server') this.#serverVisits.add({ result: error === undefined ? 'success' : resultOf(error) });
    });
  }

  leading(): void {
    this.#leads = true;
  }

  /** From now on not ready; nothing of it keeps the process alive. */
  stopping(): void {
    this.#stops = true;
    this.#stopBeat();
  }

  readonly healthz = (): string | undefined =>
    this.#clock.monotonicMs() - this.#beatAt > deadAfterMs ? 'the process hangs' : undefined;

  /** A standby is ready: it would take over at once. */
  readonly readyz = (): string | undefined => {
    if (this.#stops) return 'stopping';
    if (this.#runner === undefined) return 'the first lists are not complete';
    return this.#isHealthy() ? undefined : 'a watch is refused or broken';
  };

  readonly families: Families = () => {
    const runner = this.#runner;
    const own = [this.#serverVisits, this.#visits, this.#durations, this.#bmcCalls].map((each) => each.family());
    if (runner === undefined) return own;
    const objects = runner.registrations.map(({ kind }) => ({
      labels: { kind: kind.kind },
      value: runner.store.all<KubeObject>(kind).length,
    }));
    const { readyCount, runningCount, delayedCount } = runner.queue;
    const queue = Object.entries({ ready: readyCount, running: runningCount, delayed: delayedCount });
    return [
      ...own,
      ...this.#serverMetrics(runner.store.all(Server)),
      gauge('metalctl_objects', 'Objects in the cache by kind.', objects),
      gauge(
        'metalctl_queue',
        'Objects in the queue.',
        queue.map(([state, value]) => ({ labels: { state }, value })),
      ),
      gauge('metalctl_leader', 'Whether this process holds the lease.', [{ value: this.#leads ? 1 : 0 }]),
      gauge('process_resident_memory_bytes', 'Memory of the process.', [{ value: process.memoryUsage.rss() }]),
    ];
  };

  #beat(): void {
    this.#beatAt = this.#clock.monotonicMs();
    this.#stopBeat = this.#clock.after(1_000, () => this.#beat());
  }
}

/** Upstream's results: the API did not give the object, or anything else. */
const resultOf = (error: unknown): string =>
  isMetalError(error) && error.code.startsWith('API_') ? 'error_fetch' : 'error_reconcile';

const gauge = (
  name: string,
  help: string,
  samples: readonly { labels?: Readonly<Record<string, string>>; value: number }[],
) => ({ name, help, type: 'gauge' as const, samples });
