/**
 * Runs visits: joins store, queue and registrations, and keeps the bookkeeping that a pass reports. Used unchanged by
 * the pass (`once.ts`), the loop (`loop.ts`) and by commands that drive a few objects themselves.
 */
import { type Key, type KindDef, type KubeObject, keyOf, keyText } from '../../api/kind.js';
import { weightOf } from '../../lib/rendezvous.js';
import type { BmcFactory } from '../../ports/bmc.js';
import type { BmcShells } from '../../ports/bmc-shell.js';
import type { Clock } from '../../ports/clock.js';
import type { Cluster } from '../../ports/cluster.js';
import type { Events } from '../../ports/events.js';
import type { Log } from '../../ports/log.js';
import type { Probes } from '../../ports/probes.js';
import type { IdSource, Reads, Settings } from '../reads.js';
import { backoffMs } from './backoff.js';
import { OscillationGuard } from './oscillation.js';
import type { Change } from './perform-ports.js';
import { initialPriority, WorkQueue } from './queue.js';
import { readOnlyBmcs, readOnlyShells } from './read-only.js';
import type { AnyRegistration } from './registration.js';
import { Store } from './store.js';
import { type VisitContext, type VisitResult, visit } from './visit.js';

export interface RunnerPorts {
  readonly cluster: Cluster;
  readonly bmcs: BmcFactory;
  /** Command lines of BMCs over SSH. */
  readonly shells: BmcShells;
  readonly probes: Probes;
  readonly events: Events;
  readonly clock: Clock;
  readonly log: Log;
  readonly ids: IdSource;
  /** In [0, 1): jitter only. */
  readonly random: () => number;
}

export interface RunnerOptions {
  readonly registrations: readonly AnyRegistration[];
  readonly settings: Settings;
  /** Which objects may be visited; absent means all. Others are still read. */
  readonly inScope?: (kind: KindDef, object: KubeObject, store: Store) => boolean;
  /** Whether this process may still write; default: always. */
  readonly mayWrite?: (what: Change) => boolean;
  /** Only what was seen is written: nothing is asked of a BMC but reads, and nothing decided for anybody. */
  readonly isReadOnly?: boolean;
  /** Awaited before every visit; what it throws ends the work. A local driver takes its leases here. */
  readonly beforeVisit?: (kind: KindDef, key: Key) => Promise<void>;
  /**
   * Others work on the same objects without a lease between us: each process goes through them in an order of its own,
   * so that they do not meet at every one. Alone, the order is that of the names.
   */
  readonly besideOthers?: boolean;
  /** Visits at the same time over all kinds. */
  readonly concurrency?: number;
}

export interface WorkItem {
  readonly reg: AnyRegistration;
  readonly key: Key;
}

export type Visited = (item: WorkItem, result: VisitResult) => void;

export class Runner {
  readonly store = new Store();
  readonly queue: WorkQueue<WorkItem>;
  readonly registrations: readonly AnyRegistration[];
  readonly #ctx: VisitContext;
  readonly #options: RunnerOptions;
  readonly #guard: OscillationGuard;
  readonly #visited: Visited[] = [];
  readonly #lanes = new Map<string, { busy: number; readonly waiting: (() => void)[] }>();

