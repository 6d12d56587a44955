/**
 * A profile is a vendor's BMC as data: its documents, how it names things, and the switches in which its behaviour
 * differs from the standard. Behaviour reads these switches; it never asks which vendor it is.
 */
import type { AttributeFacts } from './attributes.js';
import type { Hardware } from './hardware.js';
import type { IdentityRules } from './identity.js';
import type { BootOptionFacts } from './tree/system.js';
import type { Template } from './tree/template.js';

export interface ExpandAbility {
  /** `.`: links outside `Links`. */
  readonly noLinks: boolean;
  /** `~`: links inside `Links`. */
  readonly links: boolean;
  /** `*`: both. */
  readonly all: boolean;
  readonly levels: boolean;
  readonly maxLevels: number;
}

export type EtagForm = 'none' | 'strong' | 'weak';
/** What a PATCH's If-Match means: ignored; checked if sent; demanded (428); refused whatever it says; stale once. */
export type IfMatchRule = 'off' | 'optional' | 'required' | 'broken' | 'staleOnce';

export interface SessionRules {
  /** Collection URI, also in the root's `Links.Sessions`. */
  readonly path: string;
  readonly max: number;
  /** Idle seconds until a session ends, and whether SessionService tells. */
  readonly timeoutSeconds: number;
  readonly isTimeoutPublished: boolean;
  readonly full: { readonly status: 503 | 400 | 403; readonly messageId: string; readonly message: string };
  /** A refused password is answered so much later (iLO). */
  readonly refusalMs?: number;
  readonly lockout?: { readonly threshold: number; readonly seconds: number };
}

export interface AccountRules {
  /** Created by POST, or fixed places that are written (iDRAC). */
  readonly model: 'post' | 'slots';
  readonly places: number;
  readonly minPassword: number;
  readonly maxPassword: number;
  /** AccountService does not tell the bounds (iLO). */
  readonly areBoundsHidden?: boolean;
  /** Version of the ManagerAccount schema; 1.10 if not said. */
  readonly schema?: string;
  /** AccountTypes, which the schema asks for, are not shown (iLO). */
  readonly areTypesHidden?: boolean;
  /** `Oem.Hpe` of every account, settable as it is made. */
  readonly hasHpeOem?: boolean;
}

export interface BootRules {
  readonly targets: readonly string[];
  /** Whether the system publishes the allowed targets (iDRAC10 does not). */
  readonly areTargetsPublished: boolean;
  readonly enabledValues: readonly string[];
  readonly areEnabledValuesPublished: boolean;
  /** BootSourceOverrideMode: shown and settable, shown and fixed, or unknown to the firmware (a PATCH with it fails). */
  readonly mode: 'writable' | 'readOnly' | 'absent';
  /** Leaving Mode out of a PATCH turns it to Legacy (Supermicro X11 and later). */
  readonly modeFlipsToLegacy?: boolean;
  /** Properties every override PATCH must name. */
  readonly demands: readonly ('BootSourceOverrideEnabled' | 'BootSourceOverrideTarget' | 'BootSourceOverrideMode')[];
  /** `Enabled` may not be given while the target is None (iLO). */
  readonly targetNoneNeedsNoEnabled?: boolean;
  /** Boot cannot be changed while the machine is in POST (iLO). */
  readonly isFrozenDuringPost?: boolean;
  /** Where the override is written; `settings` and `either` need `settingsPath`. */
  readonly writeOverrideAt: 'system' | 'settings' | 'either';
  readonly writeOrderAt: 'system' | 'settings' | 'nowhere';
  /** Last segment of the settings resource below the system: `Settings`, `Pending`, `SD`. */
  readonly settingsPath?: string;
  /** `Cd` is the drive in the machine; its virtual one is chosen by attributes of the BMC (iDRAC). */
  readonly isCdPhysical?: boolean;
  readonly hasBootOptions: boolean;
  readonly hasBootProgress: boolean;
}

export interface ResetRules {
  readonly types: readonly string[];
  /** Where the allowed values stand. */
  readonly publishedAs: 'inline' | 'actionInfo' | 'nowhere';
  /** Answer to a reset that would change nothing, or that does not fit the state. */
  readonly whenPointless:
    | 'noContent'
    | { readonly status: 409 | 400; readonly messageId: string; readonly message?: string };
  /** `On` while the machine still powers off: refused with 409, or done afterwards. */
  readonly whilePoweringOff: 'conflict' | 'queue';
  /** `On` is refused with 409 ActionParameterValueConflict for so long after power-off (iDRAC10). */
  readonly onLockedAfterOffMs: number;
  /** A forced restart of a machine that is off turns it on; elsewhere it is refused. */
  readonly restartsWhenOff?: boolean;
  /** The body may name the action beside its parameters, as before Redfish 1.0 (iLO; its own client always does). */
  readonly takesActionName?: boolean;
  /** Action POST with If-Match answers 412 for ever (iDRAC10). */
  readonly refusesIfMatch?: boolean;
}

