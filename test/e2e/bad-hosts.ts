/** Hosts that answer on a BMC's port and are none: listeners that keep what they were sent. */
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { createAuthority } from '../../src/sandbox/certificates.js';

export interface BadHost {
  readonly port: number;
  /** Status of the finding, where there is one. */
  readonly status: 'silent' | 'tls' | 'unsupported';
  /** What the finding, or the failure, must say. */
  readonly why: RegExp;
  /** Everything it was sent, after TLS where it speaks that. */
  received(): string;
  close(): Promise<void>;
}

const http = (type: string, body: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;

interface Manner {
  readonly tls: boolean;
  readonly status: BadHost['status'];
  readonly why: RegExp;
  /** Said at once; without it the host waits to be asked. */
  readonly greeting?: string;
  readonly answer?: string;
}

const manners = {
  silent: { tls: false, status: 'silent', why: /accepts the connection and then says nothing/ },
  'plain TCP': { tls: false, status: 'silent', why: /TLS|HTTPS|Redfish|answer/i, greeting: 'SSH-2.0-OpenSSH_9.6\r\n' },
  'plain HTTP': {
    tls: false,
    status: 'tls',
    why: /HTTP/,
    answer: http('application/json', '{"RedfishVersion":"1.18.0","Systems":{"@odata.id":"/redfish/v1/Systems"}}'),
  },
  HTML: { tls: true, status: 'silent', why: /Redfish|HTML|JSON/i, answer: http('text/html', '<html>printer</html>') },
  garbage: {
    tls: true,
    status: 'silent',
    why: /Redfish|HTTP|pars|answer/i,
    answer: '\u0000\u0001 not even HTTP\r\n\r\n',
  },
} as const satisfies Record<string, Manner>;

export type How = keyof typeof manners;

/** Starts a host on a free port of 127.0.0.1. */
export async function listenBadly(how: How): Promise<BadHost> {
  const manner: Manner = manners[how];
  const sockets = new Set<Socket>();
  let heard = '';
  const serve = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    if (manner.greeting !== undefined) socket.write(manner.greeting);
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      if (manner.answer !== undefined) socket.end(manner.answer);
    });
  };
  const server = manner.tls ? await tlsServer(serve) : createServer(serve);
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    status: manner.status,
    why: manner.why,
    received: () => heard,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function tlsServer(serve: (socket: Socket) => void): Promise<Server> {
  const { cert, key } = await (await createAuthority()).issue({ hosts: ['127.0.0.1'] });
  return createTlsServer({ cert, key }, serve).on('tlsClientError', () => undefined);
}
