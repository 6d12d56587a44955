/** Sent bytes become values: JSON, YAML or protobuf. What is nested without end is refused before anything walks it. */
import type { Document } from 'yaml';
import { engines } from '../engines.js';
import { decodeProtobuf } from '../protobuf/decode.js';
import { duplicateKeys } from '../schema/duplicates.js';
import { badRequest, unsupportedMediaType } from '../status.js';
import { isObject, type Json } from '../types.js';
import type { Call } from './call.js';
import { checkNesting, checkYamlNesting } from './nesting.js';

const ACCEPTED = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** A body as a value, with the paths of repeated keys. */
export interface Parsed {
  readonly value: Json;
  readonly duplicates: readonly string[];
  readonly text: string;
}

const mediaType = (contentType: string) => (contentType.split(';')[0] ?? '').trim().toLowerCase();

/** Parse the body of a create or update. @throws StatusError 400, 415 */
export function parseBody(call: Call): Parsed {
  const type = mediaType(call.contentType);
  switch (type) {
    case '':
    case 'application/json':
      return parseJson(call.body.toString(), call.resource.kind);
    case 'application/yaml':
      return parseYamlObject(call.body.toString(), call.resource.kind);
    case 'application/vnd.kubernetes.protobuf':
      return { value: decodeProtobuf(call.body, call.resource), duplicates: [], text: '' };
    default:
      throw unsupportedMediaType(ACCEPTED);
  }
}

/** The first bytes of what was sent, as error texts of a real server quote it. */
export const excerpt = (text: string): string => {
  if (text === '') return '<empty>';
  return text.length > 30 ? `${text.slice(0, 30)} ...` : text;
};

/** Bytes that are not the start of an object are quoted as hex. */
const quoted = (text: string): string => {
  if (text === '') return '<empty>';
  return text.startsWith('{') ? excerpt(text) : Buffer.from(text.slice(0, 28)).toString('hex');
};

/** JSON whose nesting is bounded. @throws Error with what is wrong, in plain words */
export function parseJsonText(text: string): Json {
  if (text.trim() === '') throw new Error('unexpected end of JSON input');
  checkNesting(text);
  return JSON.parse(text) as Json;
}

const unrecognised = (kind: string, text: string, why: string) =>
  badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${quoted(text)})`);

/** @throws StatusError 400 for a value that is no object */
function checkObject(value: Json, kind: string, text: string): void {
  if (value === null) throw unrecognised(kind, text, "Object 'Kind' is missing in 'null'");
  if (!isObject(value)) throw unrecognised(kind, text, "couldn't get version/kind; json parse error: not an object");
}

function parseYamlObject(text: string, kind: string): Parsed {
  const parsed = parseYaml(text, `the object provided is unrecognized (must be of type ${kind}): `);
  checkObject(parsed.value, kind, text);
  return parsed;
}

function parseJson(text: string, kind: string): Parsed {
  let value: Json;
  try {
    value = parseJsonText(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    throw unrecognised(kind, text, `couldn't get version/kind; json parse error: ${why}`);
  }
  checkObject(value, kind, text);
  return { value, duplicates: duplicateKeys(text, value), text };
}

/** Aliases that unfold without end are the sender's fault. @throws StatusError 400 */
function unfolded(document: Document.Parsed, prefix: string): Json {
  try {
    return (document.toJS({ mapAsMap: false, maxAliasCount: 100 }) ?? null) as Json;
  } catch (error) {
    throw badRequest(`${prefix}yaml: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** JSON where YAML may stand, which most programs send; undefined when it is none, or has keys twice. */
function asJson(text: string): Json | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value = parseJsonText(text);
    return duplicateKeys(text, value).length === 0 ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Parse YAML 1.1, as Kubernetes reads it: `no` is false, `0x4` is four. @throws StatusError 400 */
export function parseYaml(text: string, prefix: string): Parsed {
  const json = asJson(text);
  if (json !== undefined) return { value: json, duplicates: [], text };
  try {
    checkYamlNesting(text);
  } catch (error) {
    throw badRequest(`${prefix}yaml: ${error instanceof Error ? error.message : ''}`);
  }
  const { parseDocument } = engines().yaml;
  const document = parseDocument(text, { version: '1.1', uniqueKeys: false, merge: true });
  const [error] = document.errors;
  if (error !== undefined) throw badRequest(`${prefix}yaml: ${error.message.split('\n')[0]}`);
  const value = unfolded(document, prefix);
  const strict = parseDocument(text, { version: '1.1', uniqueKeys: true });
  const duplicates = strict.errors
    .filter(({ code }) => code === 'DUPLICATE_KEY')
    .map(({ pos }) => {
      const line = text.slice(0, pos[0]).split('\n').length;
      const key = /^([^:]+):/.exec(text.slice(pos[0]))?.[1]?.trimStart() ?? '';
      return `line ${line}: key ${JSON.stringify(key)} already set in map`;
    });
  return { value, duplicates, text };
}
