/**
 * A recorded dialogue as a BMC: every request gets what the BMC answered then, in the order it answered. The last answer
 * to a question stands for all that follow. Tokens were never written, so logins are given new ones.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { trailingSlashes } from '../../../lib/trailing-slashes.js';
import { FrontEnd, type TlsMaterial } from '../http/front.js';
import { type Line, type RecordedAnswer, type Recording, readRecordings } from './recording.js';

export interface ReplayOptions {
  readonly tls?: TlsMaterial;
  /** Port of the first BMC, the others follow; default: free ones. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
}

export interface ReplayedBmc {
  readonly name: string;
  readonly url: string;
  /** Exchanges that were recorded. */
  readonly exchanges: number;
}

export interface Replay {
  readonly bmcs: readonly ReplayedBmc[];
  /** `GET /redfish/v1/Systems/1` of requests nobody recorded, oldest first. */
  strays(): readonly string[];
  close(): Promise<void>;
}

/** Serves a recording, or all of a folder. @throws UserError FILE_NOT_FOUND · MANIFEST_INVALID */
export async function serveRecording(path: string, options: ReplayOptions = {}): Promise<Replay> {
  const { host = '127.0.0.1', port = 0 } = options;
  const recordings = await readRecordings(path);
  const strays: string[] = [];
  const front = new FrontEnd<Player>({
    ...(options.tls ? { tls: options.tls } : {}),
    welcome: () => 'serve',
    handle: (player, request, body, response) => {
      const asked = body === 'tooLarge' ? '' : body.toString('utf8');
      const answer = player.answer(request.method ?? 'GET', request.url ?? '/', asked);
      if (answer === 'stray') strays.push(`${request.method} ${request.url}`);
      reply(player, request, response, answer);
    },
  });
  const bmcs: ReplayedBmc[] = [];
  for (const [at, recording] of recordings.entries()) {
    const taken = await front.open(new Player(recording), host, port === 0 ? 0 : port + at);
    bmcs.push({
      name: recording.name,
      url: `${front.scheme}://${host}:${taken}`,
      exchanges: recording.lines.length,
    });
  }
  return { bmcs, strays: () => [...strays], close: () => front.close() };
}

const isLogin = (method: string, path: string): boolean => method === 'POST' && /\/Sessions\/?$/i.test(path);
const isLogout = (method: string, path: string): boolean => method === 'DELETE' && /\/Sessions\/[^/]+\/?$/i.test(path);

/** What is left to say. */
class Player {
  readonly #answers = new Map<string, (RecordedAnswer | undefined)[]>();
  #logins = 0;

  constructor({ lines }: Recording) {
    for (const line of lines) {
      // Bodies tell changes apart; a login's is redacted, and one that is asked differently now still gets an answer.
      for (const key of [exact(line), loose(line.method, line.path)]) {
        this.#answers.set(key, [...(this.#answers.get(key) ?? []), line.answer]);
      }
    }
  }

  answer(method: string, path: string, body: string): RecordedAnswer | 'silence' | 'stray' {
    const precise = exact({ method, path, asked: canonical(body), answer: undefined });
    const key = [precise, loose(method, path)].find((each) => this.#answers.has(each));
    const left = key === undefined ? undefined : this.#answers.get(key);
    if (left !== undefined) return (left.length > 1 ? left.shift() : left[0]) ?? 'silence';
    return isLogout(method, path) ? { status: 204, headers: {}, body: Buffer.alloc(0) } : 'stray';
  }

  /** Tokens count up: a replay is the same every time. */
  token(): string {
    this.#logins += 1;
    return `replayed-token-${this.#logins}`;
  }
}

const exact = ({ method, path, asked }: Line): string => `${loose(method, path)} ${asked}`;
const loose = (method: string, path: string): string => `${method} ${path.replace(trailingSlashes, '')}`;

function canonical(body: string): string {
  try {
    return body === '' ? '' : JSON.stringify(JSON.parse(body));
  } catch {
    return body;
  }
}

function reply(
  player: Player,
  request: IncomingMessage,
  response: ServerResponse,
  answer: RecordedAnswer | 'silence' | 'stray',
): void {
  // The BMC broke the connection then, or never answered; breaking it now is the quicker of the two.
  if (answer === 'silence') return void request.socket.destroy();
  const { status, headers, body } = answer === 'stray' ? unknown(request) : answer;
  const isIn = isLogin(request.method ?? '', request.url ?? '') && status < 300;
  response.writeHead(status, {
    ...headers,
    'content-length': body.length,
    ...(isIn ? { 'x-auth-token': player.token() } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

const unknown = ({ method, url }: IncomingMessage): RecordedAnswer => ({
  status: 404,
  headers: { 'content-type': 'application/json', 'odata-version': '4.0' },
  body: Buffer.from(
    JSON.stringify({
      error: {
        code: 'Base.1.8.ResourceMissingAtURI',
        message: `The recording has no ${method} ${url}.`,
      },
    }),
  ),
});
