/** Fault rules as data: what to match, when to strike, what to do. See docs of `metalctl sandbox fail`. */
import type { ProbeFault } from '../machine/probe.js';

export type Latency =
  | number
  | { readonly uniform: readonly [fromMs: number, toMs: number] }
  | { readonly lognormal: { readonly medianMs: number; readonly sigma: number } };

export type FaultAction =
  /** The answer comes late. `perByteMs`: its body drips. Real milliseconds of the emulator's clock, not scaled. */
  | { readonly kind: 'latency'; readonly ms: Latency; readonly perByteMs?: number }
  /** Another answer. `retryAfter`: seconds, or a date as text. `body: false` sends none. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly retryAfter?: number | string;
      readonly messageId?: string;
      readonly message?: string;
      readonly body?: false;
    }
  /**
   * `refuse` closes the port, `hang` accepts and says nothing (before TLS), `reset` ends the connection before the
   * headers, `resetAfter` after `bytes` of the body, `halfClose` sends FIN after the headers and nothing more,
   * `closeIdle` ends keep-alive at once. `reset` and later strike requests; the first two strike connections.
   */
  | {
      readonly kind: 'connection';
      readonly how: 'refuse' | 'hang' | 'noAnswer' | 'reset' | 'resetAfter' | 'halfClose' | 'closeIdle';
      readonly bytes?: number;
    }
  | { readonly kind: 'body'; readonly how: BodyFault; readonly megabytes?: number }
  | {
      readonly kind: 'session';
      readonly how: 'expire' | 'expireAfter' | 'tableFull' | 'tokenIgnored' | 'wrongLocation';
      readonly requests?: number;
    }
  | { readonly kind: 'etag'; readonly how: 'mismatch' | 'volatile' | 'missing' | 'swap' | 'gzip' }
  | { readonly kind: 'expand'; readonly how: 'ignored' | '400' | '501' | 'partial' | 'embeddedErrors' | 'noAnswer' }
  | { readonly kind: 'paging'; readonly how: 'loop' | 'missingNext' | 'deadMembers' }
  /** `stale`: reads answer what they answered before. */
  | {
      readonly kind: 'state';
      readonly how:
        | 'powerLost'
        | 'powerFlap'
        | 'overrideDropped'
        | 'gracefulIgnored'
        | 'settingsIgnored'
        | 'eraseInterrupted'
        | 'stale';
    }
  /** Updates: the image fails its check, the task hangs at 40 % or is forgotten, the version stays what it was. */
  | { readonly kind: 'update'; readonly how: UpdateFault }
  | { readonly kind: 'probe'; readonly how: ProbeFault }
  /** A token bucket: requests above the rate get `status` (503 if not said) with Retry-After 1. */
  | { readonly kind: 'capacity'; readonly perSecond: number; readonly burst: number; readonly status?: number };

export type UpdateFault = 'verifyFailed' | 'stuck' | 'lost' | 'unchanged';

export type BodyFault =
  | 'malformed'
  | 'truncated'
  | 'empty'
  | 'html'
  | 'contentType'
  | 'bom'
  | 'gzip'
  | 'duplicateKeys'
  | 'huge'
  | 'nan'
  | 'stringNumbers'
  | 'nullMembers'
  | 'missingRequired'
  | 'unknownEnums';

export interface FaultRule {
  /** Names the rule for `heal` and the log; one is made if absent. */
  readonly id?: string;
  readonly match?: {
    /** BMC names; `*` stands for any text. Absent: all. */
    readonly bmc?: string | readonly string[];
    readonly method?: string;
    /** Path without query; `*` stands for any text. */
    readonly path?: string;
    /** What the query must contain: `$expand`. */
    readonly query?: string;
    readonly auth?: 'none' | 'basic' | 'token';
    /** PowerState of the first system. */
    readonly powerState?: string;
  };
  readonly when?: {
    /** Chance per matching request, 0 to 1. */
    readonly probability?: number;
    /** Only the n-th match, from 1. */
    readonly nth?: number;
    /** Only the first k matches. */
    readonly first?: number;
    /** From so many milliseconds after the rule was added … */
    readonly afterMs?: number;
    /** … for so long. */
    readonly forMs?: number;
  };
  readonly action: FaultAction;
}

export type FaultKind = FaultAction['kind'];

/** What a rule is asked about: a request, or (without method and path) a BMC at this moment. */
export interface FaultMoment {
  readonly bmc: string;
  readonly powerState: string;
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly auth?: 'none' | 'basic' | 'token';
}

const globs = new Map<string, RegExp>();

/** Whether text matches a pattern in which `*` stands for any text. */
function matchesGlob(pattern: string, text: string): boolean {
  let compiled = globs.get(pattern);
  if (!compiled) {
    const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    compiled = new RegExp(`^${source.join('.*')}$`, 'i');
    globs.set(pattern, compiled);
  }
  return compiled.test(text);
}

/** Whether a rule's `match` covers a moment. */
export function covers({ match = {} }: FaultRule, moment: FaultMoment): boolean {
  const { bmc, method, path, query, auth, powerState } = match;
  const names = bmc === undefined ? ['*'] : typeof bmc === 'string' ? [bmc] : bmc;
  return (
    names.some((name) => matchesGlob(name, moment.bmc)) &&
    (method === undefined || method === moment.method) &&
    (path === undefined || (moment.path !== undefined && matchesGlob(path, moment.path))) &&
    (query === undefined || (moment.query ?? '').includes(query)) &&
    (auth === undefined || auth === moment.auth) &&
    (powerState === undefined || powerState === moment.powerState)
  );
}

/** Key under which a rule remembers something about a BMC. */
export const momentKey = (id: string, bmc: string, what = ''): string => `${id} ${bmc} ${what}`;
