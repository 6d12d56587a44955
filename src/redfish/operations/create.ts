/** POST to a collection, with what comes of it: the new resource, or the news that the answer was lost. */
import { isMetalError } from '../../errors/classes.js';
import type { Resources } from '../resources.js';
import { isObject, type JsonObject } from '../transport/json.js';
import { locationPath, type Path } from '../transport/link.js';
import { type Answer, isSuccess, type Request } from '../transport/transport.js';

export interface Created {
  readonly path: Path;
  /** The resource, where the answer held it. */
  readonly json?: JsonObject;
}

/**
 * Creates a member. Services that guard collections by ETag (428, 412) get the collection's.
 * @returns undefined when the answer names no new resource: the list tells
 * @throws TransientError OUTCOME_UNKNOWN
 */
export async function create(resources: Resources, collection: Path, body: unknown): Promise<Created | undefined> {
  const { service } = resources;
  resources.forget(collection);
  const request: Request = { method: 'POST', path: collection, kind: 'create', body };
  const first = await service.ask(request);
  const answer = needsTag(first) ? await tagged(resources, request) : first;
  if (!isSuccess(answer.status)) throw service.failed(answer, request);
  service.demandDone(answer, request);
  return createdIn(resources, answer);
}

const needsTag = ({ status }: Answer): boolean => status === 428 || status === 412;

async function tagged(resources: Resources, request: Request): Promise<Answer> {
  const { etag } = await resources.service.read(request.path);
  return resources.service.ask(etag === undefined ? request : { ...request, headers: { 'if-match': etag } });
}

/** `Location` first; a body that names itself will do. Links elsewhere are not followed. */
function createdIn(resources: Resources, { status, headers, json }: Answer): Created | undefined {
  // 202 names a task, not the member.
  if (status === 202) return undefined;
  const { origin } = resources.service.options.transport;
  const body = isObject(json) && json.Id !== undefined ? { json } : {};
  if (headers.location !== undefined) return { path: locationPath(headers.location, origin), ...body };
  const link = isObject(json) ? json['@odata.id'] : undefined;
  return link === undefined ? undefined : { path: resources.service.path(link), ...body };
}

/** DELETE; what is not there need not be deleted. */
export async function remove(resources: Resources, path: Path): Promise<void> {
  try {
    await resources.service.send({ method: 'DELETE', path, kind: 'update' });
  } catch (error) {
    if (!isMetalError(error) || error.code !== 'BMC_NOT_FOUND') throw error;
  } finally {
    resources.forget(path);
  }
}
