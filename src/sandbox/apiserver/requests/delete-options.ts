/** DeleteOptions: from the body when there is one, and then from it alone; else from the query. */
import { invalidValue, notSupported } from '../field-errors.js';
import { decodeMessage } from '../protobuf/decode.js';
import { MESSAGES } from '../protobuf/messages.js';
import { readFields } from '../protobuf/reader.js';
import { badRequest, type FieldError, invalid, unsupportedMediaType } from '../status.js';
import { isObject, type Json, type JsonObject } from '../types.js';
import type { Call } from './call.js';
import { dryRunErrors } from './options.js';
import { parseJsonText, parseYaml } from './parse.js';

export interface DeleteOptions {
  readonly dryRun: boolean;
  readonly propagation: 'Orphan' | 'Background' | 'Foreground' | undefined;
  readonly preconditions: { readonly uid?: string; readonly resourceVersion?: string };
}

const POLICIES = ['Foreground', 'Background', 'Orphan'];
const ACCEPTED = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** @throws StatusError 400, 415, 422 */
export function parseDeleteOptions(call: Call): DeleteOptions {
  const sent = call.body.length > 0 ? fromBody(call) : fromQuery(call.query);
  const errors = [...policyErrors(sent), ...dryRunErrors(dryRuns(sent))];
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors);
  const preconditions = isObject(sent.preconditions) ? sent.preconditions : {};
  return {
    dryRun: dryRuns(sent).length > 0,
    propagation: propagationOf(sent),
    preconditions: {
      ...(typeof preconditions.uid === 'string' ? { uid: preconditions.uid } : {}),
      ...(typeof preconditions.resourceVersion === 'string' ? { resourceVersion: preconditions.resourceVersion } : {}),
    },
  };
}

const dryRuns = (sent: JsonObject): string[] => (Array.isArray(sent.dryRun) ? sent.dryRun.map(String) : []);

function propagationOf(sent: JsonObject): DeleteOptions['propagation'] {
  if (typeof sent.propagationPolicy === 'string') return sent.propagationPolicy as DeleteOptions['propagation'];
  if (sent.orphanDependents === true) return 'Orphan';
  return sent.orphanDependents === false ? 'Background' : undefined;
}

function fromQuery(query: URLSearchParams): JsonObject {
  const options: JsonObject = {};
  const policy = query.get('propagationPolicy');
  if (policy !== null) options.propagationPolicy = policy;
  const grace = query.get('gracePeriodSeconds');
  if (grace !== null && !/^-?\d+$/.test(grace))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(grace)}: invalid syntax`);
  const orphan = query.get('orphanDependents');
  if (orphan !== null) options.orphanDependents = orphan === 'true';
  if (query.has('dryRun')) options.dryRun = query.getAll('dryRun');
  return options;
}

function fromBody(call: Call): JsonObject {
  const type = (call.contentType.split(';')[0] ?? '').trim();
  if (type === 'application/vnd.kubernetes.protobuf') return fromProtobuf(call.body);
  if (type !== '' && type !== 'application/json' && type !== 'application/yaml') throw unsupportedMediaType(ACCEPTED);
  const value = parseText(call.body.toString(), type);
  if (!isObject(value)) throw badRequest("couldn't get version/kind; json parse error: not an object");
  if (value.kind !== undefined && value.kind !== 'DeleteOptions') {
    const version = String(value.apiVersion ?? '');
    throw badRequest(
      `no kind ${JSON.stringify(value.kind)} is registered for version ${JSON.stringify(version)} in scheme`,
    );
  }
  return value;
}

function parseText(text: string, type: string): Json {
  const wrong = "couldn't get version/kind; json parse error: ";
  if (type === 'application/yaml') return parseYaml(text, wrong).value;
  try {
    return parseJsonText(text);
  } catch (error) {
    throw badRequest(`${wrong}${error instanceof Error ? error.message : ''}`);
  }
}

/** The raw part of the envelope, decoded. */
function fromProtobuf(body: Buffer): JsonObject {
  for (const { number, value } of readFields(body.subarray(4))) {
    if (number === 2 && typeof value !== 'number') return decodeMessage(value, MESSAGES['v1/DeleteOptions'] ?? {});
  }
  return {};
}

function policyErrors(sent: JsonObject): FieldError[] {
  const policy = sent.propagationPolicy;
  if (policy === undefined || policy === null) return [];
  if (sent.orphanDependents !== undefined && sent.orphanDependents !== null) {
    return [invalidValue('propagationPolicy', policy, 'orphanDependents and deletionPropagation cannot be both set')];
  }
  return POLICIES.includes(String(policy)) ? [] : [notSupported('propagationPolicy', policy, [...POLICIES, 'nil'])];
}
