/**
 * The template of a BMC's DNS record, filled in. What a BMC or a label says never meets the YAML parser: it is rendered
 * as a marker, and takes the marker's place in the strings of what was parsed. So no value can change the structure,
 * whatever is in it and however the template quotes it (S-TPL-1).
 * Source  upstream §6.5 and its inband §8: names of the variables, defaults and refusals.
 */
import type { KubeObject } from '../../api/kind.js';
import type { BMC } from '../../api/metal/v1alpha1/index.js';
import { parse, run, textOf, type Value } from '../../lib/go-template/index.js';
import { parseIp } from '../../lib/ip.js';
import { isObject } from '../../lib/merge-patch.js';
import { isPlain } from '../../lib/sanitize.js';

/** A template as it was read at the start, and the parser of what comes of it. */
export interface DnsRecordTemplate {
  readonly text: string;
  readonly readYaml: (text: string) => unknown;
}

/** The object for this BMC, without its owner. @throws Error in words */
export function renderRecord(template: DnsRecordTemplate, bmc: BMC, namespace: string): KubeObject {
  const values: string[] = [];
  const mark = markerFor(template.text);
  const text = run(parse(template.text), variablesOf(bmc, namespace), (value) => {
    if (typeof value !== 'string') return textOf(value);
    values.push(value);
    return `${mark}${values.length - 1}x`;
  });
  return objectOf(unmarked(parsed(template, text), new RegExp(`${mark}(\\d+)x`, 'g'), values), namespace);
}

/** Letters and digits alone are the same in every place of a YAML document; and none that the template itself has. */
function markerFor(template: string): string {
  let mark = 'qv';
  while (template.includes(mark)) mark += 'qv';
  return mark;
}

/** The parser quotes what it stumbled on, which holds markers and helps nobody. */
function parsed({ readYaml }: DnsRecordTemplate, text: string): unknown {
  try {
    return readYaml(text);
  } catch {
    throw new Error('it does not make one YAML document');
  }
}

function unmarked(node: unknown, marks: RegExp, values: readonly string[]): unknown {
  const told = (text: string): string => text.replace(marks, (_, index: string) => values[Number(index)] ?? '');
  if (typeof node === 'string') return told(node);
  if (Array.isArray(node)) return node.map((item) => unmarked(item, marks, values));
  if (!isObject(node)) return node;
  const members = Object.entries(node).map(([key, item]) => [told(key), unmarked(item, marks, values)] as const);
  const keys = new Set(members.map(([key]) => key));
  if (keys.size < members.length) throw new Error('it has one key twice, once from a label or another value');
  return Object.fromEntries(members);
}

function objectOf(made: unknown, namespace: string): KubeObject {
  const { apiVersion, kind, metadata } = isObject(made) ? made : {};
  const isTyped = typeof apiVersion === 'string' && apiVersion !== '' && typeof kind === 'string' && kind !== '';
  if (!isTyped) throw new Error('it is missing apiVersion or kind');
  const named = isObject(metadata) ? metadata : {};
  if (typeof named.name !== 'string' || named.name === '') throw new Error('it must specify a name');
  return {
    ...(made as object),
    apiVersion,
    kind,
    metadata: { ...named, name: named.name, namespace: named.namespace ?? namespace },
  } as KubeObject;
}

/** Upstream's names. Each value is looked at when the template asks for it: what is not used hinders nobody. */
function variablesOf({ metadata, spec, status }: BMC, namespace: string): Value {
  const told = status ?? {};
  return lazy({
    Name: () => metadata.name,
    Namespace: () => namespace,
    Labels: () => new Map(Object.entries(metadata.labels ?? {}).map(([key, value]) => [key, plain(key, value)])),
    Hostname: () => hostName(spec?.hostname || metadata.name),
    IP: () => ipOf(told.ip),
    // Not upstream's: the record type that fits the address.
    RecordType: () => (parseIp(ipOf(told.ip))?.family === 6 ? 'AAAA' : 'A'),
    MACAddress: () => macOf(told.macAddress),
    BMCUUID: () => plain('BMCUUID', spec?.bmcUUID),
    Protocol: () => ({ Name: spec?.protocol.name ?? '', Port: spec?.protocol.port ?? 0 }),
    Manufacturer: () => plain('Manufacturer', told.manufacturer),
    Model: () => plain('Model', told.model),
    SKU: () => plain('SKU', told.sku),
    SerialNumber: () => plain('SerialNumber', told.serialNumber),
    FirmwareVersion: () => plain('FirmwareVersion', told.firmwareVersion),
    State: () => plain('State', told.state),
    PowerState: () => plain('PowerState', told.powerState),
    LastResetTime: () => plain('LastResetTime', told.lastResetTime),
  });
}

const lazy = (fields: Readonly<Record<string, () => Value>>): Value =>
  Object.defineProperties({}, Object.fromEntries(Object.entries(fields).map(([name, get]) => [name, { get }])));

/** One line of text without anything that acts; a BMC says what it likes. */
function plain(name: string, value: string | undefined): string {
  if (value !== undefined && !isPlain(value)) throw new Error(`${name} holds control characters`);
  return value ?? '';
}

function ipOf(value: string | undefined): string {
  if (value === undefined || parseIp(value) === undefined) throw new Error('the BMC has no valid IP address');
  return value;
}

const mac = /^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$/;

function macOf(value: string | undefined): string {
  if (value !== undefined && !mac.test(value)) throw new Error('the MAC address is none');
  return value ?? '';
}

const label = /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/;

/** DNS labels (RFC 1123), 253 characters in all. */
function hostName(value: string): string {
  if (value.length > 253 || !value.split('.').every((each) => label.test(each)))
    throw new Error('the host name is no DNS name');
  return value;
}
