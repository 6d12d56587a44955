/**
 * Strategic merge patch, for built-in kinds only: lists with a merge key are merged item by item, lists of scalars with
 * the merge strategy are united; `$patch`, `$deleteFromPrimitiveList` and `$setElementOrder` are understood. Pure.
 */
import { fieldSchema, type Schema } from '../schema/schema.js';
import { badRequest, internal, type StatusError } from '../status.js';
import { canonical, equal, isObject, type Json, type JsonObject, own, setOwn } from '../types.js';

const DELETE_FROM = '$deleteFromPrimitiveList/';
const ORDER = '$setElementOrder/';
const RETAIN_KEYS = '$retainKeys';

/** Apply a patch. @throws StatusError for an unknown directive or an item without its merge key */
export function applyStrategicMergePatch(
  document: JsonObject,
  patch: JsonObject,
  schema: Schema | undefined,
): JsonObject {
  switch (patch.$patch) {
    case undefined:
      return mergeObject(document, patch, schema);
    case 'replace': {
      const { $patch: _, ...rest } = patch;
      return rest;
    }
    case 'delete':
      return {};
    case 'merge':
      return mergeObject(document, patch, schema);
    default:
      throw internal(`unknown patch type: ${String(patch.$patch)} in map: ${goMap(patch)}`);
  }
}

function mergeObject(document: JsonObject, patch: JsonObject, schema: Schema | undefined): JsonObject {
  const result: JsonObject = { ...document };
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) applyDirective(result, key, value);
    else if (value === null) delete result[key];
    else setOwn(result, key, mergeValue(own(result, key), value, fieldSchema(schema, key)));
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(ORDER)) reorder(result, key.slice(ORDER.length), value, schema);
  }
  return result;
}

function applyDirective(result: JsonObject, key: string, value: Json): void {
  if (key.startsWith(DELETE_FROM)) {
    const field = key.slice(DELETE_FROM.length);
    const list = result[field];
    if (!Array.isArray(list) || !Array.isArray(value)) return;
    const left = list.filter((item) => !value.some((gone) => equal(gone, item)));
    if (left.length > 0) result[field] = left;
    else delete result[field];
  } else if (key === RETAIN_KEYS && Array.isArray(value)) {
    for (const field of Object.keys(result)) if (!value.includes(field)) delete result[field];
  }
}

function mergeValue(current: Json | undefined, value: Json, schema: Schema | undefined): Json {
  if (isObject(value)) return applyStrategicMergePatch(isObject(current) ? current : {}, value, schema);
  if (!Array.isArray(value) || schema?.['x-kubernetes-patch-strategy'] !== 'merge') return value;
  const live = Array.isArray(current) ? current : [];
  const key = schema['x-kubernetes-patch-merge-key'];
  return key === undefined ? uniteScalars(live, value) : mergeItems(live, value, key, schema.items);
}

const uniteScalars = (live: Json[], patch: Json[]): Json[] => [
  ...live,
  ...patch.filter((item) => !live.some((known) => equal(known, item))),
];

function mergeItems(live: Json[], patch: Json[], key: string, schema: Schema | undefined): Json[] {
  if (patch.some((item) => isObject(item) && item.$patch === 'replace')) {
    return patch.filter((item) => !(isObject(item) && item.$patch === 'replace'));
  }
  let result = [...live];
  const touched: Json[] = [];
  for (const item of patch) {
    if (!isObject(item) || item[key] === undefined) throw missingKey(item, key);
    const place = result.findIndex((known) => isObject(known) && equal(known[key], item[key]));
    if (item.$patch === 'delete') result = result.filter((_, index) => index !== place);
    else if (place >= 0) result[place] = applyStrategicMergePatch(result[place] as JsonObject, item, schema);
    else {
      result.push(item);
      touched.push(item);
    }
  }
  return patch.some((item) => isObject(item) && item.$patch === 'delete') ? newFirst(result, touched) : result;
}

/** With deletions in the patch a real server puts what the patch names before what it does not. */
const newFirst = (list: Json[], touched: readonly Json[]) => [
  ...list.filter((item) => touched.includes(item)),
  ...list.filter((item) => !touched.includes(item)),
];

function missingKey(item: Json, key: string): StatusError {
  if (!isObject(item)) return badRequest(`expected an object with the merge key ${key}`);
  return internal(`map: ${goMap(item)} does not contain declared merge key: ${key}`);
}

/** A map the way Go prints it. */
export const goMap = (value: JsonObject): string =>
  `map[${Object.keys(value)
    .sort()
    .map((key) => `${key}:${goValue(value[key] as Json)}`)
    .join(' ')}]`;

const goValue = (value: Json): string => {
  if (isObject(value)) return goMap(value);
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  return value === null ? '<nil>' : String(value);
};

function reorder(result: JsonObject, field: string, order: Json, schema: Schema | undefined): void {
  const list = result[field];
  if (!Array.isArray(list) || !Array.isArray(order)) return;
  const key = fieldSchema(schema, field)?.['x-kubernetes-patch-merge-key'];
  const rank = (item: Json) => {
    const wanted = key === undefined ? item : isObject(item) ? item[key] : undefined;
    const place = order.findIndex(
      (entry) => canonical(key !== undefined && isObject(entry) ? entry[key] : entry) === canonical(wanted ?? null),
    );
    return place < 0 ? order.length : place;
  };
  result[field] = [...list].sort((a, b) => rank(a) - rank(b));
}
