/** The fault rules in force, asked at every place where something can go wrong. Each strike is counted by rule. */
import { UserError } from '../../../errors/classes.js';
import { randomSequence } from '../random.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import { covers, type FaultAction, type FaultKind, type FaultMoment, type FaultRule } from './rules.js';

interface Entry {
  readonly id: string;
  readonly rule: FaultRule;
  readonly addedMs: number;
  readonly random: () => number;
  matched: number;
  struck: number;
}

/** A rule that strikes now. */
export interface Strike<K extends FaultKind = FaultKind> {
  readonly id: string;
  readonly action: Extract<FaultAction, { kind: K }>;
  readonly random: () => number;
  readonly addedMs: number;
}

const stateFaults = {
  powerCommand: 'powerLost',
  override: 'overrideDropped',
  graceful: 'gracefulIgnored',
  settings: 'settingsIgnored',
  erase: 'eraseInterrupted',
  licence: 'unlicensed',
  patchTask: 'patchAsTask',
} as const;

export class FaultBook {
  readonly #monotonicMs: () => number;
  readonly #seed: number;
  /** What stale reads and token buckets remember, by rule, BMC and path. */
  readonly memory = new Map<string, unknown>();
  #entries: Entry[] = [];
  #struck = new Map<string, number>();
  #count = 0;

  constructor(options: { monotonicMs: () => number; seed: number }) {
    this.#monotonicMs = options.monotonicMs;
    this.#seed = options.seed;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Whether every rule only makes answers late, so that what they say is what it would be without rules. */
  get isOnlyDelay(): boolean {
    return this.#entries.every(({ rule: { action } }) => action.kind === 'latency');
  }

  /** Adds a rule and returns its id. @throws UserError USAGE when the id is taken */
  add(rule: FaultRule): string {
    const id = rule.id ?? `fault-${++this.#count}`;
    if (this.#entries.some((entry) => entry.id === id)) throw new UserError('USAGE', `fault "${id}" exists already`);
    const random = randomSequence(this.#seed + this.#entries.length);
    this.#entries.push({ id, rule, addedMs: this.#monotonicMs(), random, matched: 0, struck: 0 });
    return id;
  }

  has(id: string): boolean {
    return this.#entries.some((entry) => entry.id === id);
  }

  /** Spares a BMC a rule that stays in force for the others. */
  spare(id: string, bmc: string): void {
    this.#entries = this.#entries.map((entry) => {
      if (entry.id !== id) return entry;
      const { match = {} } = entry.rule;
      return { ...entry, rule: { ...entry.rule, match: { ...match, except: [...(match.except ?? []), bmc] } } };
    });
  }

  /** Removes one rule, or all. What a rule has done is still counted. */
  remove(id?: string): void {
    this.#entries = id === undefined ? [] : this.#entries.filter((entry) => entry.id !== id);
  }

  list(): readonly { readonly id: string; readonly rule: FaultRule; readonly struck: number }[] {
    return this.#entries.map(({ id, rule, struck }) => ({ id, rule, struck }));
  }

  /** How often a rule struck, removed ones included. */
  struck(id: string): number {
    return this.#struck.get(id) ?? 0;
  }

  /** The rules of a kind (and, where given, of one of these sorts) that strike now; asking counts as a match. */
  strikes<K extends FaultKind>(kind: K, moment: FaultMoment, hows?: readonly string[]): readonly Strike<K>[] {
    if (this.#entries.length === 0) return [];
    const asked = this.#entries.filter(({ rule: { action } }) => action.kind === kind && isAmong(action, hows));
    const hits = asked.filter((entry) => this.#strikesNow(entry, moment));
    return hits.map(({ id, rule, random, addedMs }) => ({ id, action: rule.action, random, addedMs }) as Strike<K>);
  }

  /** Whether machines of this BMC suffer a fault of state. */
  state(bmc: VirtualBmc, what: keyof typeof stateFaults): boolean {
    return this.#isStruckBy('state', stateFaults[what], bmc);
  }

  probe(bmc: VirtualBmc) {
    return this.strikes('probe', momentOf(bmc))[0]?.action.how;
  }

  update(bmc: VirtualBmc) {
    return this.strikes('update', momentOf(bmc))[0]?.action.how;
  }

  /** What befalls a task at its next step; a rule that is healed lets it go on. */
  task(bmc: VirtualBmc) {
    return this.strikes('task', momentOf(bmc))[0]?.action.how;
  }

  /** Parts of this BMC that are broken or gone; asking counts nothing, because every read asks. */
  hardware(bmc: VirtualBmc): readonly Extract<FaultAction, { kind: 'hardware' }>[] {
    return this.#inForce(bmc).flatMap(({ action }) => (action.kind === 'hardware' ? [action] : []));
  }

  /** Seconds by which the BMC's clock is wrong. */
  clockSkew(bmc: VirtualBmc): number {
    const skews = this.#inForce(bmc).flatMap(({ action }) => (action.kind === 'bmc' ? [action] : []));
    return skews.find(({ how }) => how === 'clockSkew')?.seconds ?? 0;
  }

  /** Whether a fault of state is in force; asking counts nothing, because every read asks. */
  isInForce(bmc: VirtualBmc, how: string): boolean {
    return this.#inForce(bmc).some(({ action }) => action.kind === 'state' && action.how === how);
  }

  isTableFull(bmc: VirtualBmc): boolean {
    return this.#isStruckBy('session', 'tableFull', bmc);
  }

  /** The Location a login answers with. */
  location(bmc: VirtualBmc, path: string): string {
    return this.#isStruckBy('session', 'wrongLocation', bmc) ? '/redfish/v1/Sessions/none' : path;
  }

  /** Whether ports of this BMC are closed by a rule; asking counts nothing. */
  refuses(bmc: VirtualBmc): boolean {
    return this.#inForce(bmc).some(({ action }) => action.kind === 'connection' && action.how === 'refuse');
  }

  /** Rules that cover a BMC now, by time and match alone. */
  #inForce(bmc: VirtualBmc): readonly FaultRule[] {
    if (this.#entries.length === 0) return [];
    const moment = momentOf(bmc);
    return this.#entries.filter((entry) => this.#isTime(entry) && covers(entry.rule, moment)).map(({ rule }) => rule);
  }

  #isTime({ rule: { when = {} }, addedMs }: Entry): boolean {
    const ageMs = this.#monotonicMs() - addedMs - (when.afterMs ?? 0);
    return ageMs >= 0 && ageMs < (when.forMs ?? Number.POSITIVE_INFINITY);
  }

  #isStruckBy(kind: FaultKind, how: string, bmc: VirtualBmc): boolean {
    return this.strikes(kind, momentOf(bmc), [how]).length > 0;
  }

  #strikesNow(entry: Entry, moment: FaultMoment): boolean {
    const { when = {} } = entry.rule;
    if (!this.#isTime(entry)) return false;
    if (!covers(entry.rule, moment)) return false;
    entry.matched++;
    if (when.nth !== undefined && entry.matched !== when.nth) return false;
    if (when.first !== undefined && entry.matched > when.first) return false;
    if (when.probability !== undefined && entry.random() >= when.probability) return false;
    entry.struck++;
    this.#struck.set(entry.id, entry.struck);
    return true;
  }
}

const isAmong = (action: FaultAction, hows: readonly string[] | undefined): boolean =>
  hows === undefined || ('how' in action && hows.includes(action.how));

/** A BMC at this moment, without a request. */
export const momentOf = (bmc: VirtualBmc): FaultMoment => ({
  bmc: bmc.name,
  powerState: bmc.machines[0]?.power ?? 'Off',
});
