/**
 * Kills, loses or fails the k-th mutating request of a reconciling process, against the fakes. A killed process never
 * runs again: whatever it asks for from then on stays unanswered. Its successor has another name, an empty cache and an
 * empty registry. Every request is checked against the invariants.
 */
import { TransientError } from '../../src/errors/classes.js';
import type { Bmc, BmcFactory } from '../../src/ports/bmc.js';
import type { Cluster } from '../../src/ports/cluster.js';
import {
  type OnceOptions,
  type RunnerPorts,
  reconcileOnce,
  reconcilers,
  type Settings,
} from '../../src/reconcile/index.js';
import { type Act, Invariants } from '../invariants/invariants.js';
import type { FakeMachine } from '../support/fake-bmc.js';
import { type FakeProbes, fakeProbes } from '../support/fake-probes.js';
import { ServerBootConfiguration, type World, world } from '../support/world.js';

/** What happens to one request: `dies` and `loses its answer` after it was carried out, `fails` before. */
export type Fault = 'dies' | 'loses its answer' | 'fails';

/**
 * How a machine follows a power request: at once; through `PoweringOn` and `PoweringOff` for eight seconds; or with a
 * BMC that shows the old state for eight seconds more. A stubborn one takes no notice of a graceful shutdown.
 */
export type Pace = 'at once' | 'slowly' | 'unseen' | 'stubborn';

/** A world in which one request goes wrong, and everything that was asked of it. */
export class Rig {
  readonly w: World;
  readonly acts: Act[] = [];
  /** Boot source of every power-on, in order; `undefined` is the disk. */
  readonly boots: (string | undefined)[] = [];
  /** Where each machine booted from last. */
  readonly #bootOf = new Map<string, string | undefined>();
  /** Requests so far when the boot operator last looked around. */
  #lookedAt = -1;
  readonly #invariants: Invariants;
  #fault: { kind: Fault; at: number } | undefined;
  #process = 0;
  #dead = new Set<string>();
  #die: () => void = () => undefined;
  #probes: FakeProbes = fakeProbes();
  /** The request whose answer was lost: sent once more it may find that it was carried out. */
  #unanswered: string | undefined;

  /** Looks at the world right after each request was carried out; what it throws counts as a broken invariant. */
  onAct: (() => void) | undefined;
  pace: Pace;
  /** Where machines are going, whatever their BMCs show. */
  readonly #goals = new Map<string, string>();

  constructor(pace: Pace = 'at once', settings: Partial<Settings> = {}) {
    this.w = world(settings);
    this.pace = pace;
    const powerOf = (bmc: string) => this.w.bmcs.machine(bmc).power;
    this.#invariants = new Invariants({ cluster: this.w.cluster, powerOf });
  }

  /** The k-th mutating request from now on goes wrong. */
  arm(kind: Fault, k: number): void {
    this.#fault = { kind, at: this.acts.length + k };
  }

