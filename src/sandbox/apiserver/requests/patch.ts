/** PATCH of an object or a subresource: JSON, merge, strategic merge and apply patches. */

import { invalidValue } from '../field-errors.js';
import { applyJsonPatch, JsonPatchError, type JsonPatchOperation } from '../patch/json-patch.js';
import { applyMergePatch } from '../patch/merge-patch.js';
import { applyStrategicMergePatch, goMap } from '../patch/strategic-merge-patch.js';
import { dedupeOwners } from '../resources/metadata.js';
import { apiVersionOf, type Resource, resourceName } from '../resources/resource.js';
import { duplicateKeys } from '../schema/duplicates.js';
import { badRequest, invalid, notFound, StatusError, tooLarge, unsupportedMediaType } from '../status.js';
import { canonical, isObject, type Json, type JsonObject, type KubeObject } from '../types.js';
import { applyPatch } from './apply.js';
import type { Answer, Call } from './call.js';
import { reshape } from './decode.js';
import { isTooDeep } from './nesting.js';
import { type WriteOptions, writeOptions } from './options.js';
import { ownersAfterUpdate } from './ownership.js';
import { parseJsonText } from './parse.js';
import { answer, checkName, keyOfCall } from './update.js';
import { draft, perform, placeInNamespace, updateObject } from './write-pipeline.js';

const JSON_PATCH = 'application/json-patch+json';
const MERGE_PATCH = 'application/merge-patch+json';
const STRATEGIC_PATCH = 'application/strategic-merge-patch+json';
const APPLY_PATCH = 'application/apply-patch+yaml';
const MAX_OPERATIONS = 10_000;

const acceptedBy = (resource: Resource): string[] =>
  resource.isCustom ? [JSON_PATCH, MERGE_PATCH, APPLY_PATCH] : [JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, APPLY_PATCH];

/** What a patch makes of a document, and how errors show it. */
interface Patch {
  run(document: JsonObject): Json;
  /** The value named by "patch: Invalid value". */
  shown(patched: Json): string;
  readonly duplicates: readonly string[];
}

/** Change an object. @throws StatusError */
export function patch(call: Call): Promise<Answer> {
  const type = (call.contentType.split(';')[0] ?? '').trim();
  if (!acceptedBy(call.resource).includes(type)) throw wrongMediaType(call.resource);
  if (type === APPLY_PATCH) return applyPatch(call);
  const options = writeOptions(call.query, 'PatchOptions', call.userAgent);
  return patchStored(call, parsePatch(type, call), options);
}

const wrongMediaType = (resource: Resource) =>
  resource.isCustom
    ? unsupportedMediaType(acceptedBy(resource))
    : new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});

function parsePatch(type: string, call: Call): Patch {
  const text = call.body.toString();
  let sent: Json;
  try {
    sent = parseJsonText(text);
  } catch (error) {
    throw badRequest(`error decoding patch: ${error instanceof Error ? error.message : ''}`);
  }
  if (type === JSON_PATCH) return jsonPatch(sent);
  if (!isObject(sent)) throw badRequest('error decoding patch: json: cannot unmarshal into Go value of type map');
  const shown = (patched: Json) => (type === STRATEGIC_PATCH ? goMap(sent) : canonical(patched));
  const run = (document: JsonObject) =>
    type === STRATEGIC_PATCH
      ? applyStrategicMergePatch(document, sent, call.resource.schema)
      : applyMergePatch(document, sent);
  return { run, shown, duplicates: duplicateKeys(text, sent) };
}

/** A JSON patch that was sent. @throws StatusError 400, 413 */
export function jsonPatch(sent: Json): Patch {
  if (!Array.isArray(sent) || !sent.every(isObject))
    throw badRequest('error decoding patch: json: cannot unmarshal into Go value of type []jsonPatchOp');
  if (sent.length > MAX_OPERATIONS) {
    throw tooLarge(`The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${sent.length}`);
  }
  const run = (document: JsonObject) => {
    try {
      const patched = applyJsonPatch(document, sent as unknown as JsonPatchOperation[]);
      if (isTooDeep(patched)) throw new JsonPatchError('exceeded max depth');
      return patched;
    } catch (error) {
      if (!(error instanceof JsonPatchError)) throw error;
      throw new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
    }
  };
  return { run, shown: canonical, duplicates: [] };
}

function patchStored(call: Call, change: Patch, options: WriteOptions): Promise<Answer> {
  return perform(call, options, (transaction) => {
    const stored = transaction.get(call.resource.table, keyOfCall(call));
    if (stored === undefined) throw notFound(resourceName(call.resource), call.name);
    const old = call.resource.toServed(stored);
    const next = patched(call, old, change, options);
    const owners = (live: KubeObject, object: KubeObject) =>
      ownersAfterUpdate(call, live, object, options.fieldManager);
    return answer(call, 200, updateObject({ call, transaction, old, stored, next, needsVersion: false, owners }));
  });
}

/** The patched object, decoded as if it had been sent. */
function patched(call: Call, old: KubeObject, change: Patch, options: WriteOptions): KubeObject {
  const { resource } = call;
  const result = change.run(draft(old) as unknown as JsonObject);
  checkPatchedType(resource, result, old);
  const { object, unknown } = decodePatched(resource, result, change);
  const faults = [
    ...change.duplicates.map((path) => `duplicate field ${JSON.stringify(path)}`),
    ...unknown.map((path) => `unknown field ${JSON.stringify(path)}`),
  ];
  if (faults.length > 0 && options.fieldValidation === 'Strict') {
    throw unprocessable(change.shown(result), `strict decoding error: ${faults.join(', ')}`);
  }
  if (options.fieldValidation === 'Warn') call.warnings.push(...faults);
  resource.setDefaults(object);
  call.warnings.push(...dedupeOwners(object.metadata));
  checkName(call, object);
  placeInNamespace(call, object);
  return object;
}

const unprocessable = (shown: string, why: string) =>
  invalid({ group: '', kind: '' }, '', [invalidValue('patch', shown, why)]);

function decodePatched(resource: Resource, result: Json, change: Patch) {
  try {
    return reshape(resource, result as unknown as KubeObject);
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 400) throw error;
    const why = error.message.replace(/^.* cannot be handled as a \w+: /, '');
    throw unprocessable(change.shown(result), typeMismatch(why));
  }
}

/** Strategic patches fail on types in the merge library, with its words. */
const typeMismatch = (why: string): string =>
  /cannot unmarshal string into Go struct field .* of type map/.test(why) ? 'cannot restore map from string' : why;

function checkPatchedType(resource: Resource, result: Json, old: KubeObject): void {
  if (!isObject(result))
    throw new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
  const wanted = apiVersionOf(resource);
  const name = old.metadata.name ?? '';
  const kind = String(result.kind ?? '');
  if (kind !== resource.kind) {
    throw invalid({ group: resource.group, kind }, name, [invalidValue('kind', kind, `must be ${resource.kind}`)]);
  }
  if (result.apiVersion === wanted) return;
  const error = invalid({ group: resource.group, kind }, name, [
    invalidValue('apiVersion', result.apiVersion ?? '', `must be ${wanted}`),
  ]);
  const known = ['apiVersion', 'kind', 'metadata'];
  error.warnings = Object.keys(result)
    .filter((key) => !known.includes(key))
    .map((key) => `unknown field ${JSON.stringify(key)}`);
  throw error;
}
