/** What a machine is made of beside processors and disks: memory, network, PCIe, trust, and the case around it. */
import type { PowerState, SystemUri } from './bmc.js';

export interface MemoryModule {
  readonly id: string;
  readonly capacityMiB?: number;
  /** `DDR5`, `LPDDR5`, `HBM3`, …; open. */
  readonly type?: string;
  readonly speedMHz?: number;
  readonly manufacturer?: string;
  readonly partNumber?: string;
  readonly serialNumber?: string;
  /** Where it sits, in the words of the board. */
  readonly slot?: string;
  readonly health?: string;
}

export interface NetworkInterfaceInfo {
  readonly id: string;
  /** Lower-case, with colons. */
  readonly macAddress?: string;
  readonly permanentMacAddress?: string;
  /** `LinkUp`, `LinkDown`, `NoLink`. */
  readonly linkStatus?: string;
  readonly speedMbps?: number;
  readonly isEnabled?: boolean;
  readonly uefiDevicePath?: string;
}

export interface NetworkPortInfo {
  /** Unique within its adapter only. */
  readonly id: string;
  readonly linkStatus?: string;
  readonly speedMbps?: number;
  /** Of its device functions; lower-case. */
  readonly macAddresses: readonly string[];
}

export interface NetworkAdapterInfo {
  readonly id: string;
  readonly manufacturer?: string;
  readonly model?: string;
  readonly partNumber?: string;
  readonly serialNumber?: string;
  readonly firmwareVersion?: string;
  readonly ports: readonly NetworkPortInfo[];
}

export interface PcieDeviceInfo {
  readonly id: string;
  readonly name?: string;
  readonly manufacturer?: string;
  readonly model?: string;
  readonly partNumber?: string;
  readonly serialNumber?: string;
  readonly firmwareVersion?: string;
  /** `MultiFunction`, `SingleFunction`, `Retimer`, …; open. */
  readonly type?: string;
}

export interface TrustInfo {
  /** Absent where the system tells nothing about secure boot. */
  readonly secureBoot?: {
    /** Wanted for the next boot. */
    readonly isEnabled?: boolean;
    /** In force for the present one: `Enabled`, `Disabled`. */
    readonly current?: string;
    /** `SetupMode`, `UserMode`, `AuditMode`, `DeployedMode`. */
    readonly mode?: string;
  };
  readonly modules: readonly { readonly type?: string; readonly firmwareVersion?: string; readonly state?: string }[];
}

export interface ChassisInfo {
  readonly uri: string;
  readonly id: string;
  /** `RackMount`, `Blade`, `Module`, …; open. */
  readonly type?: string;
  readonly manufacturer?: string;
  readonly model?: string;
  readonly partNumber?: string;
  readonly serialNumber?: string;
  readonly assetTag?: string;
  readonly powerState?: PowerState;
  /** Where it stands, as far as somebody told the BMC. */
  readonly location?: {
    readonly room?: string;
    readonly row?: string;
    readonly rack?: string;
    readonly rackOffset?: number;
    readonly slot?: string;
  };
}

/** Inventory of one ComputerSystem. Members that cannot be read are left out; what a BMC does not list is empty. */
export interface Inventory {
  /** Populated sockets only. */
  memory(uri: SystemUri): Promise<readonly MemoryModule[]>;
  networkInterfaces(uri: SystemUri): Promise<readonly NetworkInterfaceInfo[]>;
  /** Adapters with their ports, of the chassis the system is in. */
  networkAdapters(uri: SystemUri): Promise<readonly NetworkAdapterInfo[]>;
  /** Of the system, or of its chassis where it lists none. */
  pcieDevices(uri: SystemUri): Promise<readonly PcieDeviceInfo[]>;
  trust(uri: SystemUri): Promise<TrustInfo>;
  chassis(uri: SystemUri): Promise<readonly ChassisInfo[]>;
}
