/**
 * The registry's routes. Exact paths only; what is not here is 404, what is the manager's own business is 403.
 *
 * | request                                | answer                                                     |
 * | POST /t/<token>/register               | 201 · 400 not a report · 403 wrong token · 413 over 1 MiB  |
 * | POST /register, /bootstate (no token)  | 401                                                        |
 * | GET /systems/…, DELETE /delete/…       | 403: in process only                                       |
 * | another method on these                | 405, with Allow                                            |
 *
 * In upstream's open mode anybody who reaches the port may report, read and delete, though only what is expected:
 * POST /register 201 · GET /systems/<uuid> 200, 404 · DELETE /delete/<uuid> 200, 404.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Log } from '../../ports/log.js';
import type { Book } from './index.js';
import { parseRegistration } from './payload.js';

const bodyLimitBytes = 1_048_576;
const tokenPath = /^\/t\/([A-Za-z0-9_-]{20,128})\/register$/;

export function registryHandler(book: Book, log: Log, isOpen = false): RequestListener {
  return (request, response) => {
    const handled = isOpen && answersOpen(book, request, response);
    (handled || answer(book, request, response)).catch((error: unknown) => {
      log.log('debug', 'a probe request broke off', { cause: error instanceof Error ? error.message : String(error) });
      response.destroy();
    });
  };
}

/** The routes only open mode has; undefined for every other request. */
function answersOpen(book: Book, request: IncomingMessage, response: ServerResponse): Promise<void> | undefined {
  const { method, url = '' } = request;
  if (method === 'POST' && url === '/register') return register(book, undefined, request, response);
  const uuid = /^\/(?:systems|delete)\/([\w-]{1,64})$/.exec(url)?.[1];
  if (uuid === undefined) return undefined;
  if (method === 'GET' && url.startsWith('/systems/')) return sayData(response, book.data(uuid));
  if (method === 'DELETE' && url.startsWith('/delete/')) return sayDropped(response, book.drop(uuid));
  return undefined;
}

async function sayData(response: ServerResponse, data: unknown): Promise<void> {
  if (data === undefined) return say(response, 404, '404 page not found');
  response.writeHead(200, { 'Content-Type': 'application/json', 'X-Content-Type-Options': 'nosniff' });
  response.end(`${JSON.stringify(data)}\n`);
}

async function sayDropped(response: ServerResponse, wasThere: boolean): Promise<void> {
  if (!wasThere) return say(response, 404, '404 page not found');
  response.writeHead(200).end();
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

/** Takes one report; without a token only in open mode. */
async function register(
  book: Book,
  token: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // Before the body: strangers do not make us read and parse a megabyte.
  if (token !== undefined && !book.knows(token)) {
    return say(response, 403, 'this token does not let this machine report', { Connection: 'close' });
  }
  const body = await readBody(request);
  if (body === undefined) return say(response, 413, 'the report is larger than 1 MiB', { Connection: 'close' });
  const parsed = parseRegistration(body);
  if ('problem' in parsed) return say(response, 400, parsed.problem);
  const isTaken =
    token === undefined
      ? book.handOpen(parsed.systemUUID, parsed.report)
      : book.hand(token, parsed.systemUUID, parsed.report) === 'accepted';
  if (!isTaken) return say(response, 403, 'this token does not let this machine report');
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
