/** Values that were sent become objects: checked for kind and version, pruned, defaulted; unknown fields are told or refused. */
import { invalidValue } from '../field-errors.js';
import { coerceEmbedded } from '../resources/embedded.js';
import { encodeAsGo } from '../resources/go-encoding.js';
import { decodeMetadata, dedupeOwners, groupVersion } from '../resources/metadata.js';
import { apiVersionOf, type Resource } from '../resources/resource.js';
import { applyDefaults, dropNulls } from '../schema/defaults.js';
import { prune } from '../schema/prune.js';
import { badRequest, invalid, StatusError } from '../status.js';
import { clone, isObject, type Json, type JsonObject, type KubeObject } from '../types.js';
import type { Call } from './call.js';
import { excerpt, type Parsed } from './parse.js';

export interface Decoded {
  readonly object: KubeObject;
  /** What strict decoding objects to, one text each. */
  readonly faults: readonly string[];
}

const duplicateFault = (path: string) => (path.startsWith('line ') ? path : `duplicate field ${JSON.stringify(path)}`);
const unknownFault = (path: string) => `unknown field ${JSON.stringify(path)}`;

/** Turn a parsed body into an object of the resource. @throws StatusError 400, 422 */
export function decodeObject(call: Call, parsed: Parsed): Decoded {
  const { resource } = call;
  const sent = parsed.value as JsonObject;
  checkType(call, sent, parsed.text);
  const faults = parsed.duplicates.map(duplicateFault);
  const decoded = resource.isCustom ? decodeCustom(resource, sent, true) : decodeBuiltin(resource, sent);
  resource.setDefaults(decoded.object);
  call.warnings.push(...dedupeOwners(decoded.object.metadata));
  return { object: decoded.object, faults: [...faults, ...decoded.unknown.map(unknownFault)] };
}

/** Refuse, warn of, or overlook faults, as the request asked. @throws StatusError 400 */
export function reportFaults(call: Call, faults: readonly string[], validation: string): void {
  if (faults.length === 0 || validation === 'Ignore') return;
  if (validation === 'Warn') {
    call.warnings.push(...faults);
    return;
  }
  throw cannotHandle(call.resource, `strict decoding error: ${faults.join(', ')}`);
}

export const cannotHandle = (resource: Resource, why: string): StatusError =>
  badRequest(
    `${resource.kind} in version ${JSON.stringify(resource.version)} cannot be handled as a ${resource.kind}: ${why}`,
  );

function checkType(call: Call, sent: JsonObject, text: string): void {
  const { resource } = call;
  const { kind, apiVersion } = sent;
  const wanted = apiVersionOf(resource);
  if (!resource.isCustom) {
    if (kind !== undefined && kind !== resource.kind) {
      const why = `converting (${resource.version}.${String(kind)}) to (core.${resource.kind}): unknown conversion`;
      throw badRequest(
        `${String(kind)} in version ${JSON.stringify(resource.version)} cannot be handled as a ${resource.kind}: ${why}`,
      );
    }
    if (apiVersion !== undefined && apiVersion !== wanted) throw wrongVersion(apiVersion, wanted);
    return;
  }
  if (typeof kind !== 'string' || kind === '') {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${resource.kind}): Object 'Kind' is missing in '${text}' (${excerpt(text)})`,
    );
  }
  if (apiVersion !== wanted) throw customVersionError(resource, sent, wanted);
  if (kind !== resource.kind) throw wrongKind(resource, sent, kind);
}

const wrongVersion = (found: unknown, wanted: string) =>
  badRequest(
    `the API version in the data (${String(found ?? '')}) does not match the expected API version (${wanted})`,
  );

/** A version of the same group that is not served has no schema: to a real server every field is unknown then. */
function customVersionError(resource: Resource, sent: JsonObject, wanted: string): StatusError {
  const error = wrongVersion(sent.apiVersion, wanted);
  if (typeof sent.apiVersion === 'string' && groupVersion(sent.apiVersion).group === resource.group) {
    const keys = Object.keys(sent).filter((key) => !['apiVersion', 'kind', 'metadata'].includes(key));
    error.warnings = keys.sort().map(unknownFault);
  }
  return error;
}

function wrongKind(resource: Resource, sent: JsonObject, kind: string): StatusError {
  const name = isObject(sent.metadata) ? String(sent.metadata.name ?? '') : '';
  return invalid({ group: resource.group, kind }, name, [invalidValue('kind', kind, `must be ${resource.kind}`)]);
}

interface Shaped {
  readonly object: KubeObject;
  readonly unknown: readonly string[];
}

/** Metadata as a Go struct, the rest pruned and defaulted by the schema, in place. @throws StatusError 400 */
export function decodeCustom(resource: Resource, sent: JsonObject, dropsNulls: boolean): Shaped {
  try {
    const metadata = isObject(sent.metadata) ? sent.metadata : {};
    const decoded = decodeMetadata(metadata);
    const object = { ...sent, metadata: decoded.metadata } as KubeObject;
    const value = object as unknown as Json;
    const unknown = [...decoded.unknown, ...prune(value, resource.schema), ...coerceEmbedded(value, resource.schema)];
    if (dropsNulls) dropNulls(value, withoutMetadata(resource));
    applyDefaults(value, withoutMetadata(resource));
    return { object, unknown: unknown.sort() };
  } catch (error) {
    throw error instanceof StatusError && error.code === 400 ? cannotHandle(resource, error.message) : error;
  }
}

const bodySchemas = new WeakMap<Resource, Resource['schema']>();

function withoutMetadata(resource: Resource): Resource['schema'] {
  let schema = bodySchemas.get(resource);
  if (schema === undefined) {
    const { metadata: _, ...properties } = resource.schema.properties ?? {};
    schema = { ...resource.schema, properties };
    bodySchemas.set(resource, schema);
  }
  return schema;
}

/** Everything as a Go struct. @throws StatusError 400 */
export function decodeBuiltin(resource: Resource, sent: JsonObject): Shaped {
  try {
    const { value, unknown } = encodeAsGo(sent, resource.schema, resource.kind);
    const object = { ...value, apiVersion: apiVersionOf(resource), kind: resource.kind } as unknown as KubeObject;
    return { object, unknown };
  } catch (error) {
    throw error instanceof StatusError && error.code === 400 ? cannotHandle(resource, error.message) : error;
  }
}

/** Decode again after a merge: the same shape a client's own object would get. The merge may share parts with others. */
export const reshape = (resource: Resource, object: KubeObject, dropsNulls = true): Shaped =>
  resource.isCustom
    ? decodeCustom(resource, clone(object) as unknown as JsonObject, dropsNulls)
    : decodeBuiltin(resource, object as unknown as JsonObject);