  /** Lets go of what was recorded so far: it grows with the run, and is the test's own. */
  forget(): void {
    this.acts.length = 0;
    this.boots.length = 0;
    this.#lookedAt = -1;
    if (this.#fault !== undefined) this.#fault = { ...this.#fault, at: 1 };
    this.w.cluster.forget();
    this.w.events.length = 0;
    this.w.bmcs.opened.length = 0;
    for (const bmc of this.#bootOf.keys()) this.w.bmcs.machine(bmc).calls.length = 0;
  }

  /** Nothing goes wrong any more. */
  disarm(): void {
    this.#fault = undefined;
  }

  /** Whether the fault came. */
  get isStruck(): boolean {
    return this.#fault === undefined;
  }

  /** Name of the process that works now. */
  get process(): string {
    return `process-${this.#process}`;
  }

  /**
   * One settling pass, while the boot operator and the machines play their part and the clock goes on.
   * @returns whether the process lived to its end
   */
  async pass(options: Partial<OnceOptions> = {}): Promise<boolean> {
    const by = this.process;
    const settings = { ...this.w.settings, instance: by };
    const ports = this.#ports(by);
    const died = new Promise<'died'>((resolve) => {
      this.#die = () => resolve('died');
    });
    const work = reconcileOnce(ports, {
      registrations: reconcilers,
      settings,
      settle: true,
      deadlineMs: 400_000,
      ...options,
    });
    const end = await this.#meanwhile(Promise.race([work, died]));
    if (end !== 'died') return true;
    this.#process += 1;
    this.#probes = fakeProbes(() => this.w.clock.now());
    return false;
  }

  /** A daemon of the process that works now; time passes by `tick`. */
  loop<T>(work: (ports: RunnerPorts) => Promise<T>): Promise<T> {
    const by = this.process;
    return work(this.#ports(by));
  }

  #ports(by: string): RunnerPorts {
    const { ports, shells } = this.w;
    const run: RunnerPorts['shells']['run'] = (access, command) =>
      this.#act(by, `reset over SSH`, () => shells.run(access, command));
    return { ...ports, cluster: this.#cluster(by), bmcs: this.#bmcs(by), shells: { run }, probes: this.#probes };
  }

  /** Time passes, and the others play their part. */
  async tick(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 500) {
      await this.w.clock.tick(Math.min(500, left));
      await this.#othersAct();
    }
  }

  async #meanwhile<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = work.finally(() => {
      isOver = true;
    });
    over.catch(() => undefined);
    while (!isOver) {
      await this.w.clock.tick(500);
      if (!isOver) await this.#othersAct();
    }
    return over;
  }

  /** The boot operator prepares what is pending; machines booted from the network run the probe, which reports. */
  async #othersAct(): Promise<void> {
    const { cluster, bmcs } = this.w;
    const isNew = this.#lookedAt !== this.acts.length;
    this.#lookedAt = this.acts.length;
    if (isNew && cluster.stored(ServerBootConfiguration).some(({ status }) => status?.state !== 'Ready'))
      await this.w.bootOperator();
    for (const [bmc, source] of this.#bootOf) {
      const machine = bmcs.machine(bmc);
      if (machine.power === 'On' && source === 'Pxe') this.#probes.arrive(machine.systems[0]?.uuid ?? '');
    }
  }

  #cluster(by: string): Cluster {
    const { cluster } = this.w;
    const named = (verb: string, kind: { kind: string }, name: string) => `${verb} ${kind.kind} ${name}`;
    return {
      get: (...given) => this.#ask(by, () => cluster.get(...given)),
      list: (...given) => this.#ask(by, () => cluster.list(...given)),
      watch: (...given) => cluster.watch(...given),
      create: (kind, object, ...more) =>
        this.#act(by, named('create', kind, object.metadata.name), () => cluster.create(kind, object, ...more)),
      patch: (kind, key, ...more) => {
        const before = cluster.peek(kind, key)?.metadata.resourceVersion;
        const send = () => cluster.patch(kind, key, ...more);
        const isIdle = () => before !== undefined && cluster.peek(kind, key)?.metadata.resourceVersion === before;
        const what = named('patch', kind, key.name);
        return this.#act(by, more[2]?.subresource ? `${what} status` : what, send, isIdle);
      },
      replace: (kind, object, ...more) =>
        this.#act(by, named('replace', kind, object.metadata.name), () => cluster.replace(kind, object, ...more)),
      delete: (kind, key, ...more) =>
        this.#act(by, named('delete', kind, key.name), () => cluster.delete(kind, key, ...more)),
    };
  }

  #bmcs(by: string): BmcFactory {
    const { bmcs } = this.w;
    return {
      close: async () => undefined,
      forget: bmcs.forget,
      open: (access) => {
        const bmc = bmcs.open(access);
        const machine = bmcs.machine(access.id);
        const read =
          <A extends unknown[], T>(method: (...args: A) => Promise<T>) =>
          (...args: A) =>
            this.#ask(by, () => method(...args));
        const setPower: Bmc['setPower'] = (uri, to, how) =>
          this.#act(by, `setPower ${to} ${how}`, async () => {
            this.#watch(`before setPower ${to}`, () => this.#invariants.beforePower(access.id, to));
            if (this.#goals.get(access.id) === to) this.broken.push(`6: on its way to ${to} already`);
            const isHeard = this.pace !== 'stubborn' || to === 'On' || how === 'force';
            machine.obeys = isHeard && (this.pace === 'at once' || this.pace === 'stubborn');
            await bmc.setPower(uri, to, how);
            if (isHeard) this.#move(access.id, machine, to);
          });
        const resetManager: Bmc['resetManager'] = (type) =>
          this.#act(by, `reset manager ${type}`, () => bmc.resetManager(type));
        const reset: Bmc['reset'] = (uri, type) => this.#act(by, `reset ${type}`, () => bmc.reset(uri, type));
        return {
          ...bmc,
          authenticate: read(bmc.authenticate),
          manager: read(bmc.manager),
          systems: read(bmc.systems),
          system: read(bmc.system),
          processors: read(bmc.processors),
          storages: read(bmc.storages),
          accounts: read(bmc.accounts),
          passwordRules: read(bmc.passwordRules),
          subscriptions: read(bmc.subscriptions),
          admits: (name, password) => this.#act(by, `log in as ${name}`, () => bmc.admits(name, password)),
          createAccount: (account) =>
            this.#act(by, `set up account ${account.userName}`, () => bmc.createAccount(account)),
          setAccountPassword: (id, password) =>
            this.#act(by, `set password of ${id}`, () => bmc.setAccountPassword(id, password)),
          setAccountRole: (id, role) => this.#act(by, `set role of ${id}`, () => bmc.setAccountRole(id, role)),
          deleteAccount: (id) => this.#act(by, `set free account ${id}`, () => bmc.deleteAccount(id)),
          setPower,
          reset,
          resetManager,
          setIndicator: (uri, to) => this.#act(by, `setIndicator ${to}`, () => bmc.setIndicator(uri, to)),
          setBootOrder: (uri, order) => this.#act(by, 'setBootOrder', () => bmc.setBootOrder(uri, order)),
          setBootOnce: (uri, target) => this.#act(by, `setBootOnce ${target}`, () => bmc.setBootOnce(uri, target)),
        };
      },
    };
  }

  /** What the machine does after an accepted request; a network boot is used up by the power-on. */
  #move(bmc: string, machine: FakeMachine, to: 'On' | 'Off'): void {
    if (to === 'On') {
      this.boots.push(machine.bootOnce);
      this.#bootOf.set(bmc, machine.bootOnce);
      machine.bootOnce = undefined;
    }
    if (this.pace === 'at once' || this.pace === 'stubborn') return;
    this.#goals.set(bmc, to);
    if (this.pace === 'slowly') machine.power = `Powering${to}`;
    this.w.clock.after(8_000, () => {
      machine.power = to;
      this.#goals.delete(bmc);
    });
  }

  /** A read: answered while the process lives. */
  #ask<T>(by: string, work: () => Promise<T>): Promise<T> {
    return this.#dead.has(by) ? never() : work();
  }

  /** A mutating request: counted, maybe struck, and checked against the invariants. */
  async #act<T>(by: string, what: string, work: () => Promise<T>, isIdle?: () => boolean): Promise<T> {
    if (this.#dead.has(by)) return never();
    const fault = this.#fault?.at === this.acts.length + 1 ? this.#fault.kind : undefined;
    if (fault !== undefined) this.#fault = undefined;
    const isBmc = /^(set|reset|log in)/.test(what);
    if (fault === 'fails') {
      this.acts.push({ by, what: `${what} (fails)` });
      throw new TransientError(isBmc ? 'BMC_UNREACHABLE' : 'API_UNREACHABLE', 'refused');
    }
    const act = { by, what };
    this.acts.push(act);
    const result = await work();
    this.#watch(`after ${what}`, () => this.onAct?.());
    this.#check({ ...act, isIdle: (isIdle?.() ?? false) && this.#unanswered !== what });
    if (fault === 'dies') {
      this.#dead.add(by);
      this.#die();
      return never();
    }
    if (fault === 'loses its answer') this.#unanswered = what;
    if (fault === 'loses its answer') throw new TransientError(isBmc ? 'OUTCOME_UNKNOWN' : 'API_TIMEOUT', 'no answer');
    return result;
  }

  /** Broken invariants must end the test, not look like one more failed request to the process under test. */
  readonly broken: string[] = [];
  #check(act: Act): void {
    this.#watch(`after ${act.what}`, () => this.#invariants.after(act));
  }

  #watch(when: string, check: () => void): void {
    try {
      check();
    } catch (error) {
      this.broken.push(`${when}: ${(error as Error).message}`);
    }
  }
}

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
