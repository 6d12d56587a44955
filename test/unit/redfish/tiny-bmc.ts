/**
 * A BMC of a few lines for tests of the client: a tree of JSON, a log of every request, and handlers a test puts in
 * front. Deliberately knows as little Redfish as possible; the emulator of the sandbox is the realistic one.
 */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../src/ports/clock.js';

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Returns true when it answered, so that the tree does not. */
export type Handler = (request: Seen, response: ServerResponse) => boolean | undefined;

export interface TinyBmc {
  readonly url: string;
  readonly log: Seen[];
  /** `GET /redfish/v1/`, in order. */
  lines(): string[];
  readonly tree: Map<string, object>;
  handler: Handler | undefined;
  password: string;
  /** Tokens it accepts. */
  readonly tokens: Set<string>;
  /** Sockets open now. */
  connections(): number;
  close(): Promise<void>;
}

export const root = {
  '@odata.id': '/redfish/v1/',
  '@odata.type': '#ServiceRoot.v1_15_0.ServiceRoot',
  RedfishVersion: '1.15.0',
  UUID: '92384634-2938-2342-8820-489239905423',
  Systems: { '@odata.id': '/redfish/v1/Systems' },
  Managers: { '@odata.id': '/redfish/v1/Managers' },
  Links: { Sessions: { '@odata.id': '/redfish/v1/SessionService/Sessions' } },
};

export const system = {
  '@odata.id': '/redfish/v1/Systems/1',
  Id: '1',
  UUID: '38947555-7742-3448-3784-823347823834',
  Manufacturer: 'Contoso',
  Model: 'X1',
  SerialNumber: 'SN1',
  PowerState: 'Off',
  MemorySummary: { TotalSystemMemoryGiB: 96 },
  Boot: {
    BootSourceOverrideEnabled: 'Disabled',
    BootSourceOverrideTarget: 'None',
    BootSourceOverrideMode: 'UEFI',
    'BootSourceOverrideTarget@Redfish.AllowableValues': ['None', 'Pxe', 'Hdd', 'UefiHttp'],
  },
  Actions: {
    '#ComputerSystem.Reset': {
      target: '/redfish/v1/Systems/1/Actions/ComputerSystem.Reset',
      'ResetType@Redfish.AllowableValues': ['On', 'ForceOff', 'GracefulShutdown'],
    },
  },
};

export const manager = {
  '@odata.id': '/redfish/v1/Managers/1',
  Id: '1',
  UUID: '58893887-8974-2487-2389-841168418919',
  FirmwareVersion: '1.0',
  Status: { State: 'Enabled' },
};

const collection = (link: string, ...members: string[]): object => ({
  '@odata.id': link,
  Members: members.map((member) => ({ '@odata.id': member })),
  'Members@odata.count': members.length,
});

export const standardTree = (): Map<string, object> =>
  new Map<string, object>([
    ['/redfish/v1', structuredClone(root)],
    ['/redfish/v1/Systems', collection('/redfish/v1/Systems', '/redfish/v1/Systems/1')],
    ['/redfish/v1/Systems/1', structuredClone(system)],
    ['/redfish/v1/Managers', collection('/redfish/v1/Managers', '/redfish/v1/Managers/1')],
    ['/redfish/v1/Managers/1', structuredClone(manager)],
  ]);

/** Starts one on a loopback port. With `tls` it speaks HTTPS. */
export async function tinyBmc(tls?: { key: string; cert: string }): Promise<TinyBmc> {
  const tree = standardTree();
  const log: Seen[] = [];
  const tokens = new Set<string>();
  const bmc = { handler: undefined as Handler | undefined, password: 'correct horse' };

  const listener: RequestListener = async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const seen: Seen = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
    log.push(seen);
    if (bmc.handler?.(seen, response)) return;
    serve(seen, response, { tree, tokens, password: bmc.password });
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  // A machine so busy that five seconds pass unseen must not make it close what the client is about to use.
  server.keepAliveTimeout = 0;
  let connections = 0;
  server.on('connection', (socket) => {
    connections += 1;
    socket.on('close', () => {
      connections -= 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(bmc, {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    log,
    tree,
    tokens,
    lines: () => log.map(({ method, url }) => `${method} ${url}`),
    connections: () => connections,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

export function reply(response: ServerResponse, status: number, json?: unknown, headers: Record<string, string> = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(json === undefined ? '' : JSON.stringify(json));
  return true;
}

/** Body of an error with one message. */
export const extended = (key: string, text = 'it is so', more: object = {}): object => ({
  error: {
    code: `Base.1.8.${key}`,
    message: text,
    '@Message.ExtendedInfo': [{ MessageId: `Base.1.8.${key}`, Message: text, ...more }],
  },
});

interface Inside {
  tree: Map<string, object>;
  tokens: Set<string>;
  password: string;
}

function serve(request: Seen, response: ServerResponse, inside: Inside): unknown {
  const path = (request.url.split('?')[0] ?? '').replace(/\/$/, '');
  if (request.method === 'POST' && path.endsWith('/Sessions')) return login(request, response, inside);
  if (path !== '/redfish/v1' && !isAdmitted(request, inside)) return reply(response, 401, extended('NoValidSession'));
  const resource = inside.tree.get(path) as Record<string, unknown> | undefined;
  if (request.method === 'DELETE') return reply(response, 204);
  if (request.method === 'POST') return act(JSON.parse(request.body), response, inside);
  if (resource === undefined) return reply(response, 404, extended('ResourceMissingAtURI'));
  if (request.method === 'PATCH') return change(resource, JSON.parse(request.body), response);
  return reply(response, 200, resource);
}

function login(request: Seen, response: ServerResponse, { tokens, password }: Inside): unknown {
  if (JSON.parse(request.body).Password !== password) return reply(response, 401, extended('InsufficientPrivilege'));
  const token = `token-${tokens.size + 1}-secret`;
  tokens.add(token);
  const location = `/redfish/v1/SessionService/Sessions/${tokens.size}`;
  return reply(response, 201, { '@odata.id': location }, { 'x-auth-token': token, location });
}

function isAdmitted({ headers }: Seen, { tokens, password }: Inside): boolean {
  if (tokens.has(String(headers['x-auth-token']))) return true;
  return headers.authorization === `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
}

function act({ ResetType }: { ResetType: string }, response: ServerResponse, { tree }: Inside): unknown {
  const machine = tree.get('/redfish/v1/Systems/1') as { PowerState: string };
  machine.PowerState = ResetType === 'On' ? 'On' : 'Off';
  return reply(response, 204);
}

function change(resource: Record<string, unknown>, body: { Boot?: object }, response: ServerResponse): unknown {
  resource.Boot = { ...(resource.Boot as object), ...body.Boot };
  return reply(response, 204);
}

/** A clock for real sockets: deadlines run for real, but nobody sleeps; slept time counts as passed. */
export function hastyClock(): Clock & { slept: number[]; advance(ms: number): void } {
  let skipped = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => new Date(Date.now() + skipped),
    monotonicMs: () => performance.now() + skipped,
    advance: (ms) => {
      skipped += ms;
    },
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
      skipped += ms;
    },
    after: (ms, fn) => {
      const timer = setTimeout(fn, ms);
      return () => clearTimeout(timer);
    },
  };
}
