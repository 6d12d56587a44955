/** Writes an answer to a socket, whole or broken off as a fault wants it. */
import type { ServerResponse } from 'node:http';
import type { Spoiled } from '../faults/after.js';
import type { Strike } from '../faults/book.js';
import type { FaultAction, FaultMoment } from '../faults/rules.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import type { Answer, BmcRequest } from './answer.js';
import { headersWithPrefix, withPrefix } from './prefix.js';

/** Headers every answer carries (DSP0266 section 6.5). */
const commonHeaders: Readonly<Record<string, string>> = { 'OData-Version': '4.0', 'Cache-Control': 'no-cache' };

type ConnectionFault = Extract<FaultAction, { kind: 'connection' }>;

/** The fault that breaks this answer off, if one does. The request has been carried out by then. */
export function ending(bmc: VirtualBmc, moment: FaultMoment): Strike<'connection'> | undefined {
  return bmc.faults.strikes('connection', moment, ['reset', 'resetAfter', 'halfClose', 'closeIdle'])[0];
}

/** Writes an answer; returns the bytes of its body. */
export function send(
  { answer, raw }: Spoiled,
  request: BmcRequest,
  response: ServerResponse,
  end?: ConnectionFault,
  perByteMs = 0,
  delay?: (ms: number, fn: () => void) => void,
): number {
  if (end?.how === 'reset') {
    response.socket?.destroy();
    return 0;
  }
  const text = withPrefix(answer.content ?? textOf(answer.body), request.prefix);
  const headers: Record<string, string> = { ...commonHeaders, Date: request.date };
  if (answer.body !== undefined || answer.content) headers['Content-Type'] = 'application/json;charset=utf-8';
  const length = raw?.length ?? Buffer.byteLength(text);
  if (answer.status !== 204 && answer.status !== 304) headers['Content-Length'] = String(length);
  if (end?.how === 'closeIdle') headers.Connection = 'close';
  response.writeHead(
    answer.status,
    answer.headers ? Object.assign(headers, headersWithPrefix(answer.headers, request.prefix)) : headers,
  );
  if (end?.how === 'resetAfter' || end?.how === 'halfClose') return breakOff(response, raw ?? Buffer.from(text), end);
  if (request.method === 'HEAD') {
    response.end();
    return 0;
  }
  if (perByteMs > 0 && delay) drip(response, raw ?? Buffer.from(text), perByteMs, delay);
  // Text goes out in one piece with the headers; bytes would be a second one.
  else response.end(raw ?? text);
  return length;
}

const textOf = (body: Answer['body']): string =>
  body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);

function breakOff(response: ServerResponse, content: Buffer, { how, bytes = 1 }: ConnectionFault): number {
  const part = how === 'halfClose' ? Buffer.alloc(0) : content.subarray(0, bytes);
  response.flushHeaders();
  const close = () => (how === 'halfClose' ? response.socket?.end() : response.socket?.destroy());
  if (part.length === 0) close();
  else response.write(part, close);
  return part.length;
}

/** A slow body: pieces of 64 bytes, each as late as its bytes cost. */
function drip(
  response: ServerResponse,
  content: Buffer,
  perByteMs: number,
  delay: (ms: number, fn: () => void) => void,
): void {
  const piece = 64;
  if (content.length <= piece || response.destroyed) {
    response.end(content);
    return;
  }
  response.write(content.subarray(0, piece));
  delay(piece * perByteMs, () => drip(response, content.subarray(piece), perByteMs, delay));
}
