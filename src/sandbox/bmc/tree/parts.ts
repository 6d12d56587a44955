/** What else is in a machine: network adapters, PCIe devices, its TPM and secure boot, and where it stands. */
import type { NicPort } from '../hardware.js';
import type { JsonObject } from '../json.js';
import type { PartRules, Quirks, SystemBlueprint } from '../profile.js';
import { link, root, type TreeBuilder } from './builder.js';

const enabledOk = { State: 'Enabled', Health: 'OK' } as const;

/** Adds the parts of system number `n`. */
export function putParts(tree: TreeBuilder, { parts }: Quirks, n: number, system: SystemBlueprint): void {
  if (parts === undefined) return;
  const path = `${root}/Systems/${system.id}`;
  const chassis = `${root}/Chassis/${system.chassisId}`;
  const cards = cardsOf(system.hardware.nics);
  const adapters = cards.map((ports, card) => putAdapter(tree, parts, n, `${chassis}/NetworkAdapters`, card, ports));
  tree.collection(`${chassis}/NetworkAdapters`, 'NetworkAdapter', adapters);
  const devices = cards.map((ports, card) => putDevice(tree, `${chassis}/PCIeDevices`, n, card, ports));
  tree.collection(`${chassis}/PCIeDevices`, 'PCIeDevice', devices);
  tree.edit(chassis, (doc) => {
    doc.NetworkAdapters = link(`${chassis}/NetworkAdapters`);
    doc.PCIeDevices = link(`${chassis}/PCIeDevices`);
    doc.Location = { Placement: { Row: 'A', Rack: 'A07', RackOffset: 12, RackOffsetUnits: 'EIA_310' } };
    if (parts.cyclesChassis) {
      const target = `${chassis}/Actions/Chassis.Reset`;
      doc.Actions = { '#Chassis.Reset': { target, 'ResetType@Redfish.AllowableValues': ['PowerCycle'] } };
    }
  });
  tree.edit(path, (doc) => {
    if (parts.pcieAt === 'system') doc.PCIeDevices = devices.map(link);
    if (!system.isBootable) return;
    doc.TrustedModules = [{ InterfaceType: 'TPM2_0', FirmwareVersion: '7.2.3.1', Status: enabledOk }];
    doc.SecureBoot = link(putSecureBoot(tree, path));
  });
}

/** Ports of one card share their PCI device. */
function cardsOf(nics: readonly NicPort[]): readonly (readonly { nic: NicPort; index: number }[])[] {
  const cards = new Map<string, { nic: NicPort; index: number }[]>();
  for (const [index, nic] of nics.entries()) {
    const slot = nic.pciAddress.split('.')[0] ?? '';
    cards.set(slot, [...(cards.get(slot) ?? []), { nic, index }]);
  }
  return [...cards.values()];
}

type Card = readonly { nic: NicPort; index: number }[];

function putAdapter(
  tree: TreeBuilder,
  parts: PartRules,
  n: number,
  collection: string,
  card: number,
  ports: Card,
): string {
  const path = `${collection}/${card + 1}`;
  const [first] = ports;
  const places = ports.map(({ nic }, port) => putPort(tree, parts, path, port, nic));
  const functions = ports.map(({ index }, port) => putFunction(tree, path, n, port, index, places[port] ?? ''));
  tree.collection(`${path}/${parts.ports}`, parts.ports === 'Ports' ? 'Port' : 'NetworkPort', places);
  tree.collection(`${path}/NetworkDeviceFunctions`, 'NetworkDeviceFunction', functions);
  return tree.put(path, 'NetworkAdapter.v1_9_0', {
    Name: 'Network Adapter',
    Manufacturer: first?.nic.vendor ?? null,
    Model: first?.nic.model ?? null,
    SerialNumber: `{{s${n}.adapter.${card}}}`,
    Controllers: [{ FirmwarePackageVersion: first?.nic.firmwareVersion ?? null }],
    [parts.ports]: link(`${path}/${parts.ports}`),
    NetworkDeviceFunctions: link(`${path}/NetworkDeviceFunctions`),
    Status: { ...enabledOk },
  });
}

function putPort(tree: TreeBuilder, { ports }: PartRules, adapter: string, port: number, nic: NicPort): string {
  const path = `${adapter}/${ports}/${port + 1}`;
  const speed: JsonObject =
    ports === 'Ports'
      ? { CurrentSpeedGbps: nic.isLinked ? nic.speedMbps / 1000 : 0, PortProtocol: 'Ethernet' }
      : { CurrentLinkSpeedMbps: nic.isLinked ? nic.speedMbps : 0, PhysicalPortNumber: String(port + 1) };
  const status = nic.isLinked ? 'LinkUp' : 'LinkDown';
  const type = ports === 'Ports' ? 'Port.v1_9_0' : 'NetworkPort.v1_4_1';
  // NetworkPort says Up and Down where Port says LinkUp and LinkDown.
  const shown = ports === 'Ports' ? status : status.replace('Link', '');
  return tree.put(path, type, { Name: 'Port', LinkStatus: shown, ...speed, Status: { ...enabledOk } });
}

function putFunction(tree: TreeBuilder, adapter: string, n: number, port: number, index: number, place: string) {
  return tree.put(`${adapter}/NetworkDeviceFunctions/${port + 1}`, 'NetworkDeviceFunction.v1_9_0', {
    Name: 'Network Device Function',
    NetDevFuncType: 'Ethernet',
    Ethernet: { MACAddress: `{{s${n}.mac.${index}}}`, PermanentMACAddress: `{{s${n}.mac.${index}}}` },
    Links: place.includes('/NetworkPorts/')
      ? { PhysicalPortAssignment: link(place) }
      : { PhysicalNetworkPortAssignment: link(place) },
    Status: { ...enabledOk },
  });
}

function putDevice(tree: TreeBuilder, collection: string, n: number, card: number, ports: Card): string {
  const [first] = ports;
  return tree.put(`${collection}/NIC${card + 1}`, 'PCIeDevice.v1_13_0', {
    Name: 'Network Controller',
    Manufacturer: first?.nic.vendor ?? null,
    Model: first?.nic.model ?? null,
    SerialNumber: `{{s${n}.adapter.${card}}}`,
    FirmwareVersion: first?.nic.firmwareVersion ?? null,
    DeviceType: ports.length > 1 ? 'MultiFunction' : 'SingleFunction',
    Status: { ...enabledOk },
  });
}

function putSecureBoot(tree: TreeBuilder, system: string): string {
  return tree.put(`${system}/SecureBoot`, 'SecureBoot.v1_1_0', {
    Name: 'UEFI Secure Boot',
    SecureBootEnable: false,
    SecureBootCurrentBoot: 'Disabled',
    SecureBootMode: 'UserMode',
  });
}
