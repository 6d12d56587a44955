/** What an operator of the emulation can do to its hardware: power, faults, accounts, sessions, resources. */
import { UserError } from '../../errors/classes.js';
import type { FaultBook } from './faults/book.js';
import type { FaultRule } from './faults/rules.js';
import type { Account } from './http/sessions.js';
import type { JsonObject } from './json.js';
import type { VirtualBmc } from './virtual-bmc.js';

/** The control plane: what an operator of the emulation can do to the hardware. */
export interface EmulatorControl {
  /** Puts a machine into a state at once, without the delays of a reset. */
  setPower(bmc: string, to: 'On' | 'Off', system?: string): void;
  /** Adds a fault rule and returns its id. */
  fail(rule: FaultRule): string;
  /** Removes one fault rule, or all. */
  heal(id?: string): void;
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
  /** Restarts a BMC: sessions lost, connections refused for a while, hosts untouched. */
  restartBmc(bmc: string, darkMs?: number): void;
  /** Lays a change over a resource. */
  patch(bmc: string, path: string, change: JsonObject): void;
  /** A resource as a client would read it. */
  resource(bmc: string, path: string): JsonObject | undefined;
}

/** What the control plane needs of a fleet. */
interface Fleet {
  readonly bmcs: Bmcs;
  readonly faults: FaultBook;
  /** Closes the ports of BMCs that refuse connections and opens the others. */
  openAndShut(): void;
  /** Calls back after a time on the emulator's clock. */
  after(ms: number, fn: () => void): void;
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
    heal: (id) => {
      faults.remove(id);
      fleet.openAndShut();
    },
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
    restartBmc: (name, darkMs) => one(name).restart('control', darkMs),
    patch: (name, path, change) => one(name).patch(path, change),
    resource: (name, path) => one(name).show(path),
  };
}

/** Adds a rule; one that refuses connections also moves the ports when it begins and ends. */
function fail({ faults, after, openAndShut }: Fleet, rule: FaultRule): string {
  const id = faults.add(rule);
  if (rule.action.kind !== 'connection' || rule.action.how !== 'refuse') return id;
  const { afterMs = 0, forMs } = rule.when ?? {};
  after(afterMs, () => openAndShut());
  if (forMs !== undefined) after(afterMs + forMs, () => openAndShut());
  if (afterMs === 0) openAndShut();
  return id;
}
