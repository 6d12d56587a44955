/** What a captured tree says of its machines, in the terms the emulator thinks in. */
import type { Drive, Hardware, NicPort, StorageController } from '../hardware.js';
import { isObject, type Json, type JsonObject, objectAt, stringAt } from '../json.js';
import { connectX, dimms as modules, nvme, xeonGold } from '../profiles/parts.js';
import type { BootOptionFacts } from '../tree/system.js';
import { normalPath } from '../tree/template.js';

export type Tree = ReadonlyMap<string, JsonObject>;

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const numberAt = (doc: JsonObject, key: string): number | undefined => {
  const value = doc[key];
  return typeof value === 'number' ? value : undefined;
};

/** Path of a link; undefined where there is none. */
export function linkAt(doc: JsonObject, key: string): string | undefined {
  const id = stringAt(objectAt(doc, key), '@odata.id');
  return id === undefined ? undefined : normalPath(id);
}

/** Documents a list of links names, as far as they were captured. */
export const linked = (tree: Tree, links: Json | undefined): readonly JsonObject[] =>
  listOf(links).flatMap((link) => {
    const id = isObject(link) ? stringAt(link, '@odata.id') : undefined;
    const doc = id === undefined ? undefined : tree.get(normalPath(id));
    return doc ? [doc] : [];
  });

/** Members of the collection under a key, as far as they were captured. */
export const membersAt = (tree: Tree, doc: JsonObject, key: string): readonly JsonObject[] =>
  linked(tree, tree.get(linkAt(doc, key) ?? '')?.Members);

/** Hardware of a captured system; what was not captured is that of a common machine. */
export function hardwareOf(tree: Tree, system: JsonObject): Hardware {
  const text = (key: string): string => stringAt(system, key) ?? 'Unknown';
  return {
    manufacturer: text('Manufacturer'),
    model: text('Model'),
    sku: text('SKU'),
    family: text('Model'),
    biosVendor: text('Manufacturer'),
    biosVersion: text('BiosVersion'),
    biosDate: '01/01/2025',
    boardModel: text('Model'),
    processors: processorsOf(tree, system),
    dimms: dimmsOf(tree, system),
    nics: nicsOf(tree, system),
    controllers: controllersOf(tree, system),
  };
}

function processorsOf(tree: Tree, system: JsonObject): Hardware['processors'] {
  const cpus = membersAt(tree, system, 'Processors').filter((doc) => (doc.ProcessorType ?? 'CPU') === 'CPU');
  const [cpu = {}] = cpus;
  const summary = objectAt(system, 'ProcessorSummary');
  const cores = numberAt(cpu, 'TotalCores') ?? xeonGold.coresEach;
  return {
    ...xeonGold,
    count: Math.max(1, cpus.length || (numberAt(summary, 'Count') ?? 1)),
    model: stringAt(cpu, 'Model') ?? stringAt(summary, 'Model') ?? xeonGold.model,
    coresEach: cores,
    threadsEach: numberAt(cpu, 'TotalThreads') ?? cores * 2,
  };
}

function dimmsOf(tree: Tree, system: JsonObject): Hardware['dimms'] {
  const sizes = membersAt(tree, system, 'Memory').flatMap((doc) => numberAt(doc, 'CapacityMiB') || []);
  if (sizes[0] !== undefined) return { ...modules(sizes.length, 1), capacityMiB: sizes[0] };
  return modules(1, numberAt(objectAt(system, 'MemorySummary'), 'TotalSystemMemoryGiB') || 64);
}

/** Ports; where no link was up when the tree was captured, the first is, so that the machine can boot from somewhere. */
function nicsOf(tree: Tree, system: JsonObject): readonly NicPort[] {
  const ports = nicDocsOf(tree, system);
  if (ports.length === 0) return connectX(['NIC1']);
  const like = connectX(ports.map((doc, i) => stringAt(doc, 'Id') ?? `NIC${i + 1}`));
  const isUp = ports.map((doc) => doc.LinkStatus === 'LinkUp');
  return like.map((port, i) => ({ ...port, isLinked: isUp.includes(true) ? isUp[i] === true : i === 0 }));
}

export const nicDocsOf = (tree: Tree, system: JsonObject): readonly JsonObject[] =>
  membersAt(tree, system, 'EthernetInterfaces');

function controllersOf(tree: Tree, system: JsonObject): readonly StorageController[] {
  return membersAt(tree, system, 'Storage').map((doc) => ({
    id: stringAt(doc, 'Id') ?? 'Storage',
    name: stringAt(doc, 'Name') ?? 'Storage',
    drives: linked(tree, doc.Drives).map(driveOf),
    volumes: [],
  }));
}

function driveOf(doc: JsonObject): Drive {
  const like = nvme(stringAt(doc, 'Id') ?? 'Drive', 960);
  const protocol = stringAt(doc, 'Protocol');
  return {
    ...like,
    model: stringAt(doc, 'Model') ?? like.model,
    manufacturer: stringAt(doc, 'Manufacturer') ?? like.manufacturer,
    capacityBytes: numberAt(doc, 'CapacityBytes') ?? like.capacityBytes,
    media: doc.MediaType === 'HDD' ? 'HDD' : 'SSD',
    protocol: protocol === 'SATA' || protocol === 'SAS' ? protocol : 'NVMe',
  };
}

/** Boot entries under the references the tree has; what they boot is read from their device paths. */
export function bootOptionsOf(tree: Tree, system: JsonObject): readonly BootOptionFacts[] {
  const boot = objectAt(system, 'Boot');
  const options = membersAt(tree, boot, 'BootOptions');
  const byReference = new Map(options.map((doc) => [stringAt(doc, 'BootOptionReference') ?? stringAt(doc, 'Id'), doc]));
  const order = listOf(boot.BootOrder).filter((reference) => typeof reference === 'string');
  return order.map((id) => {
    const doc = byReference.get(id) ?? {};
    const name = stringAt(doc, 'DisplayName') ?? id;
    return { id, name, device: deviceOf(`${name} ${stringAt(doc, 'UefiDevicePath') ?? ''}`) };
  });
}

function deviceOf(text: string): BootOptionFacts['device'] {
  if (/\bUri\(|HTTP/i.test(text)) return 'UefiHttp';
  return /MAC\(|PXE|NIC|Network/i.test(text) ? 'Pxe' : 'Hdd';
}
