/** A ComputerSystem with everything below it: processors, memory, network, boot options. */
import { type Hardware, memoryGiB } from '../hardware.js';
import type { JsonObject } from '../json.js';
import type { Quirks, SystemBlueprint } from '../profile.js';
import { link, root, type TreeBuilder } from './builder.js';
import { putBios } from './settings.js';
import { putStorage } from './storage.js';

export interface SystemSchemas {
  readonly system: string;
}

export const enabledOk = { State: 'Enabled', Health: 'OK' } as const;

/** Adds system number `n` of a profile. `{{sN.…}}` stands for its identity. */
export function putSystem(
  tree: TreeBuilder,
  quirks: Quirks,
  n: number,
  blueprint: SystemBlueprint,
  schema: string,
): string {
  const path = `${root}/Systems/${blueprint.id}`;
  const { hardware } = blueprint;
  const body: JsonObject = {
    Name: 'System',
    SystemType: 'Physical',
    Manufacturer: hardware.manufacturer,
    Model: hardware.model,
    SKU: hardware.sku,
    SerialNumber: `{{s${n}.serial}}`,
    PartNumber: '',
    AssetTag: '',
    HostName: '',
    UUID: `{{s${n}.uuid}}`,
    BiosVersion: hardware.biosVersion,
    Status: { ...enabledOk, HealthRollup: 'OK' },
    PowerState: 'Off',
    ...identifyLight(quirks),
    ProcessorSummary: processorSummary(hardware),
    MemorySummary: { TotalSystemMemoryGiB: memoryGiB(hardware), Status: { ...enabledOk, HealthRollup: 'OK' } },
    Processors: link(putProcessors(tree, path, n, blueprint)),
    Memory: link(putMemory(tree, path, n, blueprint)),
    EthernetInterfaces: link(putNics(tree, path, n, hardware)),
    Storage: link(putStorage(tree, quirks, path, n, blueprint)),
    Links: { Chassis: [link(`${root}/Chassis/${blueprint.chassisId}`)], ManagedBy: [managerLink(blueprint)] },
  };
  const bios = blueprint.isBootable ? putBios(tree, quirks, path) : undefined;
  if (bios !== undefined) body.Bios = link(bios);
  if (blueprint.isBootable) addHostAbilities(tree, quirks, n, path, hardware, body);
  return tree.put(path, `ComputerSystem.${schema}`, body);
}

const managerLink = (blueprint: SystemBlueprint): JsonObject => link(`${root}/Managers/${blueprint.managerId}`);

function identifyLight(quirks: Quirks): JsonObject {
  return {
    ...(quirks.led !== 'LocationIndicatorActive' ? { IndicatorLED: 'Off' } : {}),
    ...(quirks.led !== 'IndicatorLED' ? { LocationIndicatorActive: false } : {}),
  };
}

function processorSummary({ processors }: Hardware): JsonObject {
  return {
    Count: processors.count,
    CoreCount: processors.count * processors.coresEach,
    LogicalProcessorCount: processors.count * processors.threadsEach,
    Model: processors.model,
    Status: { ...enabledOk, HealthRollup: 'OK' },
  };
}

function addHostAbilities(
  tree: TreeBuilder,
  quirks: Quirks,
  n: number,
  path: string,
  hardware: Hardware,
  body: JsonObject,
): void {
  body.Boot = bootBlock(quirks, path, hardware);
  const { hasBootOptions, writeOrderAt } = quirks.boot;
  body.Actions = {
    '#ComputerSystem.Reset': resetAction(tree, quirks, path),
    ...(hasBootOptions && writeOrderAt !== 'nowhere'
      ? { '#ComputerSystem.SetDefaultBootOrder': { target: `${path}/Actions/ComputerSystem.SetDefaultBootOrder` } }
      : {}),
  };
  if (quirks.boot.hasBootProgress) body.BootProgress = { LastState: 'None' };
  body.LastResetTime = null;
  if (quirks.boot.hasBootOptions) putBootOptions(tree, path, n, hardware);
  const { settingsPath } = quirks.boot;
  if (!settingsPath) return;
  body['@Redfish.Settings'] = {
    '@odata.type': '#Settings.v1_3_5.Settings',
    SettingsObject: link(`${path}/${settingsPath}`),
    SupportedApplyTimes: ['OnReset'],
  };
  tree.put(`${path}/${settingsPath}`, 'ComputerSystem.v1_16_0', { Name: 'Pending System Settings', Boot: {} });
}

