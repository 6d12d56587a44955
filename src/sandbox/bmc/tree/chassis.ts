/** Managers and chassis. */
import type { JsonObject } from '../json.js';
import type { ManagerBlueprint, Quirks, SystemBlueprint } from '../profile.js';
import { link, root, type TreeBuilder } from './builder.js';

const enabledOk = { State: 'Enabled', Health: 'OK' } as const;

/** Adds manager number `n`; `{{mN.…}}` stands for its identity. */
export function putManager(
  tree: TreeBuilder,
  quirks: Quirks,
  n: number,
  manager: ManagerBlueprint,
  systems: readonly SystemBlueprint[],
  schema: string,
): string {
  const path = `${root}/Managers/${manager.id}`;
  const own = systems.filter(({ managerId }) => managerId === manager.id);
  const target = `${path}/Actions/Manager.Reset`;
  const types = quirks.managerResetTypes;
  return tree.put(path, `Manager.${schema}`, {
    Name: manager.name,
    ManagerType: 'BMC',
    Model: manager.model,
    ...(manager.manufacturer === undefined ? {} : { Manufacturer: manager.manufacturer }),
    SerialNumber: `{{m${n}.serial}}`,
    FirmwareVersion: manager.firmwareVersion,
    UUID: `{{m${n}.uuid}}`,
    DateTime: null,
    DateTimeLocalOffset: '+00:00',
    LastResetTime: null,
    Status: { ...enabledOk },
    ...(manager.hasPowerState ? { PowerState: 'On' } : {}),
    EthernetInterfaces: link(putManagerNic(tree, path, n)),
    NetworkProtocol: link(putNetworkProtocol(tree, path)),
    Links: {
      ManagerForServers: own.map(({ id }) => link(`${root}/Systems/${id}`)),
      ManagerForChassis: own.map(({ chassisId }) => link(`${root}/Chassis/${chassisId}`)),
    },
    Actions: {
      '#Manager.Reset': types.length > 0 ? { target, 'ResetType@Redfish.AllowableValues': types } : { target },
    },
  });
}

function putManagerNic(tree: TreeBuilder, manager: string, n: number): string {
  const path = `${manager}/EthernetInterfaces`;
  const nic = tree.put(`${path}/1`, 'EthernetInterface.v1_9_0', {
    Name: 'Manager Ethernet Interface',
    MACAddress: `{{m${n}.mac.0}}`,
    PermanentMACAddress: `{{m${n}.mac.0}}`,
    InterfaceEnabled: true,
    LinkStatus: 'LinkUp',
    SpeedMbps: 1000,
    FullDuplex: true,
    HostName: '{{hostname}}',
    IPv4Addresses: [{ Address: '{{host}}', SubnetMask: '255.255.0.0', AddressOrigin: 'Static', Gateway: null }],
    Status: { ...enabledOk },
  });
  return tree.collection(path, 'EthernetInterface', [nic], 'Ethernet Interface Collection');
}

function putNetworkProtocol(tree: TreeBuilder, manager: string): string {
  return tree.put(`${manager}/NetworkProtocol`, 'ManagerNetworkProtocol.v1_8_0', {
    Name: 'Manager Network Protocol',
    HostName: '{{hostname}}',
    HTTP: { ProtocolEnabled: false, Port: 80 },
    HTTPS: { ProtocolEnabled: true, Port: 443 },
    SSH: { ProtocolEnabled: true, Port: 22 },
    NTP: { ProtocolEnabled: false, Port: 123, NTPServers: [] },
    IPMI: { ProtocolEnabled: false, Port: 623 },
    Status: { ...enabledOk },
  });
}

/** Adds the chassis of system number `n`. */
export function putChassis(tree: TreeBuilder, n: number, system: SystemBlueprint): string {
  const body: JsonObject = {
    Name: 'Computer System Chassis',
    ChassisType: 'RackMount',
    Manufacturer: system.hardware.manufacturer,
    Model: system.hardware.model,
    SKU: system.hardware.sku,
    SerialNumber: `{{s${n}.serial}}`,
    PartNumber: '',
    AssetTag: '',
    PowerState: 'Off',
    Status: { ...enabledOk, HealthRollup: 'OK' },
    Links: {
      ComputerSystems: [link(`${root}/Systems/${system.id}`)],
      ManagedBy: [link(`${root}/Managers/${system.managerId}`)],
    },
  };
  return tree.put(`${root}/Chassis/${system.chassisId}`, 'Chassis.v1_21_0', body);
}
