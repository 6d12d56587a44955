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
   * `closeIdle` ends keep-alive at once. `reset` and later strike requests; the others strike connections. The `tls`
   * ones show a certificate that is over, that nobody signed, that names somebody else, or a good one with a new key.
   */
  | {
      readonly kind: 'connection';
      readonly how: 'refuse' | 'hang' | TlsFlaw | 'noAnswer' | 'reset' | 'resetAfter' | 'halfClose' | 'closeIdle';
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
  | { readonly kind: 'paging'; readonly how: 'loop' | 'missingNext' | 'deadMembers' | 'strayMembers' }
  /** `stale`: reads answer what they answered before. `unlicensed`: what the profile gives for a licence alone is refused.
   * `neverStarted`: an iDRAC9 tells nothing of a machine that was never on. `patchAsTask`: a PATCH is taken (202), and a
   * task does it. */
  | {
      readonly kind: 'state';
      readonly how:
        | 'powerLost'
        | 'powerFlap'
        | 'overrideDropped'
        | 'gracefulIgnored'
        | 'settingsIgnored'
        | 'eraseInterrupted'
        | 'patchAsTask'
        | 'unlicensed'
        | 'neverStarted'
        | 'stale';
    }
  /** Updates: the image fails its check, the task hangs at 40 % or is forgotten, the version stays what it was. */
  | { readonly kind: 'update'; readonly how: UpdateFault }
  | { readonly kind: 'probe'; readonly how: ProbeFault }
  /** Tasks make no progress, are forgotten, name a state nobody knows, or fall back again and again. */
  | { readonly kind: 'task'; readonly how: 'stuck' | 'lost' | 'wrongState' | 'jumpBack' }
  /** A part fails or is taken out while the machine runs; `part` names it by its Id, `*` stands for any text. */
  | { readonly kind: 'hardware'; readonly how: HardwareFault; readonly part?: string }
  /**
   * The BMC itself: it restarts every so often (`everyMs` of hardware time, 60,000 if not said), its clock goes wrong by
   * `seconds`, or it has memory for so few connections (2 if not said).
   */
  | {
      readonly kind: 'bmc';
      readonly how: 'crashLoop' | 'clockSkew' | 'fewConnections';
      readonly everyMs?: number;
      readonly seconds?: number;
      readonly connections?: number;
    }
  /** A token bucket: requests above the rate get `status` (503 if not said) with Retry-After 1. */
  | { readonly kind: 'capacity'; readonly perSecond: number; readonly burst: number; readonly status?: number }
  /** One request after the other, each taking so long, as on a BMC with one thread. */
  | { readonly kind: 'serial'; readonly serviceMs: number };

export const tlsFlaws = ['tlsExpired', 'tlsSelfSigned', 'tlsOtherName', 'tlsNewKey'] as const;
export type TlsFlaw = (typeof tlsFlaws)[number];

export type HardwareFault = 'driveFailed' | 'drivePulled' | 'dimmFailed' | 'psuLost';

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
    /** Names of BMCs that are spared all the same. */
    readonly except?: readonly string[];
    /** Who asks, by the name given with Basic or at the login of the token. */
    readonly user?: string;
    /** Values of request headers, in lower-case names; `*` stands for any text. */
    readonly headers?: Readonly<Record<string, string>>;
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
  readonly user?: string | undefined;
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

const globs = new Map<string, RegExp>();

/** Whether text matches a pattern in which `*` stands for any text. */
export function matchesGlob(pattern: string, text: string): boolean {
  let compiled = globs.get(pattern);
  if (!compiled) {
    const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    compiled = new RegExp(`^${source.join('.*')}$`, 'i');
    globs.set(pattern, compiled);
  }
  return compiled.test(text);
}

/** Whether a rule is about a BMC at all, whatever is asked of it. */
export const isAbout = ({ match = {} }: FaultRule, bmc: string): boolean =>
  covers({ match: { bmc: match.bmc ?? '*', except: match.except ?? [] } }, { bmc, powerState: '' });

/** Whether a rule's `match` covers a moment. */
export function covers({ match = {} }: Pick<FaultRule, 'match'>, moment: FaultMoment): boolean {
  const { bmc, except, method, path, query, auth, powerState, user, headers } = match;
  const names = bmc === undefined ? ['*'] : typeof bmc === 'string' ? [bmc] : bmc;
  return (
    names.some((name) => matchesGlob(name, moment.bmc)) &&
    !except?.includes(moment.bmc) &&
    (user === undefined || user === moment.user) &&
    Object.entries(headers ?? {}).every(([name, value]) => matchesGlob(value, String(moment.headers?.[name] ?? ''))) &&
    (method === undefined || method === moment.method) &&
    (path === undefined || (moment.path !== undefined && matchesGlob(path, moment.path))) &&
    (query === undefined || (moment.query ?? '').includes(query)) &&
    (auth === undefined || auth === moment.auth) &&
    (powerState === undefined || powerState === moment.powerState)
  );
}

/** Key under which a rule remembers something about a BMC. */
export const momentKey = (id: string, bmc: string, what = ''): string => `${id} ${bmc} ${what}`;
