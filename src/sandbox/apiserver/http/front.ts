/** The HTTPS socket under the listener: TLS, bytes that are no HTTP, and an end that lets answers out. */
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { methodNotAllowed } from '../status.js';
import { Response } from './exchange.js';
import type { Listener } from './listener.js';

export interface FrontOptions {
  /** PEM. */
  readonly tls: { readonly cert: string; readonly key: string };
  readonly host?: string;
  readonly port?: number;
}

export interface Front {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  close(): Promise<void>;
}

/** What closing needs of a server, whatever its responses are. */
interface Closable {
  close(done: () => void): unknown;
  closeIdleConnections(): void;
}

const KEEP_ALIVE_MS = 65_000;
/** Answers on their way get this long when the server closes. */
const DRAIN_MS = 100;

/** Listen. @throws the error of the socket, EADDRINUSE among them */
export async function openFront(
  listener: Listener,
  { tls, host = '127.0.0.1', port = 0 }: FrontOptions,
): Promise<Front> {
  const options = { cert: tls.cert, key: tls.key, keepAliveTimeout: KEEP_ALIVE_MS, ServerResponse: Response };
  const server = createServer(options, (request, response) => void listener.handle(request, response));
  server.requestTimeout = 0;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => undefined);
  server.on('clientError', (_error, socket) => refuseBytes(socket as Socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return { url: `https://${host}:${address.port}`, close: () => closeFront(server, sockets) };
}

/** Bytes that the HTTP parser refuses, an unknown method among them, never reach the listener. */
function refuseBytes(socket: Socket): void {
  if (!socket.writable) return;
  const body = JSON.stringify(methodNotAllowed());
  const head = `HTTP/1.1 405 Method Not Allowed\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
  socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`);
}

const closeFront = (server: Closable, sockets: ReadonlySet<Socket>): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, DRAIN_MS).unref();
  });
