/** What an operator of the emulation can do to its hardware: power, faults, accounts, sessions, resources. */
import { UserError } from '../../errors/classes.js';
import { setReading } from './behaviours/monitoring.js';
import { type FaultBook, momentOf } from './faults/book.js';
import { hardwareHappening } from './faults/hardware.js';
import { type FaultRule, isAbout, tlsFlaws } from './faults/rules.js';
import type { LeakedSession, SessionCounts } from './http/session-ledger.js';
import type { Account } from './http/sessions.js';
import type { JsonObject } from './json.js';
import { isSnapshot, restoreInto, type Snapshot, snapshotOf } from './snapshot.js';
import type { VirtualBmc } from './virtual-bmc.js';

/** The control plane: what an operator of the emulation can do to the hardware. */
export interface EmulatorControl {
  /** Puts a machine into a state at once, without the delays of a reset. */
  setPower(bmc: string, to: 'On' | 'Off', system?: string): void;
  /** Adds a fault rule and returns its id. */
  fail(rule: FaultRule): string;
  /** Removes one fault rule, or all. */
  heal(id?: string): void;
  /** Ends the faults of one BMC, or those whose id is meant; others keep theirs. Returns the ids of the rules. */
  healBmc(bmc: string, isMeant?: (id: string) => boolean): readonly string[];
  /** Moves the clock forward at once: tasks end, sessions time out, scenarios go on. @throws UserError USAGE */
  advance(ms: number): void;
  /** Makes a sensor show a value, or with undefined what the machine gives it; crossing its threshold is an event. */
  setReading(bmc: string, sensor: string, reading: number | undefined): void;
  /** Open connections. */
  connections(bmc?: string): number;
  /** What the discovery image would report of a machine now; the first without a system. */
  probeReport(bmc: string, system?: string): JsonObject;
  /** Puts another network card in: the port has a new MAC address in Redfish and in band. */
  replaceNic(bmc: string, port?: number, system?: string): void;
  /** The rules in force, with how often each struck. */
  faults(): readonly { readonly id: string; readonly rule: FaultRule; readonly struck: number }[];
  /** How often a rule struck, removed ones included. */
  struck(id: string): number;
  /** Replaces the accounts of one BMC, or of all, by one administrator. Open sessions stay. */
  setCredentials(bmc: string | undefined, username: string, password: string): void;
  /** Adds an account: role `Operator` or `ReadOnly`, or one that must change its password first. */
  addAccount(bmc: string, account: Account): void;
  /** The password that lets this account in; undefined where there is no such account. */
  passwordOf(bmc: string, username: string): string | undefined;
  /** Ends all sessions of a BMC. */
  endSessions(bmc: string): void;
  /** Takes all free places in the session table, as a leaking client would. */
  fillSessions(bmc: string): void;
  /** Of one user, or of all. */
  openSessions(bmc?: string, username?: string): number;
  /** How many sessions clients opened, and what became of them. */
  sessionCounts(bmc?: string): SessionCounts;
  /** Sessions that no client deleted: timed out, or open still. At the end of a run, all of these are leaks. */
  leakedSessions(bmc?: string): readonly LeakedSession[];
  /** Restarts a BMC: sessions lost, connections refused for a while, hosts untouched. */
  restartBmc(bmc: string, darkMs?: number): void;
  /** Lays a change over a resource. */
  patch(bmc: string, path: string, change: JsonObject): void;
  /** States to go back to, by BMC; see `Snapshot` for what they hold. */
  snapshot(bmc?: string): Readonly<Record<string, Snapshot>>;
  /** Back to a snapshot: those BMCs that are in it. Accounts stay; sessions and tasks end. @throws UserError USAGE */
  restore(snapshots: Readonly<Record<string, unknown>>): void;
  /** A resource as a client would read it. */
  resource(bmc: string, path: string): JsonObject | undefined;
}

