/**
 * One Redfish service as operations see it: read, change and act on paths, let in by the session, with every failure
 * classified. Reads the service root once, which tells the vendor and where everything else is.
 */
import { PermanentError, TransientError } from '../errors/classes.js';
import type { BmcAccess } from '../ports/bmc.js';
import type { Clock } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import { classifyAnswer } from './classify.js';
import { ServiceRoot } from './schema/service-root.js';
import { Session } from './session.js';
import type { Stats } from './stats.js';
import { isObject, type JsonObject } from './transport/json.js';
import type { Limits } from './transport/limits.js';
import { type Path, safePath } from './transport/link.js';
import { type Answer, isSuccess, type Request, type Transport } from './transport/transport.js';
import { vendorOf } from './vendors/index.js';
import type { Vendor } from './vendors/vendor.js';

export interface ServiceOptions {
  readonly access: BmcAccess;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: Limits;
  readonly stats: Stats;
}

export interface Known {
  readonly root: ServiceRoot;
  readonly vendor: Vendor;
}

/** A resource as the service gave it, with the tag it had. */
export interface Resource {
  readonly json: JsonObject;
  readonly etag?: string;
}

const defaultSessions = '/redfish/v1/SessionService/Sessions';

export class Service {
  readonly options: ServiceOptions;
  #session: Session;
  #known: Promise<Known> | undefined;

  constructor(options: ServiceOptions) {
    this.options = options;
    this.#session = this.#newSession(options.access);
  }

  /** A link of the service as a path to ask for. @throws PermanentError BMC_HOSTILE_LINK */
  path(link: unknown): Path {
    return safePath(link, this.options.transport.origin);
  }

  /** Root and vendor, read once without credentials. */
  known(): Promise<Known> {
    this.#known ??= this.#readRoot().catch((error) => {
      this.#known = undefined;
      throw error;
    });
    return this.#known;
  }

  /** From now on with this credential. The old session is ended; a new version lifts an old refusal. */
  use(access: BmcAccess): void {
    if (access.credentialVersion === this.#session.credentialVersion) return;
    void this.#session.leave();
    this.#session = this.#newSession(access);
  }

  /** Proves the credential. @throws PermanentError BMC_AUTH_FAILED|BMC_PASSWORD_CHANGE_REQUIRED */
  async authenticate(): Promise<void> {
    const pass = await this.#session.enter();
    if (pass.kind === 'token') return;
    const { root } = await this.known();
    await this.read(this.path(root.Systems));
  }

  leave(): Promise<void> {
    return this.#session.leave();
  }

  /** A resource, which must be a JSON object. */
  async read(path: Path): Promise<Resource> {
    const request: Request = { method: 'GET', path, kind: 'read' };
    const answer = await this.send(request);
    if (!isObject(answer.json)) throw this.#notAnObject(request);
    const etag = etagOf(answer);
    return { json: answer.json, ...(etag === undefined ? {} : { etag }) };
  }

  /** Success of an authorised request, as an answer. @throws MetalError, classified */
  async send(request: Request): Promise<Answer> {
    const answer = await this.ask(request);
    if (isSuccess(answer.status)) return answer;
    throw this.failed(answer, request);
  }

  /** Answer of any status to an authorised request, after one new login if the token was refused. */
  async ask(request: Request): Promise<Answer> {
    const session = this.#session;
    const pass = await session.enter();
    const first = await this.#with(pass.headers, request);
    if (first.status !== 401) return first;
    const renewed = await session.renew(pass);
    const second = await this.#with(renewed.headers, request);
    if (second.status !== 401) return second;
    throw session.refuse('the BMC refuses what it has just admitted (HTTP 401)', second);
  }

  failed(answer: Answer, request: Request) {
    return classifyAnswer(answer, this.options.transport.circumstances(request));
  }

  #with(headers: Readonly<Record<string, string>>, request: Request): Promise<Answer> {
    return this.options.transport.request({ ...request, headers: { ...request.headers, ...headers } });
  }

  #newSession(access: BmcAccess): Session {
    const { transport, clock, log, stats } = this.options;
    return new Session({ access, transport, clock, log, stats, sessionsPath: () => this.#sessionsPath() });
  }

  async #sessionsPath(): Promise<Path> {
    const { root } = await this.known();
    return this.path(root.Links?.Sessions ?? defaultSessions);
  }

  async #readRoot(): Promise<Known> {
    const { access, transport } = this.options;
    if (transport.origin.startsWith('http:') && !access.allowPlainHttp) throw plainHttp(access);
    const root = ServiceRoot.parse(await this.#rootJson());
    const vendor = vendorOf(root);
    transport.widen(vendor.sockets);
    return { root, vendor };
  }

  /** With the slash the standard asks for; some services know it only without. */
  async #rootJson(): Promise<JsonObject> {
    for (const link of ['/redfish/v1/', '/redfish/v1']) {
      const request: Request = { method: 'GET', path: this.path(link), kind: 'read' };
      const answer = await this.options.transport.request(request);
      if (isSuccess(answer.status) && isObject(answer.json)) return answer.json;
      if (answer.status !== 404) throw this.failed(answer, request);
    }
    throw new PermanentError('BMC_NOT_REDFISH', 'reading the service root', {
      why: 'HTTP 404 for /redfish/v1/',
      context: { bmc: this.options.access.id },
    });
  }

  #notAnObject(request: Request): TransientError {
    const { doing, context } = this.options.transport.circumstances(request);
    return new TransientError('BMC_BAD_RESPONSE', doing, { why: 'the answer is no JSON object', context });
  }
}

/** The header decides; some services only tell it in the body. A `-gzip` suffix is the web server's, not the resource's. */
export function etagOf({ headers, json }: Pick<Answer, 'headers' | 'json'>): string | undefined {
  const inBody = isObject(json) ? json['@odata.etag'] : undefined;
  const etag = headers.etag ?? (typeof inBody === 'string' ? inBody : undefined);
  return etag?.replace(/-gzip"$/, '"');
}

const plainHttp = ({ id, url }: BmcAccess): PermanentError =>
  new PermanentError('BMC_PLAIN_HTTP', 'talking to the BMC', {
    why: `${url} is plain HTTP, over which the password could be read`,
    context: { bmc: id },
  });
