/** The `/scale` subresource of kinds that declare one: `autoscaling/v1 Scale` in front of three fields of the object. */
import { applyMergePatch } from '../patch/merge-patch.js';
import type { ScalePaths } from '../resources/resource.js';
import { resourceName } from '../resources/resource.js';
import { badRequest, internal, notFound, StatusError, unsupportedMediaType } from '../status.js';
import { parsePath } from '../tables/json-path.js';
import { isObject, type Json, type JsonObject, type KubeObject } from '../types.js';
import type { Answer, Call } from './call.js';
import { writeOptions } from './options.js';
import { ownersAfterUpdate } from './ownership.js';
import { parseJsonText } from './parse.js';
import { jsonPatch } from './patch.js';
import { keyOfCall } from './update.js';
import { draft, perform, updateObject } from './write-pipeline.js';

const read = (object: KubeObject, path: string | undefined): Json | undefined =>
  path === undefined ? undefined : parsePath(path)?.(object)[0];

/** The Scale of an object. */
function toScale(object: KubeObject, paths: ScalePaths): JsonObject {
  const { name = '', namespace, uid = '', resourceVersion = '', creationTimestamp = '' } = object.metadata;
  const replicas = read(object, paths.specReplicasPath);
  const current = read(object, paths.statusReplicasPath);
  const selector = read(object, paths.labelSelectorPath);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace ? { namespace } : {}), uid, resourceVersion, creationTimestamp },
    spec: typeof replicas === 'number' && replicas !== 0 ? { replicas } : {},
    status: {
      replicas: typeof current === 'number' ? current : 0,
      ...(typeof selector === 'string' && selector !== '' ? { selector } : {}),
    },
  };
}

const pathsOf = (call: Call): ScalePaths => {
  if (call.resource.scale === undefined) throw notFound(resourceName(call.resource), call.name);
  return call.resource.scale;
};

/** GET the scale. @throws StatusError 404, 500 when the object has no replicas */
export function getScale(call: Call): Answer {
  const paths = pathsOf(call);
  const stored = call.server.state.get(call.resource.table, keyOfCall(call));
  if (stored === undefined) throw notFound(resourceName(call.resource), call.name);
  const object = call.resource.toServed(stored);
  if (read(object, paths.specReplicasPath) === undefined) {
    const why = `the spec replicas field ${JSON.stringify(paths.specReplicasPath)} does not exist`;
    throw new StatusError(500, 'InternalError', `Internal error occurred: ${why}`, { causes: [{ message: why }] });
  }
  return { kind: 'plain', code: 200, body: toScale(object, paths) };
}

/** PUT or PATCH the scale. @throws StatusError */
export function writeScale(call: Call): Promise<Answer> {
  const paths = pathsOf(call);
  const options = writeOptions(
    call.query,
    call.method === 'PUT' ? 'UpdateOptions' : 'PatchOptions',
    call.userAgent,
    isApply(call),
  );
  return perform(call, options, (transaction): Answer => {
    const stored = transaction.get(call.resource.table, keyOfCall(call));
    if (stored === undefined) throw notFound(resourceName(call.resource), call.name);
    const old = call.resource.toServed(stored);
    const sent = sentScale(call, toScale(old, paths));
    const next = withReplicas(draft(old), paths.specReplicasPath, replicasOf(sent));
    next.metadata.resourceVersion = versionOf(sent);
    const owners = (live: KubeObject, object: KubeObject) =>
      ownersAfterUpdate(call, live, object, options.fieldManager);
    const written = updateObject({ call, transaction, old, stored, next, needsVersion: false, owners });
    return { kind: 'plain', code: 200, body: toScale(call.resource.toServed(written), paths) };
  });
}

const isApply = (call: Call) => call.contentType.startsWith('application/apply-patch+yaml');

/** The Scale a PUT sends, or what a patch makes of the present one. */
function sentScale(call: Call, present: JsonObject): Json {
  if (isApply(call)) {
    throw internal(
      'failed to create manager for existing fields: failed to convert live object (/; autoscaling/v1, Kind=Scale) to proper version: request to convert CR to an invalid group/version: autoscaling/v1',
    );
  }
  const body = parseScaleBody(call);
  if (call.method === 'PUT') {
    if (isObject(body) && body.kind !== undefined && body.kind !== 'Scale') {
      throw badRequest('no kind is registered for the type v1.Scale in scheme "pkg/runtime/scheme.go:111"');
    }
    return body;
  }
  if (call.contentType.startsWith('application/merge-patch+json')) return applyMergePatch(present, body);
  if (!call.contentType.startsWith('application/json-patch+json')) {
    throw unsupportedMediaType([
      'application/json-patch+json',
      'application/merge-patch+json',
      'application/apply-patch+yaml',
    ]);
  }
  return jsonPatch(body).run(present);
}

function parseScaleBody(call: Call): Json {
  try {
    return parseJsonText(call.body.toString());
  } catch (error) {
    const what = call.method === 'PUT' ? "couldn't get version/kind; json parse error" : 'error decoding patch';
    throw badRequest(`${what}: ${error instanceof Error ? error.message : ''}`);
  }
}

const replicasOf = (scale: Json): Json => (isObject(scale) && isObject(scale.spec) ? (scale.spec.replicas ?? 0) : 0);
const versionOf = (scale: Json): string =>
  isObject(scale) && isObject(scale.metadata) ? String(scale.metadata.resourceVersion ?? '') : '';

function withReplicas(object: KubeObject, path: string, replicas: Json): KubeObject {
  const steps = path.slice(1).split('.');
  const last = steps.pop() ?? '';
  let at = object as unknown as JsonObject;
  for (const step of steps) {
    if (!isObject(at[step])) at[step] = {};
    at = at[step] as JsonObject;
  }
  at[last] = replicas;
  return object;
}