function bootBlock({ boot }: Quirks, path: string, hardware: Hardware): JsonObject {
  return {
    BootSourceOverrideEnabled: 'Disabled',
    ...(boot.areEnabledValuesPublished
      ? { 'BootSourceOverrideEnabled@Redfish.AllowableValues': boot.enabledValues }
      : {}),
    BootSourceOverrideTarget: 'None',
    ...(boot.areTargetsPublished ? { 'BootSourceOverrideTarget@Redfish.AllowableValues': boot.targets } : {}),
    ...(boot.mode === 'absent' ? {} : { BootSourceOverrideMode: 'UEFI' }),
    ...(boot.targets.includes('UefiTarget') ? { UefiTargetBootSourceOverride: null } : {}),
    ...(boot.targets.includes('UefiHttp') ? { HttpBootUri: null } : {}),
    ...(boot.hasBootOptions
      ? { BootOrder: bootOptionsOf(hardware).map(({ id }) => id), BootOptions: link(`${path}/BootOptions`) }
      : {}),
  };
}

function resetAction(tree: TreeBuilder, { reset }: Quirks, path: string): JsonObject {
  const target = `${path}/Actions/ComputerSystem.Reset`;
  if (reset.publishedAs === 'inline') return { target, 'ResetType@Redfish.AllowableValues': reset.types };
  if (reset.publishedAs === 'nowhere') return { target };
  const info = tree.put(`${path}/ResetActionInfo`, 'ActionInfo.v1_1_2', {
    Name: 'Reset Action Info',
    Parameters: [{ Name: 'ResetType', Required: true, DataType: 'String', AllowableValues: reset.types }],
  });
  return { target, '@Redfish.ActionInfo': info };
}

function putProcessors(tree: TreeBuilder, system: string, n: number, { hardware, ids }: SystemBlueprint): string {
  const { processors } = hardware;
  const path = `${system}/Processors`;
  const members = Array.from({ length: processors.count }, (_, i) =>
    tree.put(`${path}/${ids.processor(i)}`, 'Processor.v1_14_0', {
      Name: `Processor ${i + 1}`,
      Socket: `CPU ${i + 1}`,
      ProcessorType: 'CPU',
      ProcessorArchitecture: processors.architecture,
      InstructionSet: processors.instructionSet,
      Manufacturer: processors.manufacturer,
      Model: processors.model,
      MaxSpeedMHz: processors.maxSpeedMHz,
      TotalCores: processors.coresEach,
      TotalEnabledCores: processors.coresEach,
      TotalThreads: processors.threadsEach,
      ProcessorId: { VendorId: processors.vendorId },
      SerialNumber: `{{s${n}.cpu.${i}}}`,
      Status: { ...enabledOk },
    }),
  );
  return tree.collection(path, 'Processor', members, 'Processors Collection');
}

function putMemory(tree: TreeBuilder, system: string, n: number, { hardware, ids }: SystemBlueprint): string {
  const { dimms } = hardware;
  const path = `${system}/Memory`;
  const members = Array.from({ length: dimms.count }, (_, i) =>
    tree.put(`${path}/${ids.dimm(i)}`, 'Memory.v1_16_0', {
      Name: ids.dimm(i),
      DeviceLocator: ids.dimm(i),
      MemoryType: 'DRAM',
      MemoryDeviceType: memoryDeviceType(dimms.type),
      CapacityMiB: dimms.capacityMiB,
      OperatingSpeedMhz: dimms.speedMHz,
      AllowedSpeedsMHz: [dimms.speedMHz],
      ErrorCorrection: 'MultiBitECC',
      Manufacturer: dimms.manufacturer,
      PartNumber: dimms.partNumber,
      SerialNumber: `{{s${n}.dimm.${i}}}`,
      Status: { ...enabledOk },
    }),
  );
  return tree.collection(path, 'Memory', members, 'Memory Collection');
}

