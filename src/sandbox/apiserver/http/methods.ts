/** Which verb a request means, and whether its path takes it. */
import { type Resource, resourceName } from '../resources/resource.js';
import { badRequest, methodNotAllowed, notFound, pageNotFound, resourceNotFound, verbNotSupported } from '../status.js';
import type { ResourcePath } from './path.js';

interface MethodAndQuery {
  readonly method: string;
  readonly query: URLSearchParams;
}

/** Whatever is not plainly a no is a yes (apimachinery's conversion of query parameters to bool). */
const isWatch = (query: URLSearchParams) => query.has('watch') && !['false', '0'].includes(query.get('watch') ?? '');

/** The verb of a request, as authorisation and the request log know it. */
export function verbOf({ method, query }: MethodAndQuery, { name, isWatch: isWatchPath }: ResourcePath): string {
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (isWatchPath) return 'watch';
      if (name !== '') return 'get';
      return isWatch(query) ? 'watch' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name === '' ? 'deletecollection' : 'delete';
    default:
      return method.toLowerCase();
  }
}

const COLLECTION_METHODS = new Set(['GET', 'HEAD', 'POST', 'DELETE']);
const OBJECT_METHODS = new Set(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']);

/** Is the path one of the resource's, and the method one of the path's? @throws StatusError 4xx */
export function checkMethod(
  { method }: MethodAndQuery,
  resource: Resource,
  { name, namespace, rest }: ResourcePath,
): void {
  const [subresource] = rest;
  if (name === '') {
    checkCollection(method, resource, namespace);
    return;
  }
  if (subresource !== undefined) {
    checkSubresource(method, resource, name, rest);
    return;
  }
  // A real server takes a POST to an object of a custom resource for one to its collection.
  if (resource.isCustom && method === 'POST') return;
  if (resource.isCustom && !OBJECT_METHODS.has(method)) throw verbNotSupported(resourceName(resource), '');
  if (!OBJECT_METHODS.has(method) || resource.verbs.length === 1) throw methodNotAllowed();
}

function checkCollection(method: string, resource: Resource, namespace: string): void {
  const acrossNamespaces = resource.namespaced && namespace === '';
  if (acrossNamespaces && method !== 'GET') throw resource.isCustom ? pageNotFound() : methodNotAllowed();
  if (resource.isCustom && (method === 'PUT' || method === 'PATCH')) throw badRequest('name must be provided');
  const wanted = { GET: 'list', HEAD: 'list', POST: 'create', DELETE: 'deletecollection' }[method];
  if (!COLLECTION_METHODS.has(method) || wanted === undefined || !resource.verbs.includes(wanted))
    throw methodNotAllowed();
}

function checkSubresource(method: string, resource: Resource, name: string, rest: readonly string[]): void {
  const [subresource = ''] = rest;
  if (rest.length > 1 || !resource.subresources.includes(subresource)) {
    throw resource.isCustom ? notFound(resourceName(resource), name) : resourceNotFound();
  }
  const allowed = subresource === 'token' ? ['POST'] : ['GET', 'PUT', 'PATCH'];
  if (allowed.includes(method)) return;
  if (!resource.isCustom) throw methodNotAllowed();
  throw verbNotSupported(resourceName(resource), method === 'POST' ? 'create' : method.toLowerCase());
}
