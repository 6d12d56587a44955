/** One request over one socket: read it, let faults have their way, answer, write it down. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { normalPath } from '../tree/template.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import { type Answer, type BmcRequest, problem } from './answer.js';
import { serve } from './service.js';

/** Answers a request of a BMC and logs it. */
export function converse(
  bmc: VirtualBmc,
  id: string,
  message: IncomingMessage,
  body: Buffer | 'tooLarge',
  response: ServerResponse,
): void {
  const url = message.url ?? '/';
  const request = requestOf(id, message, url, body === 'tooLarge' ? Buffer.alloc(0) : body);
  const answer = body === 'tooLarge' ? problem(bmc.profile.quirks, 413, 'PayloadTooLarge') : serveSafely(bmc, request);
  const bytes = send(answer, request, response);
  bmc.world.log.addRequest({
    at: bmc.world.clock.now(),
    bmc: bmc.name,
    method: request.method,
    path: url,
    status: answer.status,
    auth: answer.auth ?? 'none',
    requestId: id,
    bytes,
  });
}

function requestOf(id: string, message: IncomingMessage, url: string, body: Buffer): BmcRequest {
  const [rawPath = '/', query = ''] = url.split('?', 2);
  return {
    id,
    method: message.method ?? 'GET',
    path: normalPath(decode(rawPath)),
    rawPath,
    query: new URLSearchParams(query),
    headers: message.headers,
    body,
  };
}

/** Percent signs are resolved where they can be; a path that cannot be read names no resource. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function serveSafely(bmc: VirtualBmc, request: BmcRequest): Answer {
  try {
    return serve(bmc, request);
  } catch {
    return problem(bmc.profile.quirks, 500, 'InternalError');
  }
}

/** Headers every answer carries (DSP0266 section 6.5). */
export const commonHeaders: Readonly<Record<string, string>> = {
  'OData-Version': '4.0',
  'Cache-Control': 'no-cache',
};

/** Writes an answer; resolves to the bytes of its body. */
export function send(answer: Answer, request: BmcRequest, response: ServerResponse): number {
  const text =
    answer.body === undefined ? '' : typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  const content = Buffer.from(text, 'utf8');
  const headers: Record<string, string> = { ...commonHeaders };
  if (text !== '') headers['Content-Type'] = 'application/json;charset=utf-8';
  if (answer.status !== 204 && answer.status !== 304) headers['Content-Length'] = String(content.length);
  response.writeHead(answer.status, { ...headers, ...answer.headers });
  response.end(request.method === 'HEAD' ? undefined : content);
  return content.length;
}
