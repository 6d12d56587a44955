/**
 * Payload of `POST /register` (upstream's metalprobe): checked, bounded, and reduced to what reconcilers read. `null`
 * stands for an empty list, as Go writes nil slices. `data` is the whole report, without members nobody knows.
 */

import { readReport, reportNames } from '../../api/probe-report.js';
import type { ProbeInterface, ProbeNeighbor, ProbeReport } from '../../ports/probes.js';
import { namesOf, parseGoJson } from '../go-json.js';

export type Registration = { readonly systemUUID: string; readonly report: ProbeReport } | { readonly problem: string };

const maxInterfaces = 512;
const maxText = 1_024;

const names = namesOf(['systemUUID', 'data', ...reportNames]);

type Fields = Readonly<Record<string, unknown>>;

class Unreadable extends Error {}

export function parseRegistration(body: string): Registration {
  try {
    const message = fields(parseGoJson(body, names), 'body');
    const systemUUID = text(message, 'systemUUID') ?? '';
    if (systemUUID === '') return { problem: 'systemUUID is empty' };
    const data = fields(message.data ?? {}, 'data');
    const networkInterfaces = list(data, 'networkInterfaces').map(interfaceOf);
    const lldp = list(data, 'lldp').map((entry) => ({
      name: text(entry, 'name') ?? '',
      neighbors: list(entry, 'neighbors').map(neighborOf),
    }));
    const read = readReport(data);
    return 'problem' in read ? read : { systemUUID, report: { networkInterfaces, lldp, data: read.data } };
  } catch (error) {
    if (error instanceof Unreadable) return { problem: error.message };
    if (error instanceof SyntaxError) return { problem: 'the body is not JSON' };
    throw error;
  }
}

function interfaceOf(entry: Fields): ProbeInterface {
  const carrierStatus = text(entry, 'carrierStatus');
  const present = texts(entry, 'ipAddresses');
  const legacy = text(entry, 'ipAddress');
  return {
    name: text(entry, 'name') ?? '',
    macAddress: text(entry, 'macAddress') ?? '',
    ipAddresses: (present.length > 0 ? present : [legacy ?? '']).filter((address) => address !== ''),
    ...(carrierStatus === undefined ? {} : { carrierStatus }),
  };
}

const neighborKeys = ['chassisId', 'portId', 'portDescription', 'systemName', 'systemDescription'] as const;

const neighborOf = (entry: Fields): ProbeNeighbor =>
  Object.fromEntries(neighborKeys.flatMap((key) => (text(entry, key) === undefined ? [] : [[key, text(entry, key)]])));

function fields(value: unknown, name: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Unreadable(`${name} is not an object`);
}

function list(parent: Fields, key: string): Fields[] {
  const value = parent[key] ?? [];
  if (!Array.isArray(value)) throw new Unreadable(`${key} is not a list`);
  if (value.length > maxInterfaces) throw new Unreadable(`${key} has more than ${maxInterfaces} entries`);
  return value.map((entry) => fields(entry, `an entry of ${key}`));
}

function text(parent: Fields, key: string): string | undefined {
  const value = parent[key] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw new Unreadable(`${key} is not a string`);
  return value.slice(0, maxText);
}

function texts(parent: Fields, key: string): string[] {
  const value = parent[key] ?? [];
  if (!Array.isArray(value)) throw new Unreadable(`${key} is not a list`);
  return value.slice(0, maxInterfaces).map((entry) => {
    if (typeof entry !== 'string') throw new Unreadable(`an entry of ${key} is not a string`);
    return entry.slice(0, maxText);
  });
}
