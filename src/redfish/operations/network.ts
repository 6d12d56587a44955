/** Network of a system: the interfaces it lists, and the adapters and ports of its chassis with their MAC addresses. */
import type {
  Inventory,
  NetworkAdapterInfo,
  NetworkInterfaceInfo,
  NetworkPortInfo,
  SystemUri,
} from '../../ports/bmc.js';
import type { Resources } from '../resources.js';
import {
  AdapterController,
  ChassisFacts,
  EthernetInterface,
  NetworkAdapter,
  NetworkDeviceFunction,
  NetworkInterface,
  NetworkPort,
  SystemParts,
} from '../schema/inventory.js';
import { isObject, type JsonObject } from '../transport/json.js';
import { comparable } from '../transport/link.js';
import { chassisLinksOf } from './chassis.js';
import { present } from './present.js';
import type { Reach } from './reach.js';

const tolerant = { tolerant: true } as const;

/** Network of the systems of a BMC. */
export function networkOf(reach: Reach): Pick<Inventory, 'networkInterfaces' | 'networkAdapters'> {
  return {
    networkInterfaces: async (uri) => {
      const { EthernetInterfaces } = SystemParts.parse(await reach.links(uri));
      return (await reach.resources.members(EthernetInterfaces, tolerant)).map(toInterface);
    },
    networkAdapters: (uri) => readAdapters(reach, uri),
  };
}

/** Lower-case with colons, whatever it was written with; undefined for what is no address or all zeros. */
export function toMac(text: string | undefined): string | undefined {
  const digits = text?.toLowerCase().replace(/[^0-9a-f]/g, '') ?? '';
  return digits.length === 12 && !/^0+$/.test(digits) ? digits.replace(/(..)(?=.)/g, '$1:') : undefined;
}

function toInterface(json: JsonObject): NetworkInterfaceInfo {
  const nic = EthernetInterface.parse(json);
  const facts = present({
    macAddress: toMac(nic.MACAddress),
    permanentMacAddress: toMac(nic.PermanentMACAddress),
    linkStatus: nic.LinkStatus,
    speedMbps: nic.SpeedMbps,
    isEnabled: nic.InterfaceEnabled,
    uefiDevicePath: nic.UefiDevicePath,
  });
  return { id: nic.Id ?? '', ...facts };
}

/** Those of the chassis; where it lists none, those the interfaces of the system lead to. */
async function readAdapters(reach: Reach, uri: SystemUri): Promise<NetworkAdapterInfo[]> {
  const { resources } = reach;
  const cases = (await chassisLinksOf(reach, uri)).map((json) => ChassisFacts.parse(json).NetworkAdapters);
  const ofChassis = (await Promise.all(cases.map((link) => resources.members(link, tolerant)))).flat();
  const found = ofChassis.length > 0 ? ofChassis : await behindInterfaces(reach, uri);
  return Promise.all(found.map((json) => readAdapter(resources, json)));
}

async function behindInterfaces({ resources, links }: Reach, uri: SystemUri): Promise<JsonObject[]> {
  const { NetworkInterfaces } = SystemParts.parse(await links(uri));
  const interfaces = await resources.members(NetworkInterfaces, tolerant);
  const adapters = interfaces.flatMap((json) => NetworkInterface.parse(json).Links?.NetworkAdapter ?? []);
  return resources.resolved(
    adapters.map((link) => ({ '@odata.id': link })),
    tolerant,
  );
}

async function readAdapter(resources: Resources, json: JsonObject): Promise<NetworkAdapterInfo> {
  const adapter = NetworkAdapter.parse(json);
  const [ports, functions] = await Promise.all([
    resources.members(adapter.Ports ?? adapter.NetworkPorts, tolerant),
    resources.members(adapter.NetworkDeviceFunctions, tolerant),
  ]);
  const [controller] = adapter.Controllers.filter(isObject).map((raw) => AdapterController.parse(raw));
  const facts = present({
    manufacturer: adapter.Manufacturer,
    model: adapter.Model,
    partNumber: adapter.PartNumber,
    serialNumber: adapter.SerialNumber,
    firmwareVersion: controller?.FirmwarePackageVersion,
  });
  return { id: adapter.Id ?? '', ...facts, ports: ports.map((port) => toPort(port, functions)) };
}

/** Port ids collide across adapters; a function says which port it uses by link. */
function toPort(json: JsonObject, functions: readonly JsonObject[]): NetworkPortInfo {
  const port = NetworkPort.parse(json);
  const speed =
    port.CurrentLinkSpeedMbps ?? (port.CurrentSpeedGbps === undefined ? undefined : port.CurrentSpeedGbps * 1000);
  const own = [...(port.Ethernet?.AssociatedMACAddresses ?? []), ...port.AssociatedNetworkAddresses];
  const ofFunctions = functions
    .map((raw) => NetworkDeviceFunction.parse(raw))
    .filter((raw) => uses(raw, port['@odata.id']));
  const all = [...ofFunctions.map(({ Ethernet }) => Ethernet?.PermanentMACAddress ?? Ethernet?.MACAddress), ...own];
  const macAddresses = [...new Set(all.flatMap((mac) => toMac(typeof mac === 'string' ? mac : undefined) ?? []))];
  return { id: port.Id ?? '', ...present({ linkStatus: port.LinkStatus, speedMbps: speed }), macAddresses };
}

function uses(fn: ReturnType<typeof NetworkDeviceFunction.parse>, port: string | undefined): boolean {
  const links = [fn.PhysicalPortAssignment, fn.Links?.PhysicalPortAssignment, fn.Links?.PhysicalNetworkPortAssignment];
  return port !== undefined && links.some((link) => link !== undefined && comparable(link) === comparable(port));
}
