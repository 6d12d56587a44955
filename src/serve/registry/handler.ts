/**
 * The registry's routes. Exact paths only; what is not here is 404, what is the manager's own business is 403.
 *
 * | request                                | answer                                                     |
 * | POST /t/<token>/register               | 201 · 400 not a report · 403 wrong token · 413 over 1 MiB  |
 * | POST /register, /bootstate (no token)  | 401                                                        |
 * | GET /systems/…, DELETE /delete/…       | 403: in process only                                       |
 * | another method on these                | 405, with Allow                                            |
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Log } from '../../ports/log.js';
import type { Book } from './index.js';
import { parseRegistration } from './payload.js';

const bodyLimitBytes = 1_048_576;
const tokenPath = /^\/t\/([A-Za-z0-9_-]{20,128})\/register$/;

export function registryHandler(book: Book, log: Log): RequestListener {
  return (request, response) => {
    answer(book, request, response).catch((error: unknown) => {
      log.log('debug', 'a probe request broke off', { cause: error instanceof Error ? error.message : String(error) });
      response.destroy();
    });
  };
}

async function answer(book: Book, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '';
  const token = tokenPath.exec(path)?.[1];
  if (token !== undefined || path === '/register' || path === '/bootstate') {
    if (request.method !== 'POST') return say(response, 405, 'Only POST method is allowed', { Allow: 'POST' });
    return token === undefined ? say(response, 401, 'a token is needed') : register(book, token, request, response);
  }
  if (/^\/(systems|delete)(\/|$)/.test(path)) return say(response, 403, 'not served over the network');
  return say(response, 404, '404 page not found');
}

async function register(book: Book, token: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // Before the body: strangers do not make us read and parse a megabyte.
  if (!book.knows(token)) {
    return say(response, 403, 'this token does not let this machine report', { Connection: 'close' });
  }
  const body = await readBody(request);
  if (body === undefined) return say(response, 413, 'the report is larger than 1 MiB', { Connection: 'close' });
  const parsed = parseRegistration(body);
  if ('problem' in parsed) return say(response, 400, parsed.problem);
  const verdict = book.hand(token, parsed.systemUUID, parsed.report);
  if (verdict !== 'accepted') return say(response, 403, 'this token does not let this machine report');
  response.writeHead(201).end();
}

/** Undefined when it is too large; the rest is not read. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > bodyLimitBytes) return undefined;
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size > bodyLimitBytes) return undefined;
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}

function say(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response
    .writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff', ...headers })
    .end(`${text}\n`);
}
