/** Settings of firmware as attributes: BIOS of a system (Bios, DSP0268) and settings of the BMC itself. */
import type { Secret } from '../lib/secret.js';
import type { SystemUri } from './bmc.js';

export type AttributeValue = string | number | boolean | null;
export type AttributeValues = Readonly<Record<string, AttributeValue>>;

/** One attribute as its registry describes it (AttributeRegistry, DSP0268). */
export interface AttributeRule {
  readonly name: string;
  readonly type: 'Enumeration' | 'String' | 'Integer' | 'Boolean' | 'Password' | (string & {});
  readonly isReadOnly: boolean;
  readonly isHidden: boolean;
  /** Whether a change waits for the next reset. */
  readonly needsReset: boolean;
  /** Allowed values of an Enumeration, with the names people see where those differ. */
  readonly values?: readonly { readonly name: string; readonly display?: string }[];
  readonly lowerBound?: number;
  readonly upperBound?: number;
  readonly increment?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Regular expression for Strings. */
  readonly expression?: string;
  readonly displayName?: string;
  readonly help?: string;
}

export interface AttributeState {
  /** Values in force. */
  readonly current: AttributeValues;
  /** Values that wait and differ from those in force. */
  readonly pending: AttributeValues;
  /** What the firmware said when it last applied pending values; absent if it never did or does not tell. */
  readonly lastApply?: { readonly time?: string; readonly problems: readonly string[] };
}

/** What setting these values would mean. Nothing is sent. */
export interface AttributeCheck {
  /** Values that differ from what is in force or already waits, in the registry's types and spelling. */
  readonly changes: AttributeValues;
  readonly problems: readonly { readonly name: string; readonly why: string }[];
  /** Dependencies between attributes that may keep a value from taking effect. */
  readonly warnings: readonly string[];
  readonly needsReset: boolean;
}

/** What was sent. */
export interface AttributeChange {
  readonly changes: AttributeValues;
  readonly needsReset: boolean;
}

export interface BiosPasswordChange {
  /** `AdminPassword`, `UserPassword`, or a name of the vendor's. */
  readonly name: string;
  readonly from: Secret;
  readonly to: Secret;
}

/** BIOS of one ComputerSystem. Every method throws PermanentError BMC_UNSUPPORTED where the BMC shows none. */
export interface Bios {
  biosAttributes(uri: SystemUri): Promise<AttributeState>;
  /** All attributes of its registry; empty where there is no registry. */
  biosRegistry(uri: SystemUri): Promise<readonly AttributeRule[]>;
  /** Text is read as the registry's type: `"3"` suits an Integer, `"true"` a Boolean. */
  checkBiosAttributes(uri: SystemUri, wanted: AttributeValues): Promise<AttributeCheck>;
  /**
   * Write values to be applied at the next reset. Idempotent: only what differs is sent, nothing if nothing does.
   * @throws PermanentError ATTRIBUTE_INVALID naming every value that will not do; nothing is sent then
   */
  setBiosAttributes(uri: SystemUri, wanted: AttributeValues): Promise<AttributeChange>;
  /** Back to factory settings at the next reset (Bios.ResetBios). */
  resetBios(uri: SystemUri): Promise<void>;
  /**
   * Change a password of the BIOS (Bios.ChangePassword); an empty new one removes it. Sent once.
   * @throws PermanentError BMC_UNSUPPORTED · PermanentError BMC_REFUSED · TransientError OUTCOME_UNKNOWN
   */
  changeBiosPassword(uri: SystemUri, change: BiosPasswordChange): Promise<void>;
}

/**
 * Settings of the BMC. Names are attributes of its registry (Dell, and BMCs that show Manager.Attributes); iLO and XCC
 * have no registry, there a name is `PATCH /redfish/v1/…` or `POST /redfish/v1/…` and its value a JSON object as text.
 * Every method throws PermanentError BMC_UNSUPPORTED where a vendor has neither, unless nothing is asked for.
 */
export interface BmcSettings {
  /** Only the names asked for; unknown ones are left out. `all` where there is a registry, BMC_UNSUPPORTED elsewhere. */
  bmcAttributes(names: readonly string[] | 'all'): Promise<AttributeState>;
  checkBmcAttributes(wanted: AttributeValues): Promise<AttributeCheck>;
  /**
   * Write values that take effect at once, or, where `needsReset`, when the BMC restarts. Only what differs is sent.
   * @throws PermanentError ATTRIBUTE_INVALID · PermanentError BMC_FORBIDDEN for URIs of accounts, sessions, certificates
   */
  setBmcAttributes(wanted: AttributeValues): Promise<AttributeChange>;
}
