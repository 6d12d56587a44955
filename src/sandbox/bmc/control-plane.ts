/**
 * The control plane over HTTP: what an operator of the emulation does and asks from another process. It listens on
 * loopback alone and wants a token, because it can do to a sandbox what its BMCs' passwords are there to prevent.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isMetalError, UserError } from '../../errors/classes.js';
import { carryOut, readStep } from './control-steps.js';
import type { EmulatedBmc, Emulator } from './emulator.js';
import type { Expectation } from './expectation.js';
import { archiveOf } from './har.js';
import { isObject, type Json, type JsonObject } from './json.js';

export interface ControlPlaneOptions {
  readonly emulator: Emulator;
  readonly token: string;
  /** UUID of a machine under a name the fleet does not know, such as that of a Server object. */
  readonly systemUUID?: (name: string) => Promise<string | undefined>;
}

export interface ControlPlane {
  readonly url: string;
  close(): Promise<void>;
}

/** A step is a few hundred bytes; a patch may be a document, a snapshot many. */
const bodyLimit = 16 * 1024 * 1024;

/** A request whose token was right. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  /** Of a POST: its JSON. */
  readonly body: unknown;
}

/** Starts the control plane of a fleet on a free port of 127.0.0.1. */
export const startControlPlane = (options: ControlPlaneOptions): Promise<ControlPlane> =>
  serveControl(options.token, ({ method, url, body }) =>
    method === 'POST' ? step(options, body) : read(options, url),
  );

/** Serves a control plane, whatever stands behind it. */
export async function serveControl(
  token: string,
  handle: (asked: Asked) => Promise<JsonObject>,
): Promise<ControlPlane> {
  const server = createServer((request, response) => {
    void admitted(token, request)
      .then(handle)
      .then(
        (body) => reply(response, 200, body),
        (error: unknown) => refuse(response, error),
      );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => end(server) };
}

function end(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** What is refused without a code: the request, not the step, is wrong. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

async function admitted(token: string, request: IncomingMessage): Promise<Asked> {
  if (!isToken(token, request.headers.authorization)) throw new Refusal(401, 'the token is missing or wrong');
  const url = new URL(request.url ?? '/', 'http://control');
  const { method = 'GET' } = request;
  if (method === 'POST' && url.pathname === '/steps') return { method, url, body: await bodyOf(request) };
  if (method !== 'GET') throw new Refusal(405, `${method} is not known here`);
  return { method, url, body: undefined };
}

/** Compares digests, so that time tells nothing of the token. */
function isToken(token: string, header = ''): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(`Bearer ${token}`), digest(header));
}

async function step(options: ControlPlaneOptions, body: unknown): Promise<JsonObject> {
  const asked =
    isObject(body) && typeof body.bmc === 'string' ? { ...body, bmc: await nameOf(options, body.bmc) } : body;
  return carryOut(options.emulator.control, readStep(asked));
}

async function read(options: ControlPlaneOptions, { pathname, searchParams }: URL): Promise<JsonObject> {
  const { emulator } = options;
  const asked = searchParams.get('bmc');
  const bmc = asked === null ? undefined : await nameOf(options, asked);
  switch (pathname) {
    case '/bmcs':
      return {
        bmcs: emulator.bmcs.filter(({ name }) => [undefined, name].includes(bmc)).map((each) => shown(emulator, each)),
      };
    case '/faults':
      return { faults: emulator.control.faults() as unknown as Json };
    case '/requests':
      return { requests: emulator.log.requests(bmc) as unknown as Json };
    case '/har':
      return archiveOf(
        emulator.log.requests(bmc),
        (name) => emulator.bmcs.find((each) => each.name === name)?.url ?? '',
      );
    case '/actions':
      return { actions: emulator.log.actions(bmc) as unknown as Json };
    case '/counters':
      return {
        requests: emulator.log.count(bmc),
        logins: { ...emulator.log.logins(bmc) },
        openSessions: emulator.control.openSessions(bmc),
        sessions: { ...emulator.control.sessionCounts(bmc) },
        connections: emulator.control.connections(bmc),
        routes: Object.fromEntries(emulator.log.countByRoute()),
      };
    case '/leaks':
      return { leaks: emulator.control.leakedSessions(bmc) as unknown as Json };
    case '/expect':
      return { broken: emulator.log.expectRequests(expectationOf(searchParams, bmc)) as Json };
    case '/snapshot':
      return { snapshots: emulator.control.snapshot(bmc) as unknown as Json };
    case '/resource':
      return { resource: emulator.control.resource(bmc ?? '', searchParams.get('path') ?? '') ?? null };
    default:
      throw new Refusal(404, `nothing is at ${pathname}`);
  }
}

/** `?max=9&path=GET /redfish/v1/Systems*&path=…` @throws UserError USAGE */
function expectationOf(asked: URLSearchParams, bmc: string | undefined): Expectation {
  const [max, paths] = [asked.get('max'), asked.getAll('path')];
  if (max !== null && !/^\d+$/.test(max)) throw new UserError('USAGE', `"${max}" is no number of requests`);
  return {
    ...(bmc === undefined ? {} : { bmc }),
    ...(max === null ? {} : { max: Number(max) }),
    ...(paths.length === 0 ? {} : { paths }),
  };
}

const shown = (emulator: Emulator, bmc: EmulatedBmc): JsonObject => ({
  ...(bmc as unknown as JsonObject),
  powerState: emulator.powerState(bmc.name),
});

/** A BMC by its name, address, serial or UUID, or by the name of its server. @throws UserError NOT_FOUND */
async function nameOf({ emulator, systemUUID }: ControlPlaneOptions, asked: string): Promise<string> {
  const wanted = asked.toLowerCase();
  const names = ({ name, host, port, url, serial, systemUUIDs }: EmulatedBmc): readonly string[] =>
    [name, host, `${host}:${port}`, url, serial, ...systemUUIDs].map((each) => each.toLowerCase());
  const found = emulator.bmcs.find((bmc) => names(bmc).includes(wanted));
  if (found) return found.name;
  const uuid = (await systemUUID?.(asked))?.toLowerCase();
  const owner = uuid === undefined ? undefined : emulator.bmcs.find((bmc) => names(bmc).includes(uuid));
  if (owner) return owner.name;
  throw new UserError('NOT_FOUND', `no emulated machine is called "${asked}"`, {
    hint: `${emulator.bmcs[0]?.name ?? 'none'} … ${emulator.bmcs.at(-1)?.name ?? 'none'}, an address, a serial number or a server`,
  });
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size > bodyLimit) throw new Refusal(413, 'the body is too large');
    parts.push(part as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    throw new Refusal(400, 'the body is not JSON');
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  if (error instanceof Refusal) reply(response, error.status, { error: { message: error.message } });
  else if (isMetalError(error)) {
    const { code, message, hints } = error;
    reply(response, code === 'NOT_FOUND' ? 404 : 400, { error: { code, message, hints } });
  } else reply(response, 500, { error: { message: 'the control plane failed' } });
}

function reply(response: ServerResponse, status: number, body: JsonObject): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
