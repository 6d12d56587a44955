/** Paths that name no resource: probes, the version, the index, discovery and OpenAPI. */
import { aggregatedDiscovery, apiGroup, apiGroupList, apiResourceList, apiVersions } from '../discovery/discovery.js';
import { answerOpenApi } from '../openapi/answer.js';
import type { Registry } from '../resources/registry.js';
import { resourceNotFound } from '../status.js';
import type { Json } from '../types.js';
import { negotiate } from './accept.js';
import type { Exchange } from './exchange.js';
import { sendJson, sendText, sendValue } from './reply.js';
import { VERSION } from './version.js';

type Sender = () => void;

const PROBES = /^\/(healthz|livez|readyz)(\/(ping|log|etcd))?\/?$/;
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** What answers a path that is no resource; undefined when nothing does. */
export function plainPath(exchange: Exchange, registry: Registry): Sender | undefined {
  const { path, request, response } = exchange;
  if (PROBES.test(path)) return () => sendText(response, 200, 'ok');
  if (/^\/version\/?$/.test(path)) return () => sendJson(response, 200, VERSION);
  if (path.startsWith('/openapi/')) return () => answerOpenApi(registry, request, response);
  if (path === '/' || path === '') return () => sendJson(response, 200, { paths: index(registry) });
  return discovery(exchange, registry);
}

function discovery(exchange: Exchange, registry: Registry): Sender | undefined {
  const { path, request, response } = exchange;
  const [root, group = '', version = '', ...more] = path.split('/').filter((part) => part !== '');
  if (more.length > 0) return undefined;
  if (root === 'api' && group === '') {
    return () => sendRoot(exchange, registry, apiVersions(request.headers.host ?? ''), ['']);
  }
  if (root === 'apis' && group === '') return () => sendRoot(exchange, registry, apiGroupList(registry), undefined);
  const found = documentOf(registry, root, group, version);
  if (found === undefined) return undefined;
  return () => sendValue(response, 200, found, negotiate(request.headers.accept, true));
}

/** @throws StatusError 404 for another version of the core group, which a real server words as a missing resource */
function documentOf(registry: Registry, root: string | undefined, group: string, version: string): Json | undefined {
  if (root === 'apis') return version === '' ? apiGroup(registry, group) : apiResourceList(registry, group, version);
  if (root !== 'api' || version !== '') return undefined;
  const core = apiResourceList(registry, '', group);
  if (core === undefined) throw resourceNotFound();
  return core;
}

/** `/api` and `/apis` exist in an old form and in the aggregated one. */
function sendRoot(
  { request, response }: Exchange,
  registry: Registry,
  legacy: Json,
  groups: readonly string[] | undefined,
): void {
  const wanted = negotiate(request.headers.accept, true);
  if (wanted.as === undefined) {
    sendValue(response, 200, legacy, wanted);
    return;
  }
  const { etag, body } = aggregatedDiscovery(registry, groups);
  response.setHeader('ETag', etag);
  response.setHeader('Vary', 'Accept');
  if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
  else sendJson(response, 200, body, AGGREGATED);
}

function index(registry: Registry): string[] {
  const groups = [...new Set(registry.all().map(({ group }) => group))].filter((group) => group !== '');
  const apis = groups.map((group) => `/apis/${group}`);
  return ['/api', '/apis', ...apis, '/healthz', '/livez', '/openapi/v3', '/readyz', '/version'];
}