/** The schema has DDR5 beside LPDDR5_SDRAM; SMBIOS, which the probe reads, says LPDDR5. */
const memoryDeviceType = (type: string): string => (type.startsWith('LPDDR') ? `${type}_SDRAM` : type);

function putNics(tree: TreeBuilder, system: string, n: number, hardware: Hardware): string {
  const path = `${system}/EthernetInterfaces`;
  const members = hardware.nics.map((nic, i) =>
    tree.put(`${path}/${nic.id}`, 'EthernetInterface.v1_9_0', {
      Name: 'System Ethernet Interface',
      Description: nic.model,
      MACAddress: `{{s${n}.mac.${i}}}`,
      PermanentMACAddress: `{{s${n}.mac.${i}}}`,
      InterfaceEnabled: true,
      LinkStatus: nic.isLinked ? 'LinkUp' : 'LinkDown',
      SpeedMbps: nic.isLinked ? nic.speedMbps : 0,
      FullDuplex: true,
      UefiDevicePath: `${pciDevicePath(i)}/MAC({{s${n}.mac.${i}.bare}},0x1)`,
      IPv4Addresses: [],
      IPv6Addresses: [],
      Status: { ...enabledOk },
    }),
  );
  return tree.collection(path, 'EthernetInterface', members, 'Ethernet Interface Collection');
}

const pciDevicePath = (i: number): string => `PciRoot(0x${i + 1})/Pci(0x1,0x0)/Pci(0x0,0x0)`;

export interface BootOptionFacts {
  readonly id: string;
  readonly name: string;
  readonly device: 'Hdd' | 'Pxe' | 'UefiHttp';
  readonly nic?: number;
}

/** The firmware's boot entries: the first disk, then PXE on each linked port, then HTTP on the first. */
export function bootOptionsOf(hardware: Hardware): readonly BootOptionFacts[] {
  const linked = hardware.nics.map((nic, i) => ({ nic, i })).filter(({ nic }) => nic.isLinked);
  const entries: Omit<BootOptionFacts, 'id'>[] = [{ device: 'Hdd', name: 'Fixed Disk 1' }];
  for (const { nic, i } of linked) entries.push({ device: 'Pxe', name: `PXE ${nic.model} (${nic.id})`, nic: i });
  const first = linked[0];
  if (first) entries.push({ device: 'UefiHttp', name: `HTTP ${first.nic.model} (${first.nic.id})`, nic: first.i });
  return entries.map((entry, i) => ({ id: `Boot${i.toString(16).toUpperCase().padStart(4, '0')}`, ...entry }));
}

function putBootOptions(tree: TreeBuilder, system: string, n: number, hardware: Hardware): void {
  const path = `${system}/BootOptions`;
  const members = bootOptionsOf(hardware).map((option) =>
    tree.put(`${path}/${option.id}`, 'BootOption.v1_0_4', {
      Name: 'Boot Option',
      BootOptionEnabled: true,
      BootOptionReference: option.id,
      DisplayName: option.name,
      UefiDevicePath: devicePathOf(option, n),
    }),
  );
  tree.collection(path, 'BootOption', members, 'Boot Options Collection');
}

function devicePathOf(option: BootOptionFacts, n: number): string {
  if (option.nic === undefined) return 'HD(1,GPT,{{s0.partition}},0x800,0x100000)/\\EFI\\BOOT\\BOOTX64.EFI';
  const base = `${pciDevicePath(option.nic)}/MAC({{s${n}.mac.${option.nic}.bare}},0x1)/IPv4(0.0.0.0)`;
  return option.device === 'UefiHttp' ? `${base}/Uri()` : base;
}