export interface EventRules {
  /** Subscriptions at most. */
  readonly max: number;
  /** Whether a subscription may name a DeliveryRetryPolicy (iLO refuses it). */
  readonly hasRetryPolicy: boolean;
  /** A second subscription of equal destination and context: made, or refused with this message. */
  readonly duplicate: 'allowed' | 'ResourceAlreadyExists' | 'PropertyValueModified';
  /** OriginOfCondition: a link, or its bare text (iDRAC). */
  readonly origin: 'link' | 'text';
  /** Member of the document that holds the events. */
  readonly listKey: 'Events' | 'Alerts';
  /** How time stamps write their offset: `+00:00`, or `+0000` (iDRAC). */
  readonly offset: 'colon' | 'bare';
  /** Properties its events leave out. */
  readonly lacks?: readonly string[];
  /** Server-sent events: where, and how many streams at once. */
  readonly sse?: { readonly path: string; readonly max: number };
}

export interface BiosRules {
  /** Last segment of the Bios resource below the system: `Bios`, `bios`. */
  readonly path: string;
  /** Last segment of its settings object: `Settings`, `Pending`, `SD`. */
  readonly settingsPath: string;
  /** AttributeRegistry. */
  readonly registry: string;
  /** The settings object shows only what waits, or a full copy with it. */
  readonly pending: 'delta' | 'full';
  /** Whether SupportedApplyTimes is said; otherwise the annotation is refused. */
  readonly publishesApplyTimes: boolean;
}

export interface MediaSlotRules {
  readonly id: string;
  readonly types: readonly string[];
  /** By actions, by PATCH (XCC), or for browsers only. */
  readonly way: 'action' | 'patch' | 'none';
}

export interface MediaRules {
  readonly at: 'manager' | 'system';
  readonly slots: readonly MediaSlotRules[];
  /** Parameters InsertMedia does not take, and those it cannot do without. */
  readonly refuses?: readonly string[];
  readonly demands?: readonly string[];
  /** For so long an ejected image still shows (iDRAC). */
  readonly lingersMs?: number;
}

export interface ConsoleRules {
  /** ComputerSystem.SerialConsole.SSH, where the system has it. */
  readonly host?: {
    readonly Port: number;
    readonly SharedWithManagerCLI: boolean;
    readonly ConsoleEntryCommand?: string;
  };
  /** Manager.SerialConsole.ConnectTypesSupported. */
  readonly serial: readonly string[];
}

export interface PartRules {
  /** Where PCIe devices are listed: below the chassis alone (Supermicro), or by the system too. */
  readonly pcieAt: 'system' | 'chassis';
  /** Ports of network adapters under today's name, or the one before it. */
  readonly ports: 'Ports' | 'NetworkPorts';
  /** The chassis can take its power away and give it back. */
  readonly cyclesChassis?: boolean;
}

export interface EraseRules {
  readonly methods: readonly string[];
  readonly needsOff: boolean;
}

export interface UpdateRules {
  /** TransferProtocol of SimpleUpdate; empty: there is no such action. */
  readonly protocols: readonly string[];
  /** MultipartHttpPushUri and HttpPushUri. */
  readonly multipart?: string;
  readonly push?: string;
  /** Known apply times; the first is the default. */
  readonly applyTimes: readonly ('Immediate' | 'OnReset' | 'OnStartUpdateRequest')[];
  /**
   * How 202 names the task: monitor in Location with the Task as body; task in Location without a body (iDRAC); monitor in
   * the body (iLO); Task as body and nothing else (XCC).
   */
  readonly taskForm: 'standard' | 'location' | 'monitorInBody' | 'body';
  readonly items: Readonly<Record<'BIOS' | 'BMC', { readonly id: string; readonly name: string }>>;
  /** What the id of a waiting item ends with. */
  readonly pendingSuffix: string;
  readonly jobIds?: boolean;
  /** The finished task names a job that has the result (XCC). */
  readonly handsOverToJob?: boolean;
  /** Reading the monitor of a finished task deletes it (XCC). */
  readonly monitorForgets?: boolean;
  /** A BMC with new firmware has forgotten its tasks (bmcweb). */
  readonly forgetsTasks?: boolean;
  readonly uploadNeedsTag?: boolean;
}

/** What is refused without a licence, and in which words. */
export interface LicenceRules {
  /** Paths, with what is below them. */
  readonly paths: RegExp;
  readonly status: 400 | 403;
  readonly messageId: string;
  readonly message: string;
}