/** What the control plane needs of a fleet. */
interface Fleet {
  readonly bmcs: Bmcs;
  readonly faults: FaultBook;
  /** Closes the ports of BMCs that refuse connections and opens the others. */
  openAndShut(): void;
  /** Ends the connections of a BMC. */
  drop(bmc: VirtualBmc): void;
  connections(bmc: VirtualBmc): number;
  /** Moves the clock; absent where whoever started the fleet moves it. */
  advance?(ms: number): void;
  /** Whether BMCs speak TLS. */
  readonly isSecure: boolean;
  /** Calls back after a time on the emulator's clock. */
  after(ms: number, fn: () => void): void;
  /** Calls back after hardware time. */
  afterHardware(ms: number, fn: () => void): void;
}

type Bmcs = ReadonlyMap<string, VirtualBmc>;

function bmcOf(bmcs: Bmcs, name: string): VirtualBmc {
  const bmc = bmcs.get(name);
  if (!bmc) throw new UserError('NOT_FOUND', `no emulated BMC is called "${name}"`);
  return bmc;
}

/** A machine by its BMC and by id or UUID; the BMC's first without one. @throws UserError NOT_FOUND */
export function machineOf(bmcs: Bmcs, name: string, system?: string) {
  const machine = bmcOf(bmcs, name).machine(system);
  if (!machine) throw new UserError('NOT_FOUND', `BMC "${name}" has no system "${system}"`);
  return machine;
}

/** The control plane of a fleet. Names that do not exist are refused with UserError NOT_FOUND. */
export function controlOver(fleet: Fleet): EmulatorControl {
  const { faults } = fleet;
  const one = (name: string): VirtualBmc => bmcOf(fleet.bmcs, name);
  const oneOrAll = (name: string | undefined): VirtualBmc[] =>
    name === undefined ? [...fleet.bmcs.values()] : [one(name)];
  return {
    setPower: (name, to, system) => machineOf(fleet.bmcs, name, system).setPower(to, 'control'),
    fail: (rule) => fail(fleet, rule),
    heal: (id) => heal(fleet, id),
    healBmc: (name, isMeant = () => true) => healOne(fleet, one(name), isMeant),
    advance: (ms) => {
      if (!fleet.advance) throw new UserError('USAGE', 'the clock of this fleet is moved by who started it');
      fleet.advance(ms);
    },
    setReading: (name, sensor, reading) => setReading(one(name), sensor, reading),
    connections: (name) => oneOrAll(name).reduce((sum, bmc) => sum + fleet.connections(bmc), 0),
    probeReport: (name, system) => one(name).probeReport(system),
    replaceNic: (name, port = 0, system) => one(name).replaceNic(port, system),
    faults: () => faults.list(),
    struck: (id) => faults.struck(id),
    setCredentials: (name, username, password) => {
      const accounts = [{ username, password, role: 'Administrator' }];
      for (const bmc of oneOrAll(name)) bmc.sessions.accounts = accounts;
    },
    addAccount: (name, account) => {
      const { sessions } = one(name);
      sessions.accounts = [...sessions.accounts, account];
    },
    passwordOf: (name, username) => one(name).sessions.accounts.find((known) => known.username === username)?.password,
    endSessions: (name) => one(name).sessions.endAll(),
    fillSessions: (name) => one(name).sessions.fill('someone'),
    openSessions: (name, username) =>
      oneOrAll(name)
        .flatMap((bmc) => bmc.sessions.open())
        .filter((session) => username === undefined || session.username === username).length,
    sessionCounts: (name) =>
      oneOrAll(name)
        .map((bmc) => bmc.sessions.counts)
        .reduce(added, noSessions),
    leakedSessions: (name) => oneOrAll(name).flatMap((bmc) => bmc.sessions.leaked(bmc.name)),
    restartBmc: (name, darkMs) => one(name).restart('control', darkMs),
    snapshot: (name) => Object.fromEntries(oneOrAll(name).map((bmc) => [bmc.name, snapshotOf(bmc)])),
    restore: (snapshots) => restore(fleet.bmcs, snapshots),
    patch: (name, path, change) => one(name).patch(path, change),
    resource: (name, path) => one(name).show(path),
  };
}

const noSessions: SessionCounts = { opened: 0, deleted: 0, timedOut: 0, lost: 0 };

