/**
 * What a vendor is to this client: a record of differences from the standard, data before code. The evidence for each
 * lies in the `quirks.md` beside the record.
 */
import type { BootTarget, FirmwareComponent, FirmwareItem } from '../../ports/bmc.js';
import type { ServiceRoot } from '../schema/service-root.js';
import type { JsonObject } from '../transport/json.js';

/** What a vendor is recognised by before anything but the service root was read. */
export interface Clues {
  readonly root: ServiceRoot;
  /** Keys of `Oem` of the root. */
  readonly oem: readonly string[];
}

type AttributeTexts = Readonly<Record<string, string>>;

export interface BootQuirks {
  /** Where overrides are written first: the system, its settings object, or the latter if the system lists no targets. */
  readonly writeTo: 'system' | 'settings' | 'settingsIfBare';
  /** Where the boot order is written first, if elsewhere than overrides. */
  readonly orderTo?: BootQuirks['writeTo'];
  /**
   * Whether BootSourceOverrideMode is sent: `whenLegacy` if the system reports a mode other than UEFI, `whenReported`
   * always when it reports one (Supermicro falls back to Legacy otherwise), `never`.
   */
  readonly mode: 'whenLegacy' | 'whenReported' | 'never';
  /** Target beside `Disabled` when an override is cleared; `None` if not said (iLO refuses that). */
  readonly clearTarget?: 'Pxe';
  /** Settings of the BMC that boot its virtual CD once, where the target `Cd` is the drive in the machine (iDRAC); and without it. */
  readonly virtualCdOnce?: { readonly armed: AttributeTexts; readonly disarmed: AttributeTexts };
  /** Names this vendor uses for a target, tried before the standard's. */
  readonly names?: Readonly<Partial<Record<BootTarget, readonly string[]>>>;
}

export interface AccountQuirks {
  /** Bounds where AccountService publishes none. */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Characters beside letters and digits its passwords may have. */
  readonly specials: string;
  /** First slot that may be given to a user, where accounts live in slots. */
  readonly firstSlot: number;
}

export interface EventQuirks {
  /** DeliveryRetryPolicy sent with a subscription; absent where it is refused (iLO). */
  readonly retryPolicy?: 'TerminateAfterRetries' | 'RetryForever' | 'SuspendRetries';
  /** MessageIds with which a subscription that exists already is refused. */
  readonly duplicateKeys: readonly string[];
}

export interface ConsoleQuirks {
  /** What leads from the BMC's shell to the serial console, and what leads back. */
  readonly entryCommand?: string;
  readonly exitKeys?: string;
}

export interface FirmwareQuirks {
  /** Whether an item of the inventory is an image of the component that waits for a reset. */
  isPending(item: FirmwareItem, component: FirmwareComponent): boolean;
  /** An update must name what it is for: items of the inventory, or the resources of manager and BIOS (Supermicro). */
  readonly targets?: 'items' | 'resources';
  /** `Oem` of the parameters of a multipart upload. */
  readonly oem?: Readonly<Partial<Record<FirmwareComponent, JsonObject>>>;
  /** Uploads carry the ETag of the firmware inventory (iDRAC). */
  readonly uploadNeedsTag?: boolean;
}

/** How settings of the BMC are reached. */
export type SettingsWay = 'manager' | 'dell' | 'perUri' | 'none';

export interface SettingsQuirks {
  readonly way: SettingsWay;
  /** Attributes registries forget, all text, with whether they need a restart of the BMC. */
  readonly builtIn?: Readonly<Record<string, { readonly needsReset: boolean }>>;
}

export interface Vendor {
  readonly id: string;
  /** Name for humans and for objects whose Manufacturer is null, spelled as ComputerSystem.Manufacturer. */
  readonly manufacturer?: string;
  matches(clues: Clues): boolean;
  /** Requests in flight that its BMCs bear. */
  readonly sockets: number;
  /** Whether `$expand` is used where it is offered. */
  readonly expand: boolean;
  /** Whether PATCH carries If-Match: when an ETag is known, always (reading one first if need be), or never. */
  readonly ifMatch: 'whenKnown' | 'always' | 'never';
  /** Whether its ETags follow the state, so that a read may ask for changes only. */
  readonly conditionalReads: boolean;
  /** BIOS attributes that are taken only all at once: writing one writes the others as they are. */
  readonly biosTogether?: RegExp;
  readonly boot: BootQuirks;
  readonly accounts: AccountQuirks;
  readonly events: EventQuirks;
  readonly settings: SettingsQuirks;
  readonly console: ConsoleQuirks;
  readonly firmware: FirmwareQuirks;
  /** Systems tell no maker and no memory before their first start; the maker is known all the same. */
  readonly isBlankBeforePost?: true;
  /** Collections have members that belong elsewhere; only those below the collection are its own. */
  readonly hasStrayMembers?: true;
  /** Licence that opens what is refused without one, as its maker sells it. */
  readonly licence?: string;
}

/** The usual way: `Staged`, and a name or an id that tells the component. */
export function stagedAs(patterns: Readonly<Record<FirmwareComponent, RegExp>>): FirmwareQuirks['isPending'] {
  return ({ isStaged, id, name }, component) => isStaged && patterns[component].test(`${id} ${name}`);
}

/** DMTF as written: what unknown BMCs get, and what the records start from. */
export const standard: Vendor = {
  id: 'generic',
  matches: () => true,
  sockets: 2,
  expand: true,
  ifMatch: 'whenKnown',
  conditionalReads: true,
  boot: { writeTo: 'system', mode: 'whenLegacy' },
  settings: { way: 'manager' },
  console: {},
  firmware: { isPending: stagedAs({ BIOS: /bios|uefi|system rom/i, BMC: /bmc|manager/i }) },
  accounts: { specials: '!@#$%&*()_-+=[]{}/?~|', firstSlot: 2 },
  events: {
    retryPolicy: 'TerminateAfterRetries',
    duplicateKeys: ['ResourceAlreadyExists', 'PropertyValueModified'],
  },
};

/** Whether the root names this vendor, in `Vendor`, `Oem` or `Product`. */
export function named(clues: Clues, pattern: RegExp, oemKeys: readonly string[]): boolean {
  const { Vendor, Product } = clues.root;
  return pattern.test(Vendor ?? '') || oemKeys.some((key) => clues.oem.includes(key)) || pattern.test(Product ?? '');
}
