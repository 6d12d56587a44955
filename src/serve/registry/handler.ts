/**
 * The registry's routes. Exact paths only; what is not here is 404, what is the manager's own business is 403.
 *
 * | request                                | answer                                                     |
 * | POST /t/<token>/register               | 201 · 400 not a report · 403 wrong token · 413 over 1 MiB  |
 * | POST /t/<token>/bootstate              | 200 · 400 · 403 · 404 no such boot · 500 the API failed    |
 * | POST /register, /bootstate (no token)  | 401                                                        |
 * | GET /systems/…, DELETE /delete/…       | 403: in process only                                       |
 * | another method on these                | 405, with Allow                                            |
 * | more than 10 a second from one address | 429                                                        |
 *
 * In upstream's open mode anybody who reaches the port may report, read and delete, though only what is expected:
 * POST /register 201 · POST /bootstate 200 · GET /systems/<uuid> 200, 404 · DELETE /delete/<uuid> 200, 404.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Log } from '../../ports/log.js';
import { peerOf, readBody, say, sayJson } from '../http.js';
import { type Answer, BootStateFailure, parseBootState } from './bootstate.js';
import { echoOf } from './echo.js';
import type { Book } from './index.js';
import { parseRegistration } from './payload.js';

const tokenPath = /^\/t\/([A-Za-z0-9_-]{20,128})\/(register|bootstate)$/;

/** What the routes work with. */
export interface Desk {
  readonly book: Book;
  readonly log: Log;
  readonly isOpen: boolean;
  /** Whether an address may make one more request now. */
  readonly mayAsk: (address: string) => boolean;
  /** Records that a machine is up; absent where no cluster is at hand. */
  readonly booted?: (systemUUID: string) => Promise<Answer>;
}

export function registryHandler(desk: Desk): RequestListener {
  const { log, isOpen, mayAsk } = desk;
  return (request, response) => {
    if (!mayAsk(peerOf(request)))
      return say(response, 429, 'too many requests', { 'Retry-After': '1', Connection: 'close' });
    const handled = isOpen && answersOpen(desk, request, response);
    (handled || answer(desk, request, response)).catch((error: unknown) => {
      log.log('debug', 'a probe request broke off', { cause: error instanceof Error ? error.message : String(error) });
      response.destroy();
    });
  };
}

/** The routes only open mode has; undefined for every other request. */
function answersOpen(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> | undefined {
  const { method, url = '' } = request;
  const { book } = desk;
  if (method === 'POST' && url === '/register') return register(book, undefined, request, response);
  if (method === 'POST' && url === '/bootstate') return bootState(desk, undefined, request, response);
  if (url === '/systems' || url === '/delete') return sayMoved(response, `${url}/`);
  const [, route, uuid = ''] = /^\/(systems|delete)\/(.*)$/.exec(url) ?? [];
  if (route === 'systems') return sayData(method, response, book.data(uuid));
  if (route === 'delete') return sayDropped(method, response, () => book.drop(uuid));
  return undefined;
}

async function sayMoved(response: ServerResponse, to: string): Promise<void> {
  say(response, 307, `see ${to}`, { Location: to });
}

async function sayData(method: string | undefined, response: ServerResponse, data: unknown): Promise<void> {
  // Also HEAD: upstream compares the method as it is.
  if (method !== 'GET') return say(response, 405, 'Only GET method is allowed', { Allow: 'GET' });
  if (data === undefined) return say(response, 404, '404 page not found');
  sayJson(response, echoOf(data));
}

async function sayDropped(method: string | undefined, response: ServerResponse, drop: () => boolean): Promise<void> {
  if (method !== 'DELETE') return say(response, 405, 'Only DELETE method is allowed', { Allow: 'DELETE' });
  if (!drop()) return say(response, 404, '404 page not found');
  response.writeHead(200).end();
}

async function answer(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '';
  const [, token, what] = tokenPath.exec(path) ?? [];
  if (token !== undefined || path === '/register' || path === '/bootstate') {
    if (request.method !== 'POST') return say(response, 405, 'Only POST method is allowed', { Allow: 'POST' });
    if (token === undefined) return say(response, 401, 'a token is needed');
    return what === 'register'
      ? register(desk.book, token, request, response)
      : bootState(desk, token, request, response);
  }
  if (/^\/(systems|delete)(\/|$)/.test(path)) return say(response, 403, 'not served over the network');
  return say(response, 404, '404 page not found');
}

/** A machine says that it is up; without a token only in open mode. */
async function bootState(
  { book, log, booted }: Desk,
  token: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refuse = (): void => say(response, 403, 'this token does not let this machine report', { Connection: 'close' });
  if (token !== undefined && !book.knows(token)) return refuse();
  const body = await readBody(request);
  if (body === undefined) return say(response, 413, 'the message is larger than 1 MiB', { Connection: 'close' });
  const parsed = parseBootState(body);
  if ('problem' in parsed) return say(response, 400, parsed.problem);
  if (token !== undefined && !book.isOf(token, parsed.systemUUID)) return refuse();
  if (!parsed.booted) return void response.writeHead(200).end();
  if (booted === undefined) return say(response, 503, 'this registry records no boots');
  const { status, text } = await booted(parsed.systemUUID).catch((error: unknown): Answer => {
    log.log('warn', 'a boot could not be recorded', { cause: causeOf(error) });
    return { status: 500, text: error instanceof BootStateFailure ? error.message : 'Failed to update boot state' };
  });
  if (text === undefined) return void response.writeHead(status).end();
  return say(response, status, text);
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

/** A failure that stands for another says what the other was. */
function causeOf(error: unknown): string {
  const cause = error instanceof BootStateFailure ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
