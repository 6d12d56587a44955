/** Sends answers: the negotiated form of objects, lists and failures, with their headers. */
import type { ServerResponse } from 'node:http';
import type { Answer, Call } from '../requests/call.js';
import { textOf } from '../resources/object-text.js';
import { apiVersionOf } from '../resources/resource.js';
import { internal, StatusError, TextError } from '../status.js';
import { scaleColumns } from '../tables/scale-columns.js';
import { parseIncludeObject, toPartialMetadata, toTable } from '../tables/table.js';
import { isObject, type Json, type JsonObject, type KubeObject } from '../types.js';
import type { Wanted } from './accept.js';
import { toYaml } from './yaml.js';

/** `Warning` headers, in the form of RFC 7234. */
export function setWarnings(response: ServerResponse, texts: readonly string[]): void {
  const unique = [...new Set(texts)];
  if (unique.length === 0) return;
  response.setHeader(
    'Warning',
    unique.map((text) => `299 - ${quote(text)}`),
  );
}

const quote = (text: string) =>
  `"${text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replace(/[^\x20-\x7e]/g, ' ')}"`;

export function sendJson(response: ServerResponse, code: number, body: Json, contentType = 'application/json'): void {
  send(response, code, JSON.stringify(body), contentType);
}

export function sendText(response: ServerResponse, code: number, text: string): void {
  send(response, code, text, 'text/plain; charset=utf-8');
}

/** As a text, which node sends in one piece with the head; a buffer would be a second piece to encrypt. */
function send(response: ServerResponse, code: number, text: string, contentType: string): void {
  response.writeHead(code, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-cache, private',
  });
  response.end(text);
}

/** Send a value in the form a client wants. */
export function sendValue(response: ServerResponse, code: number, value: Json, wanted: Wanted): void {
  if (wanted.format === 'yaml') send(response, code, toYaml(value), 'application/yaml');
  else sendJson(response, code, value);
}

/** Send the answer of a resource request. @throws StatusError when it cannot take the wanted form */
export function sendAnswer(response: ServerResponse, call: Call, answer: Answer, wanted: Wanted): void {
  if (answer.kind === 'object' && wanted.as === undefined && wanted.format === 'json') {
    setWarnings(response, call.warnings);
    send(response, answer.code, textOf(call.resource, answer.object as unknown as KubeObject), 'application/json');
    return;
  }
  const value = answer.kind === 'plain' ? plainForm(call, answer.body, wanted) : shapeAnswer(call, answer, wanted);
  setWarnings(response, call.warnings);
  sendValue(response, answer.code, value, wanted);
}

/** A list longer than this is written piece by piece: one text of 10,000 servers would be 30 MB, twice. */
const PIECE = 250;

/** Send a long plain list without ever holding the whole of its text. False when the answer is not one. */
export async function streamList(
  response: ServerResponse,
  call: Call,
  answer: Answer,
  wanted: Wanted,
): Promise<boolean> {
  const isPlain = wanted.as === undefined && wanted.format === 'json';
  if (answer.kind !== 'list' || answer.items.length <= PIECE || !isPlain) return false;
  const { items, ...head } = wholeList(call, answer);
  setWarnings(response, call.warnings);
  response.writeHead(answer.code, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private' });
  response.write(`${JSON.stringify(head).slice(0, -1)},"items":[`);
  for (let from = 0; from < items.length && !response.destroyed; from += PIECE) {
    const text = JSON.stringify(items.slice(from, from + PIECE)).slice(1, -1);
    const isTaken = response.write(from === 0 ? text : `,${text}`);
    if (!isTaken) await drained(response);
  }
  response.end(']}');
  return true;
}

/** The client took what was written, or is gone. */
const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });

function plainForm(call: Call, body: Json, wanted: Wanted): Json {
  const isScale = isObject(body) && body.kind === 'Scale';
  if (!isScale || wanted.as !== 'Table') return body;
  const scale = body as unknown as KubeObject;
  const metadata = { resourceVersion: scale.metadata.resourceVersion ?? '' };
  return tableOf({ ...call, resource: { ...call.resource, columns: scaleColumns } }, [scale], metadata, wanted);
}

function shapeAnswer(call: Call, answer: Exclude<Answer, { kind: 'plain' }>, wanted: Wanted): Json {
  if (wanted.as === undefined) return answer.kind === 'object' ? whole(call, answer.object) : wholeList(call, answer);
  const objects = (answer.kind === 'object' ? [answer.object] : answer.items) as unknown as KubeObject[];
  const metadata =
    answer.kind === 'object'
      ? { resourceVersion: objects[0]?.metadata.resourceVersion ?? '' }
      : (answer.metadata as JsonObject);
  if (wanted.as === 'Table') return tableOf(call, objects, metadata, wanted);
  const isList = wanted.as === 'PartialObjectMetadataList';
  if (answer.kind === 'object' && isList) throw internal('content is not a list');
  if (answer.kind === 'object') return toPartialMetadata(objects[0] as KubeObject, wanted.version);
  return {
    kind: 'PartialObjectMetadataList',
    apiVersion: `meta.k8s.io/${wanted.version}`,
    metadata,
    items: objects.map((object) => toPartialMetadata(object, wanted.version)),
  };
}

function tableOf(call: Call, objects: readonly KubeObject[], metadata: JsonObject, wanted: Wanted): JsonObject {
  const include = parseIncludeObject(call.query.get('includeObject') ?? undefined);
  return toTable(call.resource, objects, metadata, { version: wanted.version, include, now: call.server.now() });
}

function whole({ resource }: Call, object: Json): Json {
  return { kind: resource.kind, apiVersion: apiVersionOf(resource), ...(object as JsonObject) };
}

/** Items of custom lists carry their kind; those of built-in lists do not. */
function wholeList({ resource }: Call, answer: Extract<Answer, { kind: 'list' }>) {
  const metadata = answer.metadata as JsonObject;
  const items = resource.isCustom ? answer.items : answer.items.map(withoutKind);
  return {
    kind: resource.listKind,
    apiVersion: apiVersionOf(resource),
    metadata: resource.isCustom ? { continue: '', ...metadata } : metadata,
    items: items as Json[],
  };
}

function withoutKind(item: Json): Json {
  const { kind: _, apiVersion: __, ...rest } = item as JsonObject;
  return rest;
}

/** Turn whatever was thrown into an answer. */
export function sendFailure(
  response: ServerResponse,
  error: unknown,
  wanted: Wanted,
  warnings: readonly string[],
): number {
  if (error instanceof TextError) {
    sendText(response, error.code, error.message);
    return error.code;
  }
  const status = error instanceof StatusError ? error : unexpected(error);
  setWarnings(response, [...status.warnings, ...warnings]);
  const seconds = status.details?.retryAfterSeconds;
  if (seconds !== undefined) response.setHeader('Retry-After', String(seconds));
  sendValue(response, status.code, status.toJSON(), wanted);
  return status.code;
}

/** A fault of this server. The text goes to the client; it holds no secrets, for none are in error messages. */
function unexpected(error: unknown): StatusError {
  const text = error instanceof Error ? error.message : String(error);
  return new StatusError(500, 'InternalError', `Internal error occurred: ${text}`, { causes: [{ message: text }] });
}
