/** Neighbours on the network, in the forms `lldpctl -f json` takes: lists or objects, keyed by a name or not. */
import type { LldpInterface, LldpNeighbor } from './wire.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the output of `lldpctl -f json`. A port with several neighbours is there several times, as upstream has it.
 * @throws SyntaxError when it is not JSON · TypeError when `lldp.interface` is neither list nor object
 */
export function parseLldp(text: string): readonly LldpInterface[] {
  const found = fieldsOf(fieldsOf(JSON.parse(text)).lldp).interface;
  if (found === undefined || found === null) return [];
  if (typeof found !== 'object') throw new TypeError('lldp.interface is neither a list nor an object');
  const parts = Array.isArray(found) ? found.map(fieldsOf) : [fieldsOf(found)];
  return parts.flatMap((part) => Object.entries(part)).map(([name, details]) => interfaceOf(name, fieldsOf(details)));
}

const interfaceOf = (name: string, details: Fields): LldpInterface => ({
  name,
  neighbors: chassisOf(fieldsOf(details.chassis)).map(([systemName, chassis]) =>
    neighborOf(systemName, chassis, details),
  ),
});

/** Keyed by the system's name; a neighbour that tells no name stands there itself. */
function chassisOf(chassis: Fields): (readonly [string, Fields])[] {
  if ('value' in fieldsOf(chassis.id)) return [['', chassis]];
  return Object.entries(chassis).map(([name, each]) => [name, fieldsOf(each)] as const);
}

/** Members that are empty are left out, as upstream's format has it. */
function neighborOf(systemName: string, chassis: Fields, details: Fields): LldpNeighbor {
  const port = fieldsOf(details.port);
  const texts = {
    chassisId: textOf(fieldsOf(chassis.id).value),
    portId: textOf(fieldsOf(port.id).value),
    portDescription: textOf(port.descr),
    systemName,
    systemDescription: textOf(chassis.descr),
    mgmtIp: textOf(Array.isArray(chassis['mgmt-ip']) ? chassis['mgmt-ip'][0] : chassis['mgmt-ip']),
    vlanId: vlanOf(details.vlan),
  };
  const capabilities = listOf(chassis.capability)
    .filter(({ enabled }) => enabled === true)
    .map(({ type }) => textOf(type));
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')),
    ...(capabilities.length === 0 ? {} : { capabilities }),
  };
}

/** The port's own VLAN where one is marked, else the first. */
function vlanOf(vlan: unknown): string {
  const vlans = listOf(vlan);
  return textOf((vlans.find(({ pvid }) => pvid === true) ?? vlans[0])?.['vlan-id']);
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

const listOf = (value: unknown): readonly Fields[] =>
  Array.isArray(value) ? value.map(fieldsOf) : typeof value === 'object' && value !== null ? [value as Fields] : [];

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
