/**
 * A report as upstream's registry gives it back: from Go's types, so that what was absent is there with its zero value,
 * and a list that was absent is `null`. Only members that Go leaves out when empty stay away.
 * *Source*: upstream's registry, the JSON of its types (inband §3.2).
 */
import { fieldsOf } from '../http.js';

type Fields = Readonly<Record<string, unknown>>;
type Zeros = Readonly<Record<string, '' | 0 | false | null>>;

const texts = (...names: readonly string[]): Zeros => Object.fromEntries(names.map((name) => [name, '']));
const numbers = (...names: readonly string[]): Zeros => Object.fromEntries(names.map((name) => [name, 0]));
const flags = (...names: readonly string[]): Zeros => Object.fromEntries(names.map((name) => [name, false]));

const systemInfo: Readonly<Record<string, Zeros>> = {
  biosInformation: texts('vendor', 'version', 'date'),
  systemInformation: texts('manufacturer', 'productName', 'version', 'serialNumber', 'uuid', 'skuNumber', 'family'),
  boardInformation: texts('manufacturer', 'product', 'version', 'serialNumber', 'assetTag'),
};

/** Members of the entries of each list, with their zero values. */
const entries: Readonly<Record<string, Zeros>> = {
  cpu: {
    ...numbers('id', 'totalCores', 'totalHardwareThreads'),
    ...texts('vendor', 'model'),
    capabilities: null,
  },
  networkInterfaces: { name: '', ipAddresses: null, ...texts('macAddress', 'carrierStatus') },
  lldp: { name: '', neighbors: null },
  storage: {
    ...texts('path', 'name'),
    ...flags('rotational', 'removable', 'readOnly'),
    ...texts('vendor', 'model', 'serial', 'wwid'),
    ...numbers('physicalBlockSize', 'logicalBlockSize', 'hWSectorSize', 'sizeBytes', 'numaNodeID'),
  },
  memory: {
    size: 0,
    ...texts('deviceSet', 'deviceLocator', 'bankLocator', 'memoryType', 'speed', 'vendor', 'serialNumber', 'assetTag'),
    ...texts('partNumber', 'configuredMemorySpeed', 'minimumVoltage', 'maximumVoltage', 'configuredVoltage'),
  },
  nics: { ...texts('name', 'mac', 'pciAddress', 'speed'), linkModes: null, supportedPorts: null, firmwareVersion: '' },
  pciDevices: {},
};

/** *Shapes*: the `data` of a report → the `data` upstream answers with. */
export function echoOf(data: unknown): Fields {
  const { timestamp, systemInfo: info, ...lists } = fieldsOf(data);
  const parts = Object.entries(entries).flatMap(([name, zeros]) => {
    const list = lists[name];
    return Array.isArray(list) && list.length > 0 ? [[name, list.map((entry) => filled(zeros, entry))]] : [];
  });
  return {
    ...(timestamp ? { timestamp } : {}),
    systemInfo: Object.fromEntries(
      Object.entries(systemInfo).map(([name, zeros]) => [name, filled(zeros, fieldsOf(info)[name])]),
    ),
    ...Object.fromEntries(parts),
  };
}

/** Zero values, and over them what there is; `null` is a zero value too. */
function filled(zeros: Zeros, entry: unknown): Fields {
  const present = Object.entries(fieldsOf(entry)).filter(([, value]) => value !== null && value !== undefined);
  return { ...zeros, ...Object.fromEntries(present) };
}