const added = (one: SessionCounts, other: SessionCounts): SessionCounts => ({
  opened: one.opened + other.opened,
  deleted: one.deleted + other.deleted,
  timedOut: one.timedOut + other.timedOut,
  lost: one.lost + other.lost,
});

function restore(bmcs: Bmcs, snapshots: Readonly<Record<string, unknown>>): void {
  const known = Object.entries(snapshots).filter(([name]) => bmcs.has(name));
  const misfit = known.find(([name, given]) => !isSnapshot(given) || given.profile !== bmcs.get(name)?.profile.name);
  if (misfit !== undefined) {
    const hint = 'a fleet of the same --servers, --vendors and --seed takes it';
    throw new UserError('USAGE', `what is given for ${misfit[0]} is no snapshot of such a BMC`, { hint });
  }
  for (const [name, given] of known) restoreInto(bmcOf(bmcs, name), given as Snapshot);
}

/** Adds a rule, and does at once what does not wait for a request. @throws UserError USAGE */
function fail(fleet: Fleet, rule: FaultRule): string {
  const { faults } = fleet;
  if (isTlsFault(rule) && !fleet.isSecure) {
    throw new UserError('USAGE', 'these BMCs speak plain HTTP: they have no certificate to spoil');
  }
  const id = faults.add(rule);
  takeEffect(fleet, rule, false);
  const { afterMs = 0, forMs } = rule.when ?? {};
  if (afterMs > 0) fleet.after(afterMs, () => takeEffect(fleet, rule, false));
  if (forMs !== undefined) fleet.after(afterMs + forMs, () => takeEffect(fleet, rule, true));
  if (rule.action.kind === 'bmc' && rule.action.how === 'crashLoop') crash(fleet, id, rule, rule.action.everyMs);
  return id;
}

const isTlsFault = ({ action }: FaultRule): boolean =>
  action.kind === 'connection' && (tlsFlaws as readonly string[]).includes(action.how);

/** Closes and opens ports, ends connections that have seen a better certificate, tells of broken parts. */
function takeEffect(fleet: Fleet, rule: FaultRule, isOver: boolean): void {
  const { action } = rule;
  if (action.kind === 'connection' && action.how === 'refuse') fleet.openAndShut();
  if (action.kind !== 'hardware' && !isTlsFault(rule)) return;
  for (const bmc of fleet.bmcs.values()) {
    if (!isAbout(rule, bmc.name)) continue;
    if (action.kind === 'hardware') bmc.events.publish(hardwareHappening(bmc, action, isOver));
    else fleet.drop(bmc);
  }
}

/** Restarts BMCs again and again until the rule is gone. */
function crash(fleet: Fleet, id: string, rule: FaultRule, everyMs = 60_000): void {
  fleet.afterHardware(everyMs, () => {
    if (!fleet.faults.has(id)) return;
    for (const bmc of fleet.bmcs.values()) {
      if (fleet.faults.strikes('bmc', momentOf(bmc), ['crashLoop']).length > 0) bmc.restart(id, everyMs / 2);
    }
    crash(fleet, id, rule, everyMs);
  });
}

function heal(fleet: Fleet, id: string | undefined): void {
  const healed = fleet.faults.list().filter((entry) => id === undefined || entry.id === id);
  fleet.faults.remove(id);
  for (const { rule } of healed) takeEffect(fleet, rule, true);
}

/** Takes one BMC out of the rules that cover it: those of its own go, those of many spare it. */
function healOne(fleet: Fleet, bmc: VirtualBmc, isMeant: (id: string) => boolean): readonly string[] {
  const meant = fleet.faults.list().filter(({ id, rule }) => isMeant(id) && isAbout(rule, bmc.name));
  for (const { id, rule } of meant) {
    if (rule.match?.bmc === bmc.name) fleet.faults.remove(id);
    else fleet.faults.spare(id, bmc.name);
    takeEffect(fleet, { ...rule, match: { bmc: bmc.name } }, true);
  }
  return meant.map(({ id }) => id);
}
