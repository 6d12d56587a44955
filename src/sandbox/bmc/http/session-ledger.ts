/**
 * What became of the sessions of one BMC. A session its client does not delete keeps a place in a small table until it times
 * out: leaks are how clients lock themselves and others out, so they are counted as they happen.
 */

/** Exact, however long ago. `lost` were ended by the BMC itself: it restarted, or a fault had it. */
export interface SessionCounts {
  readonly opened: number;
  readonly deleted: number;
  readonly timedOut: number;
  readonly lost: number;
}

/** A session nobody deleted: still open, or timed out. */
export interface LeakedSession {
  readonly bmc: string;
  readonly id: string;
  readonly username: string;
  readonly openedAt: Date;
  readonly isOpen: boolean;
}

/** A session as far as the ledger is concerned. */
interface Opened {
  readonly id: string;
  readonly username: string;
  readonly createdAt: Date;
}

/** Timed-out sessions remembered one by one; counts know of all. */
const mostKept = 50;

export class SessionLedger {
  readonly counts = { opened: 0, deleted: 0, timedOut: 0, lost: 0 };
  #timedOut: Opened[] = [];

  note(what: keyof SessionCounts, { id, username, createdAt }: Opened): void {
    this.counts[what]++;
    if (what === 'timedOut') this.#timedOut = [...this.#timedOut, { id, username, createdAt }].slice(-mostKept);
  }

  /** Those that timed out, and of those given as open. */
  leaked(bmc: string, open: readonly Opened[]): readonly LeakedSession[] {
    const left = (isOpen: boolean) => (each: Opened) => ({
      bmc,
      id: each.id,
      username: each.username,
      openedAt: each.createdAt,
      isOpen,
    });
    return [...this.#timedOut.map(left(false)), ...open.map(left(true))];
  }
}
