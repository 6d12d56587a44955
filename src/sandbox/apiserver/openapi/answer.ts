/** `/openapi/v3` and the documents below it. `/openapi/v2` is not served: kubectl 1.27 and later do without. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendText } from '../http/reply.js';
import type { Registry } from '../resources/registry.js';
import type { Resource } from '../resources/resource.js';
import { resourceNotFound } from '../status.js';
import { apiPath, openApiDocument } from './document.js';

interface Document {
  readonly text: string;
  readonly hash: string;
}

/** Documents are made when first asked for, and again after a CRD changed. */
const cache = new WeakMap<Registry, { revision: number; documents: Map<string, Document> }>();

function documentsOf(registry: Registry): Map<string, Document> {
  const known = cache.get(registry);
  if (known !== undefined && known.revision === registry.revision) return known.documents;
  const documents = new Map<string, Document>();
  for (const [path, resources] of groupVersions(registry)) documents.set(path, toDocument(openApiDocument(resources)));
  for (const path of ['version', 'api', 'apis']) documents.set(path, toDocument(openApiDocument([])));
  cache.set(registry, { revision: registry.revision, documents });
  return documents;
}

const toDocument = (value: unknown): Document => {
  const text = JSON.stringify(value);
  return { text, hash: createHash('sha256').update(text).digest('hex').toUpperCase() };
};

function groupVersions(registry: Registry): Map<string, Resource[]> {
  const found = new Map<string, Resource[]>();
  for (const resource of registry.all()) {
    const path = apiPath(resource).slice(1);
    found.set(path, [...(found.get(path) ?? []), resource]);
  }
  return found;
}

/** Answer a path below `/openapi`. @throws StatusError 404 */
export function answerOpenApi(registry: Registry, request: IncomingMessage, response: ServerResponse): void {
  const [path = '', search = ''] = (request.url ?? '').split('?');
  const name = decodeURIComponent(path)
    .replace(/^\/openapi\/v3\/?/, '')
    .replace(/\/$/, '');
  if (!path.startsWith('/openapi/v3')) throw resourceNotFound();
  const documents = documentsOf(registry);
  if (name === '') {
    sendIndex(documents, response);
    return;
  }
  const document = documents.get(name);
  if (document === undefined) {
    response.writeHead(404).end();
    return;
  }
  const wanted = new URLSearchParams(search).get('hash');
  if (wanted !== null && wanted !== document.hash) redirect(response, name, document.hash);
  else sendDocument(request, response, document, wanted !== null);
}

/** A real server labels the index as text; clients parse it all the same. */
function sendIndex(documents: ReadonlyMap<string, Document>, response: ServerResponse): void {
  const entries = [...documents].map(([path, { hash }]) => [
    path,
    { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` },
  ]);
  sendText(response, 200, JSON.stringify({ paths: Object.fromEntries(entries) }));
}

function redirect(response: ServerResponse, name: string, hash: string): void {
  response.writeHead(301, { 'Content-Type': 'application/json', Location: `/openapi/v3/${name}?hash=${hash}` }).end();
}

function sendDocument(request: IncomingMessage, response: ServerResponse, document: Document, isPinned: boolean): void {
  const etag = `"${document.hash}"`;
  const caching = isPinned ? 'public, immutable' : 'no-cache, private';
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, { ETag: etag }).end();
    return;
  }
  const bytes = Buffer.from(document.text);
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Content-Length': bytes.length,
    ETag: etag,
    Vary: 'Accept',
    'Cache-Control': caching,
  });
  response.end(bytes);
}
