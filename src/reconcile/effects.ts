/**
 * Every change a reconciler can ask for, as one closed union of values. Reconcilers return them; only
 * `runtime/perform.ts` carries them out. A new kind of change starts here.
 */
import type { Key, KindDef, KubeObject } from '../api/kind.js';
import type { Secret } from '../lib/secret.js';
import type {
  BmcAccess,
  BootTarget,
  IndicatorState,
  ManagerResetType,
  NewSubscription,
  ResetType,
  SystemUri,
} from '../ports/bmc.js';
import type { EventNote } from '../ports/events.js';

export type Effect =
  | PatchSelf
  | Patch
  | Create
  | Apply
  | ApplyForeign
  | Delete
  | SetPower
  | Reset
  | BootOnce
  | SetIndicator
  | SetBootOrder
  | ResetManager
  | ResetOverSsh
  | SetPassword
  | SetRole
  | DeleteAccount
  | Subscribe
  | Unsubscribe
  | ExpectProbe
  | ForgetProbe
  | Announce;

/** Writes down what was seen, and leads nowhere: done in a read-only run too. */
export interface Recording {
  readonly isRecord?: true;
}

/** Merge-patches metadata or spec of the visited object, as a compare-and-swap on the version it was decided on. */
export interface PatchSelf extends Recording {
  readonly do: 'patchSelf';
  readonly patch: Record<string, unknown>;
}

/** Merge-patches metadata or spec of another object; `resourceVersion` makes it a compare-and-swap. */
export interface Patch extends Recording {
  readonly do: 'patch';
  readonly kind: KindDef;
  readonly key: Key;
  readonly patch: Record<string, unknown>;
  readonly resourceVersion?: string;
}

/** Creates an object under a deterministic name. That it exists already is a conflict: read and decide again. */
export interface Create extends Recording {
  readonly do: 'create';
  readonly kind: KindDef;
  readonly object: KubeObject;
}

/** Server-side apply, forced: the object must be complete every time, or fields are dropped. */
export interface Apply extends Recording {
  readonly do: 'apply';
  readonly kind: KindDef;
  readonly object: KubeObject;
}

/**
 * Server-side apply, forced, of a kind that is not ours: neither watched nor cached, and perhaps not served or not
 * permitted. A refusal becomes `condition` of the visited object, and holds nothing else up.
 */
export interface ApplyForeign {
  readonly do: 'applyForeign';
  readonly kind: KindDef;
  readonly object: KubeObject;
  /** Name under which the API records whose fields these are. */
  readonly fieldManager: string;
  /** Type of the condition that tells a refusal. */
  readonly condition: string;
}

/** Deletes exactly this object; absence is success. */
export interface Delete {
  readonly do: 'delete';
  readonly kind: KindDef;
  readonly key: Key;
  readonly uid: string;
}

/**
 * ComputerSystem.Reset by intent (DSP0268). Not repeatable blindly: `intent` is written to the visited object before
 * anything is sent, and read first by the next visit.
 */
export interface SetPower extends Guarded {
  readonly do: 'setPower';
  readonly to: 'On' | 'Off';
  readonly how: 'graceful' | 'force';
}

/** What is asked of a machine under an intent: written to the visited object first, and read first by the next visit. */
export interface Guarded {
  readonly access: BmcAccess;
  readonly system: SystemUri;
  /** Merge patch of the visited object that records the intent. */
  readonly intent: Record<string, unknown>;
  /** Merge patch that takes the intent back when the request certainly was not sent. */
  readonly withdraw: Record<string, unknown>;
  /** Instead of `withdraw` when the machine refused for good: the request is not made again. */
  readonly refuse?: Record<string, unknown>;
}

/**
 * One ComputerSystem.Reset of exactly this type (DSP0268). Sent once at most: who finds the intent afterwards looks for
 * evidence and never repeats it.
 */
export interface Reset extends Guarded {
  readonly do: 'reset';
  readonly type: ResetType;
}

/**
 * Identify light. The intent is the memory of what was asked for, so that a BMC that does not show it is not asked again
 * and again; a machine without a light is told by an event and holds nothing else up.
 */