  constructor(given: RunnerPorts, options: RunnerOptions) {
    const { isReadOnly = false } = options;
    const ports = isReadOnly ? { ...given, bmcs: readOnlyBmcs(given.bmcs), shells: readOnlyShells } : given;
    this.registrations = options.registrations;
    this.#options = options;
    this.#guard = new OscillationGuard(ports.clock);
    this.queue = new WorkQueue(ports.clock, ({ reg, key }) => `${reg.name}/${keyText(key)}`);
    this.#ctx = {
      ...ports,
      store: this.store,
      reads: this.#reads(ports),
      settings: options.settings,
      mayWrite: options.mayWrite ?? (() => true),
      isReadOnly,
    };
    for (const { kind, name, values } of this.registrations.flatMap((reg) => reg.indexes))
      this.store.addIndex(kind, name, values);
    this.store.onChange((kind, before, after) => this.#changed(kind, before, after));
    ports.probes.onReport((uuid) => this.#reported(uuid));
  }

  /** Kinds that must be listed or watched for these registrations. */
  get kinds(): KindDef[] {
    const all = this.registrations.flatMap((reg) => [reg.kind as KindDef, ...reg.watches.map((watch) => watch.kind)]);
    return [...new Map(all.map((kind) => [kind.plural, kind])).values()];
  }

  onVisited(listener: Visited): void {
    this.#visited.push(listener);
  }

  /** Queues every object in scope, in the order of the registrations. */
  enqueueAll(): void {
    for (const reg of this.registrations) {
      for (const object of this.#inTurn(this.store.all<KubeObject>(reg.kind)))
        this.enqueue(reg, object, initialPriority);
    }
  }

  #inTurn(objects: KubeObject[]): KubeObject[] {
    if (this.#options.besideOthers !== true) return objects;
    const { instance } = this.#options.settings;
    const turn = new Map(objects.map((object) => [object, weightOf(instance, keyText(object.metadata))]));
    return objects.sort((a, b) => (turn.get(a) ?? 0) - (turn.get(b) ?? 0));
  }

  enqueue(reg: AnyRegistration, object: KubeObject, priority = 0): void {
    const { inScope } = this.#options;
    if (inScope !== undefined && !inScope(reg.kind, object, this.store)) return;
    this.queue.add({ reg, key: keyOf(object) }, priority);
  }

  /** Works until nothing is ready and nothing runs. */
  async drain(signal?: AbortSignal): Promise<void> {
    const workers = Array.from({ length: this.#options.concurrency ?? 32 }, () => this.#drainWorker(signal));
    await Promise.all(workers);
  }

  /** Works until the queue is closed. */
  async work(): Promise<void> {
    const workers = Array.from({ length: this.#options.concurrency ?? 32 }, () => this.#endlessWorker());
    await Promise.all(workers);
  }

  async #drainWorker(signal?: AbortSignal): Promise<void> {
    while (!signal?.aborted) {
      const item = this.queue.take();
      if (item !== undefined) await this.#handle(item.key, item.failures);
      else if (this.queue.runningCount === 0) return;
      else await this.queue.changed();
    }
  }

  async #endlessWorker(): Promise<void> {
    while (!this.queue.isClosed) {
      const item = this.queue.take();
      if (item !== undefined) await this.#handle(item.key, item.failures);
      else await this.queue.changed();
    }
  }

  async #handle(item: WorkItem, failures: number): Promise<void> {
    let retryMs: number | undefined;
    try {
      await this.#options.beforeVisit?.(item.reg.kind, item.key);
      const visited = await this.#inLane(item.reg, () => visit(item.reg, item.key, failures, this.#ctx));
      const result = this.#guard.judge(`${item.reg.name}/${keyText(item.key)}`, visited);
      this.#requeue(item, result);
      retryMs = this.#retryMs(item, failures, result);
      for (const listener of this.#visited) listener(item, result);
    } finally {
      this.queue.done(item, retryMs);
    }
  }

  /** Keeps to the kind's own number of visits at the same time; who waits holds a worker, and its key stays one visit. */
  async #inLane<T>({ name, workers }: AnyRegistration, work: () => Promise<T>): Promise<T> {
    if (workers === undefined) return work();
    const lane = this.#lanes.get(name) ?? { busy: 0, waiting: [] };
    this.#lanes.set(name, lane);
    if (lane.busy >= workers) await new Promise<void>((go) => lane.waiting.push(go));
    else lane.busy += 1;
    try {
      return await work();
    } finally {
      const next = lane.waiting.shift();
      if (next === undefined) lane.busy -= 1;
      else next();
    }
  }

  /** Back-off of a failed visit; undefined for one that went well, and for a conflict, which is decided again at once. */
  #retryMs({ reg }: WorkItem, failures: number, { error, outcome }: VisitResult): number | undefined {
    if (error === undefined || outcome.kind === 'again') return undefined;
    return outcome.kind === 'after' ? outcome.ms : backoffMs(reg.backoff, failures + 1, this.#ctx.random);
  }

  #requeue(item: WorkItem, { outcome, error }: VisitResult): void {
    if (error === undefined) this.queue.forget(item);
    else this.queue.fail(item);
    if (outcome.kind === 'again') this.queue.add(item);
    if (outcome.kind === 'after') this.queue.addAfter(item, outcome.ms);
  }

  #changed(kind: KindDef, before: KubeObject | undefined, after: KubeObject | undefined): void {
    for (const reg of this.registrations) {
      if (reg.kind.plural === kind.plural && after !== undefined) this.enqueue(reg, after);
      for (const watch of reg.watches) {
        if (watch.kind.plural === kind.plural) this.#wake(reg, watch, before, after);
      }
    }
  }

  /** Old and new object are both asked: a reference that moved wakes both sides. */
  #wake(
    reg: AnyRegistration,
    watch: AnyRegistration['watches'][number],
    before?: KubeObject,
    after?: KubeObject,
  ): void {
    const keys = [before, after].flatMap((object) => (object === undefined ? [] : watch.wakes(object, this.store)));
    for (const key of new Map(keys.map((key) => [keyText(key), key])).values()) {
      const object = this.store.get(reg.kind, key) as KubeObject | undefined;
      if (object !== undefined) this.enqueue(reg, object);
    }
  }

  #reported(uuid: string): void {
    for (const reg of this.registrations.filter(({ name }) => name === 'server')) {
      for (const object of this.store.by(reg.kind, 'systemUUID', uuid.toLowerCase()))
        this.enqueue(reg, object as KubeObject);
    }
  }

  #reads(ports: RunnerPorts): Reads {
    const { store } = this;
    return {
      get: (kind, key) => store.get(kind, key),
      list: (kind) => store.all(kind),
      by: (kind, index, value) => store.by(kind, index, value),
      fresh: async (kind, key) => {
        const object = await ports.cluster.get(kind, key);
        if (object === undefined) store.remove(kind, key);
        else if (this.kinds.includes(kind)) store.put(kind, object);
        return object;
      },
      bmc: (access) => ports.bmcs.open(access),
      probes: ports.probes,
    };
  }
}
