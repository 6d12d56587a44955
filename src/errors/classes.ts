/**
 * The four kinds of failure. The place that understands a failure throws its class; what follows from it (retry,
 * condition, event, exit code) is decided elsewhere: `reconcile/runtime/settle.ts` for objects, `cli.ts` for people.
 * Anything that is not a MetalError is a bug.
 */
import type { ErrorCode } from './catalogue.js';

export interface ErrorDetails {
  /** What would lift the failure: a command or an action, one per line of the `fix` block. */
  readonly hint?: string | readonly string[];
  /** The cause in the user's words, with the server's own message quoted last: the `why` block. */
  readonly why?: string;
  /** Names and numbers for logs and JSON. Never secrets. */
  readonly context?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** Base of every classified failure. `message` says what could not be done, as a lower-case phrase. */
export abstract class MetalError extends Error {
  abstract readonly class: 'user' | 'transient' | 'permanent' | 'conflict';
  readonly code: ErrorCode;
  readonly hints: readonly string[];
  readonly why: string | undefined;
  readonly context: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.hints = details.hint === undefined ? [] : typeof details.hint === 'string' ? [details.hint] : details.hint;
    this.why = details.why;
    this.context = details.context ?? {};
  }
}

/** The input is wrong: a flag, a manifest, a name, a kubeconfig. */
export class UserError extends MetalError {
  readonly class = 'user';
}

/** Not now: refused connections, 503, a rebooting BMC. Retried with back-off. */
export class TransientError extends MetalError {
  readonly class = 'transient';
  /** How long the other side asked us to wait, if it did. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails & { retryAfterMs?: number } = {}) {
    super(code, message, details);
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** Not until something changes: a refused password, an unsupported operation. Waits for a change. */
export class PermanentError extends MetalError {
  readonly class = 'permanent';
}

/** Somebody else wrote first: 409, 412. Read again and decide again. */
export class ConflictError extends MetalError {
  readonly class = 'conflict';
}

export const isMetalError = (error: unknown): error is MetalError => error instanceof MetalError;
