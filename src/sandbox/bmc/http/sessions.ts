/** Accounts and sessions of one BMC: password checks, tokens, idle time, limits, lockout. */

import type { SessionRules } from '../profile.js';
import { hashHex } from '../random.js';
import { type LeakedSession, type SessionCounts, SessionLedger } from './session-ledger.js';

export interface Account {
  readonly username: string;
  readonly password: string;
  /** The person's name, where the vendor has one (iLO). */
  readonly loginName?: string;
  readonly role: string;
  readonly mustChangePassword?: boolean;
  readonly isDisabled?: boolean;
  /** Place on BMCs with fixed slots; 2 if not said. */
  readonly slot?: number;
}

export interface Session {
  readonly id: string;
  readonly token: string;
  readonly username: string;
  readonly role: string;
  readonly createdAt: Date;
  lastUsedMs: number;
  usesLeft: number;
  /** The control plane put it there: no client knows of it. */
  readonly isFiller: boolean;
}

export type LoginFailure = 'wrong' | 'locked' | 'full';

interface Door {
  failures: number;
  lockedUntilMs: number;
}

export class SessionTable {
  readonly #rules: SessionRules;
  readonly #clock: { now(): Date; monotonicMs(): number };
  readonly #salt: number;
  readonly #sessions = new Map<string, Session>();
  readonly #doors = new Map<string, Door>();
  #accounts: readonly Account[];
  #count = 0;
  #ledger: SessionLedger | undefined;

  constructor(options: {
    rules: SessionRules;
    clock: { now(): Date; monotonicMs(): number };
    salt: number;
    accounts: readonly Account[];
  }) {
    this.#rules = options.rules;
    this.#clock = options.clock;
    this.#salt = options.salt;
    this.#accounts = options.accounts;
  }

  get accounts(): readonly Account[] {
    return this.#accounts;
  }

  set accounts(accounts: readonly Account[]) {
    this.#accounts = accounts;
  }

  /** Sessions that have not timed out, oldest first. */
  open(): readonly Session[] {
    this.#expire();
    return [...this.#sessions.values()];
  }

  /** What became of the sessions clients opened. */
  get counts(): SessionCounts {
    this.#expire();
    return { opened: 0, deleted: 0, timedOut: 0, lost: 0, ...this.#ledger?.counts };
  }

  /** Sessions that no client deleted: timed out, or open now. */
  leaked(bmc: string): readonly LeakedSession[] {
    const open = this.open().filter(({ isFiller }) => !isFiller);
    return this.#ledger?.leaked(bmc, open) ?? [];
  }

  /** Checks a password. Enough wrong ones in a row lock the account for a while, right ones included. */
  check(username: string, password: string): Account | LoginFailure {
    const door = this.#doors.get(username);
    if (door && door.lockedUntilMs > this.#clock.monotonicMs()) return 'locked';
    const account = this.#accounts.find(
      (known) => !known.isDisabled && known.username === username && known.password === password,
    );
    if (account) {
      this.#doors.delete(username);
      return account;
    }
    this.#noteFailure(username, door);
    return 'wrong';
  }

  /** Whether too many wrong passwords keep this account out at the moment. */
  isLocked(username: string): boolean {
    return (this.#doors.get(username)?.lockedUntilMs ?? 0) > this.#clock.monotonicMs();
  }

  unlock(username: string): void {
    this.#doors.delete(username);
  }

  login(username: string, password: string): Session | LoginFailure {
    const account = this.check(username, password);
    if (typeof account === 'string') return account;
    this.#expire();
    if (this.#sessions.size >= this.#rules.max) return 'full';
    return this.#add(account.username, account.role);
  }

  /** The session of a token, whose idle time starts again; undefined if unknown or timed out. */
  use(token: string): Session | undefined {
    this.#expire();
    const session = [...this.#sessions.values()].find((open) => open.token === token);
    if (!session) return undefined;
    if (session.usesLeft-- <= 0) {
      this.#end(session, 'lost');
      return undefined;
    }
    session.lastUsedMs = this.#clock.monotonicMs();
    return session;
  }

  get(id: string): Session | undefined {
    this.#expire();
    return this.#sessions.get(id);
  }

  /** Its client logs out. */
  end(id: string): void {
    const session = this.#sessions.get(id);
    if (session) this.#end(session, 'deleted');
  }

  endToken(token: string): void {
    for (const session of this.#sessions.values()) if (session.token === token) this.#end(session, 'lost');
  }

  /** The token is good for at most so many more requests. */
  limitUses(token: string, uses: number): void {
    for (const session of this.#sessions.values()) {
      if (session.token === token) session.usesLeft = Math.min(session.usesLeft, uses);
    }
  }

  endAll(): void {
    for (const session of this.#sessions.values()) this.#end(session, 'lost');
  }

  /** Takes every free place under another user's name, as a leaking client would. */
  fill(username: string): void {
    this.#expire();
    while (this.#sessions.size < this.#rules.max) this.#add(username, 'ReadOnly', true);
  }

  #add(username: string, role: string, isFiller = false): Session {
    const id = String(++this.#count);
    const session: Session = {
      id,
      token: hashHex(`token/${id}`, this.#salt, 32),
      username,
      role,
      createdAt: this.#clock.now(),
      lastUsedMs: this.#clock.monotonicMs(),
      usesLeft: Number.POSITIVE_INFINITY,
      isFiller,
    };
    this.#sessions.set(id, session);
    this.#note('opened', session);
    return session;
  }

  #end(session: Session, how: 'deleted' | 'timedOut' | 'lost'): void {
    this.#sessions.delete(session.id);
    this.#note(how, session);
  }

  #note(what: keyof SessionCounts, session: Session): void {
    if (session.isFiller) return;
    this.#ledger ??= new SessionLedger();
    this.#ledger.note(what, session);
  }

  #expire(): void {
    const oldest = this.#clock.monotonicMs() - this.#rules.timeoutSeconds * 1000;
    for (const session of this.#sessions.values()) {
      if (session.lastUsedMs < oldest) this.#end(session, 'timedOut');
    }
  }

  #noteFailure(username: string, door: Door = { failures: 0, lockedUntilMs: 0 }): void {
    const { lockout } = this.#rules;
    door.failures++;
    if (lockout && door.failures >= lockout.threshold) {
      door.failures = 0;
      door.lockedUntilMs = this.#clock.monotonicMs() + lockout.seconds * 1000;
    }
    this.#doors.set(username, door);
  }
}