/** The switches. Defaults in `profiles/defaults.ts` are those of a BMC that follows the standard. */
export interface Quirks {
  /** Redfish `@odata.context` members in every document. */
  readonly hasContext: boolean;
  /** Every link ends with a slash, and the bare root redirects to the one with it (iLO 5). */
  readonly hasTrailingSlashes: boolean;
  /** Whether paths are matched without regard to case (iLO). */
  readonly isCaseInsensitive: boolean;
  readonly expand: ExpandAbility | undefined;
  readonly select: boolean;
  readonly only: boolean;
  readonly filter: boolean;
  readonly topSkip: boolean;
  /** A `$` query the profile lacks: DSP0266 wants 501, old iDRACs say 400, old boards ignore it. */
  readonly unsupportedQuery: 'ignore' | 400 | 501;
  /** `Members` of one page. */
  readonly pageSize: number;
  readonly etag: { readonly form: EtagForm; readonly isInBody: boolean; readonly ifMatch: IfMatchRule };
  readonly sessions: SessionRules;
  readonly accounts: AccountRules;
  readonly boot: BootRules;
  readonly reset: ResetRules;
  /** Values of Manager.Reset; empty: the action takes `{}`. */
  readonly managerResetTypes: readonly string[];
  /** What a successful PATCH and a successful action answer. */
  /** `task`: 202, and a task does it (DSP0266 7.6). */
  readonly patchAnswer: 'noContent' | 'body' | 'message' | 'task';
  readonly actionAnswer: 'noContent' | 'message';
  /** Shape of error bodies: the standard's, or iLO's without Message texts. */
  readonly errors: 'standard' | 'ilo';
  /** Prefix of standard message ids: `Base.1.8`. */
  readonly baseRegistry: string;
  /** Its parts are known only after the first start of the machine (iDRAC9); see the fault `neverStarted`. */
  readonly isBlankBeforePost?: boolean;
  /** Bodies of registries lie in a store of their own (iLO). */
  readonly hasRegistryStore?: boolean;
  /** A time that has not come is written in zeros instead of null (iDRAC). */
  readonly neverIsZero?: boolean;
  /** Identify light: old property, new property, both. */
  readonly events: EventRules;
  /** Absent: the BIOS cannot be seen (X10). */
  readonly bios: BiosRules | undefined;
  /** Absent: firmware is not updated over Redfish (X10, X11). */
  readonly update: UpdateRules | undefined;
  /** Absent: there is no virtual media (X10 has an OEM form of it). */
  readonly media: MediaRules | undefined;
  /** Sensor resources, or Thermal and Power; the latter with numbers as text on old firmware. */
  readonly sensors: 'sensors' | 'thermal' | 'textNumbers';
  readonly log: { readonly at: 'system' | 'manager'; readonly id: string };
  readonly console: ConsoleRules;
  /** Absent: drives cannot be erased over Redfish. */
  readonly erase: EraseRules | undefined;
  /** How the whole machine is erased, and managers and storage go back to the factory; absent: they do not. */
  readonly erasure: 'standard' | 'hpe' | 'dell' | undefined;
  /** Absent: nothing is told of adapters, PCIe devices, TPM and secure boot (X10). */
  readonly parts: PartRules | undefined;
  /** How the BMC's own settings are offered. */
  readonly bmcSettings: 'attributes' | 'dell' | 'perUri' | 'none';
  /** Absent: nothing needs one. */
  readonly licence?: LicenceRules | undefined;
  readonly led: 'IndicatorLED' | 'LocationIndicatorActive' | 'both';
}

/** One ComputerSystem of a profile. */
export interface SystemBlueprint {
  readonly id: string;
  readonly chassisId: string;
  readonly managerId: string;
  readonly hardware: Hardware;
  /** A host. Baseboards (HGX) have neither boot target nor reset action. */
  readonly isBootable: boolean;
  /** Boot entries; those the hardware suggests if not said. */
  readonly bootOptions?: readonly BootOptionFacts[];
  readonly ids: {
    processor(n: number): string;
    dimm(n: number): string;
    /** Path of a drive, below `/redfish/v1/`. */
    drivePath(controllerId: string, driveId: string): string;
  };
}

export interface ManagerBlueprint {
  readonly id: string;
  readonly name: string;
  readonly model: string;
  readonly manufacturer?: string | null;
  readonly firmwareVersion: string;
  readonly hasPowerState: boolean;
}

export interface Profile {
  /** Name of the command line: `dell-idrac9`. */
  readonly name: string;
  /** Vendor of the command line: `dell`. */
  readonly vendor: string;
  readonly identity: IdentityRules;
  readonly quirks: Quirks;
  readonly systems: readonly SystemBlueprint[];
  readonly managers: readonly ManagerBlueprint[];
  /** The documents all BMCs of the profile share; built at first use. */
  readonly template: Template;
  /** Attributes of a resource that has none of the emulator's own; see behaviours/settings. */
  readonly attributesOf?: (path: string) => readonly AttributeFacts[];
  /** Documents are shown as they are and cannot be written; only sessions live. */
  readonly isReadOnly?: boolean;
}
