/**
 * One port for all BMCs: the Host header (and SNI before it) or a prefix of the path says which is meant. For fleets too
 * large for a listener each, and for browsers.
 */
import type { IncomingMessage } from 'node:http';
import { createServer, type Server as Listener, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { TlsFlaw } from '../faults/rules.js';
import type { Route, Routed, TlsMaterial, Welcome } from './front.js';

export interface LobbyOptions<B> {
  readonly host: string;
  /** What the certificate is for. */
  readonly names: string[];
  readonly route: Route<B>;
  readonly tls: TlsMaterial | undefined;
  readonly welcome: (bmc: B) => Welcome;
}

/** What becomes of a request: it is somebody's, nobody's, or never answered; undefined ends the connection. */
export type Admission<B> = Routed<B> | 'nobody' | 'silence' | undefined;

export class Lobby<B> {
  readonly #options: LobbyOptions<B>;
  readonly #sockets = new Set<Socket>();
  /** Whom a connection last asked for. */
  readonly #guests = new Map<Socket, B>();
  readonly #shut = new Set<B>();
  readonly #contexts = new Map<string, Promise<SecureContext>>();
  #listener: Listener | undefined;

  constructor(options: LobbyOptions<B>) {
    this.#options = options;
  }

  /** Listens, and hands over connections that are ready to be spoken HTTP on. Resolves to the port. */
  open(port: number, ready: (socket: Socket) => void): Promise<number> {
    const listener = createServer({ noDelay: true }, (socket) => this.#accept(socket, ready));
    this.#listener = listener;
    return new Promise((resolve, reject) => {
      listener.once('error', reject);
      listener.listen({ host: this.#options.host, port, backlog: 1024 }, () => {
        const address = listener.address();
        resolve(typeof address === 'object' && address ? address.port : port);
      });
    });
  }

  /** Finds the BMC of a request and takes the prefix off its URL. Faults of connections strike here, as late as this. */
  admit(request: IncomingMessage): Admission<B> {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    const routed = this.#options.route({ host, url: request.url ?? '/' });
    if (!routed) return 'nobody';
    const { socket } = request;
    if (!this.#guests.has(socket)) socket.once('close', () => this.#guests.delete(socket));
    this.#guests.set(socket, routed.bmc);
    if (this.#shut.has(routed.bmc)) return undefined;
    const welcome = this.#options.welcome(routed.bmc);
    if (welcome === 'close') return undefined;
    if (welcome === 'hang') return 'silence';
    if (routed.prefix !== undefined) request.url = (request.url ?? '/').slice(routed.prefix.length) || '/';
    return routed;
  }

  shut(bmc: B): void {
    this.#shut.add(bmc);
  }

  reopen(bmc: B): void {
    this.#shut.delete(bmc);
  }

  drop(bmc: B): void {
    for (const [socket, guest] of this.#guests) if (guest === bmc) socket.destroy();
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((done) => (this.#listener ? this.#listener.close(() => done()) : done()));
  }

  #accept(socket: Socket, ready: (socket: Socket) => void): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    if (this.#options.tls) void this.#secure(socket, ready);
    else ready(socket);
  }

  async #secure(socket: Socket, ready: (socket: Socket) => void): Promise<void> {
    const secureContext = await this.#context(this.#options.names).catch(() => undefined);
    if (!secureContext || socket.destroyed) return void socket.destroy();
    const secured = new TLSSocket(socket, {
      isServer: true,
      secureContext,
      ALPNProtocols: ['http/1.1'],
      SNICallback: (name, done) => this.#byName(name, done),
    });
    secured.on('error', () => secured.destroy());
    secured.once('secure', () => ready(secured));
  }

  /** A BMC with a fault of certificates shows it to who names it before the handshake. */
  #byName(name: string, done: (error: Error | null, context?: SecureContext) => void): void {
    const routed = this.#options.route({ host: name.toLowerCase(), url: '/' });
    const welcome = routed ? this.#options.welcome(routed.bmc) : 'serve';
    const isFlaw = welcome !== 'serve' && welcome !== 'hang' && welcome !== 'close';
    const context = isFlaw ? this.#context([name], welcome) : this.#context(this.#options.names);
    context.then(
      (made) => done(null, made),
      (error: Error) => done(error),
    );
  }

  #context(hosts: string[], flaw?: TlsFlaw): Promise<SecureContext> {
    const key = `${flaw ?? ''} ${hosts.join()}`;
    const make = async (): Promise<SecureContext> => {
      const material = await this.#options.tls?.(hosts, flaw);
      return createSecureContext({ ...material, minVersion: 'TLSv1.2' });
    };
    const made = this.#contexts.get(key) ?? make();
    this.#contexts.set(key, made);
    return made;
  }
}
