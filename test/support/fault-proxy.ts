/**
 * A proxy between metalctl and both of its servers, over TLS: it numbers the mutating requests and lets one of them, or
 * any that a rule chooses, come late, fail, lose its answer, hang, or be the last thing the process ever did.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer as createTlsServer, request as send } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/**
 * What becomes of a request. `delay` waits first. `fail` answers 503 and asks nobody; `half-open` neither asks nor
 * answers; `lose answer` and `kill` carry it out, check it, and end the connection without a word.
 */
export type Fault = { readonly delayMs: number } | 'fail' | 'half-open' | 'lose answer' | 'kill';

/** A request as it passes. */
export interface Passing {
  /** `api`, or the name of a BMC. */
  readonly to: string;
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  readonly body: string;
  /** Number among the mutating requests since the last `arm`, from 1; 0 for a read. */
  readonly n: number;
}

/** A mutating request that was carried out. */
export interface Done extends Passing {
  readonly status: number;
  readonly answer: string;
}

export interface FaultProxyOptions {
  /** Certificate for these hosts, from an authority that metalctl trusts. */
  readonly tls: (hosts: readonly string[]) => Promise<{ cert: string; key: string }>;
  /** The authority the real servers were signed by, PEM. */
  readonly ca: string;
  /** Chooses what goes wrong; asked for every request. */
  readonly fault?: (request: Passing) => Fault | undefined;
  /** Kills the process under test, and resolves when it is gone. */
  readonly kill?: () => Promise<void>;
  /** Before a mutating request is sent, and after it was carried out; one at a time. */
  readonly before?: (request: Passing) => Promise<void>;
  readonly after?: (done: Done) => Promise<void>;
}

/** Reviews only ask; leases and events are counted apart, because their timing is not the work's. */
const isBystander = (path: string): boolean => /\/(leases|events|selfsubjectaccessreviews)(\/|$)/.test(path);

const isMutating = ({ method, path }: Pick<Passing, 'method' | 'path'>): boolean =>
  !['GET', 'HEAD', 'OPTIONS'].includes(method) && !isBystander(path);

interface Door {
  readonly to: string;
  readonly origin: URL;
}

/** One proxy for all servers, so that requests have one order. */
export class FaultProxy {
  /** Mutating requests since the last `arm`, carried out or not. */
  passed: Passing[] = [];
  /** Session tokens the BMCs gave out: secrets that nobody typed. */
  readonly tokens = new Set<string>();
  /** Highest number of requests one BMC was busy with at a time. */
  readonly busiest = new Map<string, number>();
  readonly #options: FaultProxyOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #closers: (() => Promise<void>)[] = [];
  readonly #busy = new Map<string, number>();
  #armed: { readonly fault: Fault; readonly at: number } | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #count = 0;
  /** Connections of a killed process: whatever arrives on them afterwards was sent before, and is never delivered. */
  #generation = 0;

  constructor(options: FaultProxyOptions) {
    this.#options = options;
  }

  /** Numbers begin at 1 again; the k-th mutating request from now on goes wrong, if `k` is given. */
  arm(fault?: Fault, k = 0): void {
    this.passed = [];
    this.#count = 0;
    this.#armed = fault === undefined ? undefined : { fault, at: k };
  }

  /** Whether the armed fault came. */
  get isStruck(): boolean {
    return this.#armed === undefined;
  }

  /** Opens a door to a server on a host of its own; returns the URL to use instead. */
  async open(to: string, url: string, host = '127.0.0.1'): Promise<URL> {
    const door: Door = { to, origin: new URL(url) };
    const server = createTlsServer(await this.#options.tls([host]), (request, response) => {
      this.#pass(door, request, response).catch(() => response.destroy());
    });
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
    this.#closers.push(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    return new URL(`https://${host}:${(server.address() as AddressInfo).port}`);
  }

  async close(): Promise<void> {
    await Promise.all(this.#closers.map((close) => close()));
    this.#agent.destroy();
  }

  async #pass(door: Door, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const generation = this.#generation;
    const body = await textOf(request);
    const { method = 'GET', url = '/' } = request;
    const path = url.replace(/\?.*$/, '');
    const isWrite = isMutating({ method, path });
    this.#enter(door.to);
    response.once('close', () => this.#busy.set(door.to, (this.#busy.get(door.to) ?? 1) - 1));
    const work = () => this.#deliver(door, { to: door.to, method, path, body, n: 0 }, request, response, generation);
    if (!isWrite) return work();
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #enter(to: string): void {
    const busy = (this.#busy.get(to) ?? 0) + 1;
    this.#busy.set(to, busy);
    this.busiest.set(to, Math.max(this.busiest.get(to) ?? 0, busy));
  }

  async #deliver(
    door: Door,
    given: Passing,
    request: IncomingMessage,
    response: ServerResponse,
    generation: number,
  ): Promise<void> {
    if (generation !== this.#generation) return void response.destroy();
    const isWrite = isMutating(given);
    if (isWrite) this.#count += 1;
    const passing = { ...given, n: isWrite ? this.#count : 0 };
    if (isWrite) this.passed.push(passing);
    const fault = this.#faultOf(passing);
    if (fault === 'half-open') return;
    if (fault === 'fail') return refuse(response);
    if (typeof fault === 'object') await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    if (isWrite) await this.#options.before?.(passing);
    const answer = await this.#ask(door, passing, request);
    const token = answer.headers['x-auth-token'];
    if (typeof token === 'string') this.tokens.add(token);
    if (!isWrite && fault !== 'lose answer') return stream(answer, response);
    const text = await textOf(answer);
    if (isWrite) await this.#options.after?.({ ...passing, status: answer.statusCode ?? 0, answer: text });
    if (fault === 'kill') {
      this.#generation += 1;
      await this.#options.kill?.();
    }
    if (fault === 'kill' || fault === 'lose answer') return void response.destroy();
    response.writeHead(answer.statusCode ?? 502, headersOf(answer));
    response.end(text);
  }

  #faultOf(passing: Passing): Fault | undefined {
    const armed = this.#armed;
    if (armed !== undefined && passing.n === armed.at) {
      this.#armed = undefined;
      return armed.fault;
    }
    return this.#options.fault?.(passing);
  }

  /** The same request to the real server. The host header stays: what a BMC answers in Location leads here again. */
  #ask(door: Door, { method, body }: Passing, request: IncomingMessage): Promise<IncomingMessage> {
    const { hostname, port } = door.origin;
    const { connection: _connection, 'transfer-encoding': _encoding, ...headers } = request.headers;
    const { ca } = this.#options;
    return new Promise((resolve, reject) => {
      const options = { method, hostname, port, path: request.url, headers, ca, agent: this.#agent };
      const asked = send(options, resolve).once('error', reject);
      asked.end(body);
    });
  }
}

function refuse(response: ServerResponse): void {
  response.writeHead(503, { 'content-type': 'application/json' });
  response.end('{}');
}

function stream(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, headersOf(answer));
  response.flushHeaders();
  answer.once('error', () => response.destroy()).pipe(response);
  response.once('close', () => answer.destroy());
}

function headersOf({ headers }: IncomingMessage) {
  const { connection: _connection, 'transfer-encoding': _encoding, 'content-length': _length, ...rest } = headers;
  return rest;
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