export interface SetIndicator extends Guarded {
  readonly do: 'setIndicator';
  readonly to: IndicatorState;
}

/** Persistent boot order, only `Boot.BootOrder`. Memory and refusal as with the light. */
export interface SetBootOrder extends Guarded {
  readonly do: 'setBootOrder';
  readonly order: readonly string[];
}

/** One Manager.Reset. Sent once at most: who finds the intent afterwards waits for the BMC to come back. */
export interface ResetManager extends Omit<Guarded, 'system'> {
  readonly do: 'resetManager';
  readonly type: ManagerResetType;
  /** Written when the BMC answers with a fault of its own (5xx): the request may have been carried out … */
  readonly faulty?: Record<string, unknown>;
  /** … or certainly was not. */
  readonly faultyUnsent?: Record<string, unknown>;
}

/** One command in the shell of a BMC that restarts it. Sent once at most, as above. */
export interface ResetOverSsh extends Omit<Guarded, 'system'> {
  readonly do: 'resetOverSsh';
  readonly command: string;
  /** Type of the condition that tells a failure. */
  readonly condition: string;
}

/**
 * Password of an account on the BMC, which is created where it does not exist. Harmless twice, but until it is proven
 * only the intent tells which of two Secrets the account has: it names the new one before anything is sent.
 */
export interface SetPassword extends Omit<Guarded, 'system'> {
  readonly do: 'setPassword';
  /** ManagerAccount.Id; absent: the account is created. */
  readonly account?: string;
  readonly userName: string;
  readonly roleId: string;
  readonly password: Secret;
}

/** Role of an account. Memory and refusal as with the light. */
export interface SetRole extends Omit<Guarded, 'system'> {
  readonly do: 'setRole';
  readonly account: string;
  readonly roleId: string;
}

/** Takes an account off the BMC. Harmless twice. */
export interface DeleteAccount {
  readonly do: 'deleteAccount';
  readonly access: BmcAccess;
  readonly account: string;
}

/** A subscription to what a BMC has to tell. Harmless twice; memory and refusal as with the light. */
export interface Subscribe extends Omit<Guarded, 'system'> {
  readonly do: 'subscribe';
  readonly subscription: NewSubscription;
}

/** Ends a subscription. Harmless twice. */
export interface Unsubscribe {
  readonly do: 'unsubscribe';
  readonly access: BmcAccess;
  readonly uri: string;
}

/** One-time boot override, read back. Harmless twice. */
export interface BootOnce {
  readonly do: 'bootOnce';
  readonly access: BmcAccess;
  readonly system: SystemUri;
  readonly target: BootTarget;
}

/** Opens the registry for one discovery. In process only; harmless twice. */
export interface ExpectProbe extends Recording {
  readonly do: 'expectProbe';
  readonly systemUUID: string;
  readonly tokenHash: string;
  readonly expiresAt: Date;
}

/** Closes the registry for a machine. In process only; harmless twice. */
export interface ForgetProbe {
  readonly do: 'forgetProbe';
  readonly systemUUID: string;
}

/** A Kubernetes event about the visited object. */
export interface Announce {
  readonly do: 'announce';
  readonly event: EventNote;
}

export const patchSelf = (patch: Record<string, unknown>): PatchSelf => ({ do: 'patchSelf', patch });
/** The same effect as a record of what was seen. */
export const record = <E extends PatchSelf | Patch | Create | Apply | ExpectProbe>(effect: E): E => ({
  ...effect,
  isRecord: true,
});
export const apply = (kind: KindDef, object: KubeObject): Apply => ({ do: 'apply', kind, object });
export const create = (kind: KindDef, object: KubeObject): Create => ({ do: 'create', kind, object });
export const bootOnce = (access: BmcAccess, system: SystemUri, target: BootTarget): BootOnce => ({
  do: 'bootOnce',
  access,
  system,
  target,
});
export const forgetProbe = (systemUUID: string): ForgetProbe => ({ do: 'forgetProbe', systemUUID });
export const warn = (reason: string, action: string, note: string): Announce => ({
  do: 'announce',
  event: { type: 'Warning', reason, action, note },
});
