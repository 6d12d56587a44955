/** Protobuf bodies become the JSON their senders could have sent; what has no table here is 415. */
import { apiVersionOf, type Resource } from '../resources/resource.js';
import { badRequest, unsupportedMediaType } from '../status.js';
import type { Json, JsonObject } from '../types.js';
import { ENVELOPE, type Field, MESSAGES, type Message } from './messages.js';
import { readFields, WireError } from './reader.js';

const MAGIC = Buffer.from('k8s\0');

/** Decode a body sent to a resource. @throws StatusError 400, 415 */
export function decodeProtobuf(body: Buffer, resource: Resource): JsonObject {
  const unrecognised = (why: string, shown: string) =>
    badRequest(`the object provided is unrecognized (must be of type ${resource.kind}): ${why} (${shown})`);
  if (body.length === 0) throw unrecognised('empty data', '<empty>');
  if (!body.subarray(0, MAGIC.length).equals(MAGIC)) {
    const why = 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]';
    throw unrecognised(why, body.subarray(0, 28).toString('hex'));
  }
  if (resource.isCustom) throw unsupportedMediaType(['application/json', 'application/yaml']);
  try {
    return decodeEnvelope(body.subarray(MAGIC.length), resource);
  } catch (error) {
    if (error instanceof WireError) throw unrecognised(error.message, body.subarray(0, 28).toString('hex'));
    throw error;
  }
}

function decodeEnvelope(body: Buffer, resource: Resource): JsonObject {
  const envelope = decodeMessage(body, ENVELOPE);
  const type = (envelope.typeMeta ?? {}) as { apiVersion?: string; kind?: string };
  const apiVersion = type.apiVersion || apiVersionOf(resource);
  const kind = type.kind || resource.kind;
  const message = MESSAGES[`${apiVersion}/${kind}`];
  if (message === undefined) throw unsupportedMediaType(['application/json', 'application/yaml']);
  const raw = Buffer.from(String(envelope.raw ?? ''), 'base64');
  return { apiVersion, kind, ...decodeMessage(raw, message) };
}

/** Decode one message by its table; unknown fields are skipped. @throws WireError */
export function decodeMessage(bytes: Uint8Array, message: Message): JsonObject {
  const result: JsonObject = {};
  for (const { number, value } of readFields(bytes)) {
    const field = message[number];
    if (field === undefined) continue;
    const decoded = decodeValue(value, field);
    if (decoded === undefined) continue;
    if (typeof field.type === 'object' && 'map' in field.type) {
      result[field.name] = { ...(result[field.name] as JsonObject | undefined), ...(decoded as JsonObject) };
    } else if (field.isRepeated) result[field.name] = [...((result[field.name] as Json[] | undefined) ?? []), decoded];
    else result[field.name] = decoded;
  }
  return result;
}

function decodeValue(value: number | Uint8Array, { type }: Field): Json | undefined {
  if (typeof value === 'number') return type === 'bool' ? value !== 0 : value;
  if (type === 'string') return text(value);
  if (type === 'bytes') return base64(value);
  if (type === 'time' || type === 'microTime') return decodeTime(value, type);
  if (typeof type === 'object' && 'message' in type) return decodeMessage(value, type.message);
  return typeof type === 'object' ? decodeEntry(value, type.map) : undefined;
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

function decodeEntry(bytes: Uint8Array, kind: 'string' | 'bytes'): JsonObject {
  let key = '';
  let entry = '';
  for (const { number, value } of readFields(bytes)) {
    if (typeof value === 'number') continue;
    if (number === 1) key = text(value);
    if (number === 2) entry = kind === 'bytes' ? base64(value) : text(value);
  }
  return { [key]: entry };
}

/** Times are seconds and nanoseconds; no seconds at all is the zero time. */
function decodeTime(bytes: Uint8Array, precision: 'time' | 'microTime'): string | undefined {
  let seconds: number | undefined;
  let nanos = 0;
  for (const { number, value } of readFields(bytes)) {
    if (typeof value !== 'number') continue;
    if (number === 1) seconds = value;
    if (number === 2) nanos = value;
  }
  if (seconds === undefined || seconds < -62_135_596_799) return undefined;
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  return precision === 'time' ? `${whole}Z` : `${whole}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z`;
}
