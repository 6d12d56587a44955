/**
 * Sockets: one listener per BMC address, one HTTP parser for all. The address a connection came in on names the BMC,
 * as with real hardware; the client's path is unchanged.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createListener, type Server as Listener, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { TlsFlaw } from '../faults/rules.js';
import { Lobby } from './lobby.js';
import { headLimitBytes, refuseUnread } from './unread.js';

/** Takes a request whose body is complete (or too large) and answers it. */
export type Handler<B> = (
  bmc: B,
  request: IncomingMessage,
  body: Buffer | 'tooLarge',
  response: ServerResponse,
  prefix?: string,
) => void;

/** Certificate and key for these addresses; with a flaw, one that clients must refuse. */
export type TlsMaterial = (hosts: string[], flaw?: TlsFlaw) => Promise<{ cert: string; key: string }>;

/** What happens to a fresh connection: it is served, left alone, ended, or shown a certificate with a flaw. */
export type Welcome = 'serve' | 'hang' | 'close' | TlsFlaw;

const bodyLimitBytes = 8 * 1024 * 1024;
/** Firmware images are larger than anything else a BMC is sent. */
const uploadLimitBytes = 64 * 1024 * 1024;
/** TLS contexts kept ready; certificates themselves are kept for good, so that pins hold. */
const contextsKept = 512;

/** Which BMC a request is for, where one port serves all; undefined: none. A prefix is taken off the URL. */
export type Route<B> = (request: { readonly host: string; readonly url: string }) => Routed<B> | undefined;
export interface Routed<B> {
  readonly bmc: B;
  /** `/bmc/3` in front of every path, which the answers' links must have too. */
  readonly prefix?: string;
}

interface Door<B> {
  readonly bmc: B;
  readonly host: string;
  port: number;
  listener: Listener | undefined;
  readonly sockets: Set<Socket>;
  material: Promise<{ cert: string; key: string }> | undefined;
  /** Contexts of certificates with a flaw, made once each. */
  readonly flawed: Map<TlsFlaw, Promise<SecureContext>>;
}

export class FrontEnd<B> {
  readonly #http: Server;
  readonly #doors = new Map<B, Door<B>>();
  readonly #owners = new WeakMap<object, Door<B>>();
  readonly #contexts = new Map<B, SecureContext>();
  readonly #tls: TlsMaterial | undefined;
  readonly #welcome: (bmc: B) => Welcome;
  #isClosed = false;
  /** The port all BMCs share, if they do. */
  #lobby: Lobby<B> | undefined;

