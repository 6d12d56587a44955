/**
 * One pass: list every kind, visit every object, and go on in rounds until nothing changes. Work that only time can
 * finish is deferred and reported; with `settle` the pass waits for it.
 */
import type { KindDef } from '../../api/kind.js';
import { isMetalError, UserError } from '../../errors/classes.js';
import { startInformer } from './informer.js';
import type { Change } from './perform-ports.js';
import { type ReconcileReport, ReportBook } from './report.js';
import { Runner, type RunnerOptions, type RunnerPorts } from './runner.js';

export interface OnceOptions extends RunnerOptions {
  /** Rounds before the pass gives up; default 20. */
  readonly maxPasses?: number;
  /** Wait for deferred work as long as it is due before the deadline. */
  readonly settle?: boolean;
  readonly deadlineMs?: number;
  /** Stop rather than change more than this: a fuse. */
  readonly maxChanges?: number;
  readonly signal?: AbortSignal;
  /** Ends a settling pass early: what the caller waited for has come. */
  readonly isDone?: (runner: Runner) => boolean;
}

export interface OnceResult {
  readonly report: ReconcileReport;
  readonly isDeadlineHit: boolean;
  readonly isFuseBlown: boolean;
}

/** @throws UserError CRD_MISSING when the cluster serves none of the kinds. */
export async function reconcileOnce(ports: RunnerPorts, options: OnceOptions): Promise<OnceResult> {
  const pass = new Pass(ports, options);
  return pass.run();
}

class Pass {
  readonly #ports: RunnerPorts;
  readonly #options: OnceOptions;
  readonly #runner: Runner;
  readonly #book: ReportBook;
  readonly #started: number;
  #served: readonly KindDef[] = [];
  #rounds = 0;
  #isDeadlineHit = false;
  #isFuseBlown = false;
  readonly #changes: Record<Change, number> = { object: 0, command: 0 };

  constructor(ports: RunnerPorts, options: OnceOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#runner = new Runner(ports, { ...options, mayWrite: (what) => this.#mayWrite(what) });
    this.#book = new ReportBook(this.#runner, () => ports.clock.now());
    this.#started = ports.clock.monotonicMs();
  }

  async run(): Promise<OnceResult> {
    await this.#listAll();
    this.#runner.enqueueAll();
    await this.#fixpoint();
    if (this.#options.settle && !this.#isStopped()) await this.#settle();
    this.#runner.queue.close();
    const report = this.#book.finish(this.#rounds, this.#elapsed() / 1_000);
    return { report, isDeadlineHit: this.#isDeadlineHit, isFuseBlown: this.#isFuseBlown };
  }

  /** Rounds: drain, and if anything was written look at what others made of it. A round without a write ends it. */
  async #fixpoint(): Promise<void> {
    for (;;) {
      const before = this.#book.writes;
      this.#rounds += 1;
      await this.#runner.drain(this.#options.signal);
      if (this.#isStopped()) return;
      if (this.#book.writes === before || this.#rounds >= (this.#options.maxPasses ?? 20)) return;
      await this.#listAll();
      if (this.#runner.queue.readyCount === 0) return;
    }
  }

  /** Watches until nothing is deferred any more: what others write, what comes due and what probes report wakes us. */
  async #settle(): Promise<void> {
    const { cluster, clock, log, random } = this.#ports;
    const sink = this.#runner.store;
    const informers = this.#served.map((kind) => startInformer({ cluster, kind, clock, log, random, sink }));
    try {
      await Promise.all(informers.map((informer) => informer.synced));
      for (;;) {
        await this.#runner.drain(this.#options.signal);
        if (this.#isStopped() || this.#options.isDone?.(this.#runner) || this.#book.deferred === 0) return;
        await this.#untilReady();
      }
    } finally {
      await Promise.all(informers.map((informer) => informer.stop()));
    }
  }

  /** Until a key is ready, the deadline is over, or the signal aborted. */
  async #untilReady(): Promise<void> {
    const over = new AbortController();
    const stop = () => over.abort();
    this.#options.signal?.addEventListener('abort', stop, { once: true });
    const ready = async () => {
      while (this.#runner.queue.readyCount === 0 && !over.signal.aborted) await this.#runner.queue.changed();
    };
    try {
      const left = this.#deadline() - this.#elapsed() + 1;
      await Promise.race([ready(), this.#ports.clock.sleep(Math.max(left, 1), over.signal)]);
    } catch {
      // Aborted: the caller looks at the signal.
    } finally {
      over.abort();
      this.#options.signal?.removeEventListener('abort', stop);
    }
  }

  async #listAll(): Promise<void> {
    const { kinds } = this.#runner;
    const served = await Promise.all(kinds.map((kind) => this.#list(kind)));
    this.#served = kinds.filter((_, at) => served[at]);
    if (this.#served.length > 0) return;
    throw new UserError('CRD_MISSING', 'the cluster serves none of the kinds of metal.ironcore.dev', {
      hint: 'metalctl install crds',
    });
  }

  /** False when the kind is not served: the controllers that need it have nothing to do. */
  async #list(kind: KindDef): Promise<boolean> {
    try {
      const { items } = await this.#ports.cluster.list(kind);
      this.#runner.store.replaceAll(kind, items);
      return true;
    } catch (error) {
      if (isMetalError(error) && error.code === 'CRD_MISSING') return false;
      throw error;
    }
  }

  /**
   * Objects and commands each have the whole fuse: a command whose intent was just written is sent. Counted before they
   * go out: visits run side by side, and what they have written is known only when they end.
   */
  #mayWrite(what: Change): boolean {
    const { maxChanges, mayWrite } = this.#options;
    if (!(mayWrite?.(what) ?? true)) return false;
    if (this.#changes[what] >= (maxChanges ?? Number.POSITIVE_INFINITY)) this.#isFuseBlown = true;
    if (this.#isFuseBlown && (what === 'object' || this.#changes.command >= (maxChanges ?? 0))) return false;
    this.#changes[what] += 1;
    return true;
  }

  #elapsed(): number {
    return this.#ports.clock.monotonicMs() - this.#started;
  }

  #deadline(): number {
    return this.#options.deadlineMs ?? 600_000;
  }

  /** The signal, the fuse or the deadline ends the pass. */
  #isStopped(): boolean {
    this.#isDeadlineHit = this.#elapsed() > this.#deadline();
    return this.#isDeadlineHit || this.#isFuseBlown || this.#options.signal?.aborted === true;
  }
}
