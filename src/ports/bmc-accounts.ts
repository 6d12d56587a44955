/** Accounts of a BMC (AccountService, ManagerAccount, DSP0268), whether they are created or live in fixed slots. */
import type { Secret } from '../lib/secret.js';

export interface AccountInfo {
  /** ManagerAccount.Id: names the account in the other methods. */
  readonly id: string;
  readonly userName: string;
  /** `Administrator`, `Operator`, `ReadOnly`, or a role of the vendor's. */
  readonly roleId?: string;
  readonly isEnabled?: boolean;
  readonly isLocked?: boolean;
  /** RFC 3339. */
  readonly passwordExpiration?: string;
}

/** Bounds in characters; absent where neither BMC nor vendor tells one. */
export interface PasswordRules {
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Characters beside letters and digits that passwords of this vendor's BMCs may have. */
  readonly specials?: string;
}

export interface NewAccount {
  readonly userName: string;
  readonly password: Secret;
  readonly roleId: string;
}

/** Accounts of one BMC. Passwords go out and never come back. */
export interface Accounts {
  /** Those with a name; empty slots are left out. `maxAgeMs` accepts a remembered answer that young (default 0: ask). */
  accounts(maxAgeMs?: number): Promise<readonly AccountInfo[]>;
  passwordRules(): Promise<PasswordRules>;
  /**
   * Create an enabled account: by POST, or in the first free slot. After a lost answer the list is read; an account of
   * that name that was not there before is taken for the one created.
   * @throws ConflictError BMC_CONFLICT when the name is taken · PermanentError BMC_REFUSED (password rules, no free slot)
   */
  createAccount(account: NewAccount): Promise<AccountInfo>;
  /**
   * Idempotent, except that BMCs with a password history refuse the present one.
   * @throws PermanentError BMC_NOT_FOUND · TransientError OUTCOME_UNKNOWN: either password may be in force
   */
  setAccountPassword(id: string, password: Secret): Promise<void>;
  /**
   * Change the password of the account this access logs in with, also while the BMC lets it do nothing else
   * (BMC_PASSWORD_CHANGE_REQUIRED). The access keeps its old password: open the BMC anew with the new one.
   * @throws PermanentError BMC_AUTH_FAILED · PermanentError BMC_REFUSED · TransientError OUTCOME_UNKNOWN
   */
  changeOwnPassword(password: Secret): Promise<void>;
  /**
   * Whether the BMC lets this name and password in. One login, whose session is ended at once; the session of this access
   * is left alone. Asking again after a refusal may lock the account: the caller remembers it.
   */
  admits(userName: string, password: Secret): Promise<boolean>;
  /** Idempotent. @throws PermanentError BMC_NOT_FOUND · PermanentError BMC_REFUSED for roles the BMC does not know */
  setAccountRole(id: string, roleId: string): Promise<void>;
  /** Idempotent: an account that is not there is fine. In slots the name is cleared. */
  deleteAccount(id: string): Promise<void>;
}