  constructor(options: { tls?: TlsMaterial; handle: Handler<B>; welcome: (bmc: B) => Welcome }) {
    this.#tls = options.tls;
    this.#welcome = options.welcome;
    this.#http = createServer({ maxHeaderSize: headLimitBytes }, (request, response) => {
      const door = this.#owners.get(request.socket);
      const routed = door ?? this.#lobby?.admit(request);
      if (!routed) return void request.socket.destroy();
      if (routed === 'nobody') return void response.writeHead(404).end();
      if (routed === 'silence') return;
      const { bmc, prefix } = routed as Routed<B>;
      collect(request, (body) => options.handle(bmc, request, body, response, prefix));
    });
    this.#http.keepAliveTimeout = 60_000;
    this.#http.on('clientError', (error, socket) => refuseUnread(error, socket as Socket));
  }

  get scheme(): 'http' | 'https' {
    return this.#tls ? 'https' : 'http';
  }

  /** Opens a BMC's port; resolves to it. Rejects with the error of `listen`. */
  async open(bmc: B, host: string, port: number): Promise<number> {
    const door = this.#doors.get(bmc) ?? {
      bmc,
      host,
      port,
      listener: undefined,
      sockets: new Set(),
      material: undefined,
      flawed: new Map(),
    };
    door.port = await this.#listen(door, port);
    this.#doors.set(bmc, door);
    return door.port;
  }

  /** Opens one port for all BMCs; `names` go into its certificate. Resolves to the port. */
  async openLobby(host: string, port: number, names: string[], route: Route<B>): Promise<number> {
    const lobby = new Lobby<B>({ host, names, route, tls: this.#tls, welcome: this.#welcome });
    this.#lobby = lobby;
    return lobby.open(port, (socket) => this.#http.emit('connection', socket));
  }

  /** Ends a BMC's connections and closes its port, until `reopen`. */
  shut(bmc: B): void {
    this.#lobby?.shut(bmc);
    const door = this.#doors.get(bmc);
    if (!door) return;
    door.listener?.close();
    door.listener = undefined;
    this.drop(bmc);
  }

  /** Forgets a BMC. */
  remove(bmc: B): void {
    this.shut(bmc);
    this.#doors.delete(bmc);
  }

  async reopen(bmc: B): Promise<void> {
    this.#lobby?.reopen(bmc);
    const door = this.#doors.get(bmc);
    if (!door || door.listener || this.#isClosed) return;
    await this.#listen(door, door.port);
  }

  /** Ends all connections of a BMC. */
  drop(bmc: B): void {
    this.#lobby?.drop(bmc);
    const sockets = this.#doors.get(bmc)?.sockets ?? [];
    for (const socket of sockets) socket.destroy();
  }

  /** Serves another certificate from the next connection on. */
  serveWith(bmc: B, material: { readonly cert: string; readonly key: string }): void {
    const door = this.#doors.get(bmc);
    if (!door || !this.#tls) return;
    door.material = Promise.resolve(material);
    this.#contexts.delete(bmc);
  }

  connections(bmc: B): number {
    return this.#doors.get(bmc)?.sockets.size ?? 0;
  }

  /** Ends every listener and every socket. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const closing = [...this.#doors.values()].map(
      ({ listener }) => new Promise<void>((done) => (listener ? listener.close(() => done()) : done())),
    );
    for (const bmc of this.#doors.keys()) this.drop(bmc);
    this.#http.close();
    await Promise.all([...closing, this.#lobby?.close()]);
    this.#doors.clear();
  }

  #listen(door: Door<B>, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const listener = createListener({ noDelay: true }, (socket) => this.#accept(door, socket));
      listener.once('error', reject);
      listener.listen({ host: door.host, port, backlog: 128 }, () => {
        listener.off('error', reject);
        listener.on('error', () => {});
        door.listener = listener;
        const address = listener.address();
        resolve(typeof address === 'object' && address ? address.port : port);
      });
    });
  }

  #accept(door: Door<B>, socket: Socket): void {
    door.sockets.add(socket);
    socket.once('close', () => door.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const welcome = this.#welcome(door.bmc);
    // A hanging service reads nothing and says nothing; the client's patience ends it, or `close`.
    if (welcome === 'hang') return;
    if (welcome === 'close') socket.destroy();
    else if (this.#tls) void this.#secure(door, socket, welcome === 'serve' ? undefined : welcome);
    else this.#attach(door, socket);
  }

  async #secure(door: Door<B>, socket: Socket, flaw: TlsFlaw | undefined): Promise<void> {
    const context = flaw === undefined ? this.#context(door) : this.#flawedContext(door, flaw);
    const secureContext = await context.catch(() => undefined);
    if (!secureContext || socket.destroyed) return void socket.destroy();
    const secured = new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: ['http/1.1'] });
    secured.on('error', () => secured.destroy());
    secured.once('secure', () => this.#attach(door, secured));
  }

  #attach(door: Door<B>, socket: Socket): void {
    this.#owners.set(socket, door);
    this.#http.emit('connection', socket);
  }

  #flawedContext(door: Door<B>, flaw: TlsFlaw): Promise<SecureContext> {
    const make = async (): Promise<SecureContext> => {
      const material = await this.#tls?.([door.host], flaw);
      return createSecureContext({ ...material, minVersion: 'TLSv1.2' });
    };
    const made = door.flawed.get(flaw) ?? make();
    door.flawed.set(flaw, made);
    return made;
  }

  async #context(door: Door<B>): Promise<SecureContext> {
    const ready = this.#contexts.get(door.bmc);
    if (ready) return ready;
    if (!this.#tls) throw new TypeError('no TLS material');
    door.material ??= this.#tls([door.host]);
    const { cert, key } = await door.material;
    const context = createSecureContext({ cert, key, minVersion: 'TLSv1.2' });
    this.#contexts.set(door.bmc, context);
    const [oldest] = this.#contexts.keys();
    if (this.#contexts.size > contextsKept && oldest !== undefined) this.#contexts.delete(oldest);
    return context;
  }
}

function collect(request: IncomingMessage, done: (body: Buffer | 'tooLarge') => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const isUpload = /^(multipart\/form-data|application\/octet-stream)/.test(request.headers['content-type'] ?? '');
  const limit = isUpload ? uploadLimitBytes : bodyLimitBytes;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  });
  request.on('end', () => done(size > limit ? 'tooLarge' : Buffer.concat(chunks)));
  request.on('error', () => {});
}
