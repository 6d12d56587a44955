/**
 * One Redfish service as operations see it: read, change and act on paths, let in by the session, with every failure
 * classified. Reads the service root once, which tells the vendor and where everything else is.
 */
import { isMetalError, PermanentError, TransientError } from '../errors/classes.js';
import type { Secret } from '../lib/secret.js';
import type { BmcAccess } from '../ports/bmc.js';
import type { Clock } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import type { RegistryStore } from './attributes/store.js';
import { classifyAnswer } from './classify.js';
import { isWordless, loadMessages, type MessageStore, registryOfMessage, worded } from './message-registry.js';
import { type Message, sentenceOf } from './messages.js';
import { ServiceRoot } from './schema/service-root.js';
import { type Pass, Session } from './session.js';
import type { Stats } from './stats.js';
import { isObject, type JsonObject } from './transport/json.js';
import type { Limits } from './transport/limits.js';
import { type Path, safePath } from './transport/link.js';
import { isMutating } from './transport/retry.js';
import { type Answer, isSuccess, type Request, type StreamAnswer, type Transport } from './transport/transport.js';
import { vendorOf } from './vendors/index.js';
import type { Vendor } from './vendors/vendor.js';

export interface ServiceOptions {
  readonly access: BmcAccess;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: Limits;
  readonly stats: Stats;
  readonly registries: RegistryStore;
  readonly messages: MessageStore;
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
  readonly #orphans = new Set<Path>();
  #session: Session;
  #known: Promise<Known> | undefined;
  #licence: string | undefined;

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

  /**
   * From now on with this credential. The old session is ended; a new version lifts an old refusal. Answers whether it is
   * another one than before.
   */
  use(access: BmcAccess): boolean {
    if (access.credentialVersion === this.#session.credentialVersion) return false;
    void this.#session.leave();
    this.#session = this.#newSession(access);
    return true;
  }

  /** Proves the credential. @throws PermanentError BMC_AUTH_FAILED|BMC_PASSWORD_CHANGE_REQUIRED */
  async authenticate(): Promise<void> {
    const pass = await this.#session.enter();
    if (pass.kind === 'token') return;
    const { root } = await this.known();
    await this.read(this.path(root.Systems));
  }

  /**
   * Whether another name and password are let in: one login beside the session in use, ended at once. Where there are no
   * sessions, one read with Basic.
   */
  async admits(username: string, password: Secret): Promise<boolean> {
    this.options.transport.conceal(password.reveal());
    const { access } = this.options;
    const other = this.#newSession({ ...access, username, password, credentialVersion: `proof of ${username}` });
    try {
      const pass = await other.enter();
      if (pass.kind === 'token') return true;
      const { root } = await this.known();
      const request: Request = { method: 'GET', path: this.path(root.Systems), kind: 'read' };
      const answer = await this.#with(pass.headers, request);
      if (answer.status === 401 || answer.status === 403) return false;
      if (!isSuccess(answer.status)) throw this.failed(answer, request);
      return true;
    } catch (error) {
      if (isMetalError(error) && error.code === 'BMC_AUTH_FAILED') return false;
      throw error;
    } finally {
      await other.leave();
    }
  }

  /** Where the password must be changed before anything else, if the BMC says so. */
  async passwordChange(): Promise<Path | undefined> {
    try {
      await this.#session.enter();
      return undefined;
    } catch (error) {
      if (!isMetalError(error) || error.code !== 'BMC_PASSWORD_CHANGE_REQUIRED') throw error;
      const link = error.context.account;
      if (typeof link === 'string') return this.path(link);
      throw error;
    }
  }

  /** The one request an account may make whose password must be changed; with Basic, because it gets no session. */
  async changePassword(path: Path, body: JsonObject): Promise<void> {
    const request: Request = { method: 'PATCH', path, kind: 'update', body };
    const answer = await this.#with(this.#session.basicHeaders(), request);
    if (!isSuccess(answer.status)) throw this.failed(answer, request);
    this.demandDone(answer, request);
  }

  /** The session in use, if any. */
  get ownSession(): Path | undefined {
    return this.#session.path;
  }

  leave(): Promise<void> {
    return this.#session.leave();
  }

  /** A resource: JSON with an identity. An empty success, a task in its place or an error under 200 is none. */
  async read(path: Path): Promise<Resource> {
    const request: Request = { method: 'GET', path, kind: 'read' };
    return this.#toResource(await this.send(request), request);
  }

  #toResource(answer: Answer, request: Request): Resource {
    if (answer.status !== 200 || !isResource(answer.json)) throw this.#noResource(request, answer.status);
    const etag = etagOf(answer);
    return { json: answer.json, ...(etag === undefined ? {} : { etag }) };
  }

  /** The resource, unless it still has this tag (If-None-Match, DSP0266 6.5). */
  async readChanged(path: Path, tag: string): Promise<Resource | 'same'> {
    const request: Request = { method: 'GET', path, kind: 'read', headers: { 'if-none-match': tag } };
    const answer = await this.ask(request);
    if (answer.status === 304) {
      this.options.stats.unchanged += 1;
      return 'same';
    }
    if (!isSuccess(answer.status)) throw this.failed(answer, request);
    return this.#toResource(answer, request);
  }

  /** Success of an authorised request, as an answer. @throws MetalError, classified */
  async send(request: Request): Promise<Answer> {
    const answer = await this.ask(request);
    if (!isSuccess(answer.status)) throw this.failed(answer, request);
    this.demandDone(answer, request);
    return answer;
  }

  /** @throws PermanentError BMC_REFUSED when a change was answered by a success that says it failed */
  demandDone(answer: Answer, request: Request): void {
    if (!isMutating(request.kind) || !deniesSuccess(answer)) return;
    const { doing, context } = this.options.transport.circumstances(request);
    const why = `HTTP ${answer.status}, and yet ${sentenceOf(answer.messages) ?? 'an error'}`;
    const hint = answer.messages.find(({ resolution }) => resolution !== undefined)?.resolution;
    throw new PermanentError('BMC_REFUSED', doing, { why, context, ...(hint === undefined ? {} : { hint }) });
  }

  /** Answer of any status to an authorised request, after one new login if the token was refused. */
  async ask(request: Request): Promise<Answer> {
    const session = this.#session;
    const pass = await session.enter();
    const first = await this.#with(pass.headers, request);
    if (first.status !== 401) return this.#worded(first, pass);
    const renewed = await session.renew(pass);
    const second = await this.#with(renewed.headers, request);
    if (second.status !== 401) return this.#worded(second, renewed);
    throw session.refuse('the BMC refuses what it has just admitted (HTTP 401)', second);
  }

  /** A refusal in words: iLO and others leave them to registries, of which ours may not know this one. */
  async #worded(answer: Answer, pass: Pass): Promise<Answer> {
    const bare = answer.messages.find(isWordless);
    if (bare === undefined || (isSuccess(answer.status) ? !deniesSuccess(answer) : answer.status >= 500)) return answer;
    const { root, vendor } = await this.known();
    const { clock, messages, transport } = this.options;
    const { Registries: registries } = root;
    if (registries === undefined) return answer;
    const read = async (path: Path): Promise<JsonObject | undefined> => {
      const { status, json } = await this.#with(pass.headers, { method: 'GET', path, kind: 'read' });
      return status === 200 && isObject(json) ? json : undefined;
    };
    const name = registryOfMessage(bare);
    const entries = await messages.get(`${vendor.id} ${name}`, clock.monotonicMs(), () =>
      loadMessages(name, registries, transport.origin, read),
    );
    return { ...answer, messages: answer.messages.map((message) => worded(message, entries)) };
  }

  /**
   * The event stream at a path, from the event after `lastId` on. One new login if the token is refused; should the stream
   * refuse what the rest of the BMC admits, it alone is given up, or every reconnection would leave a session behind.
   */
  async *stream(path: Path, lastId: string | undefined, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const session = this.#session;
    const pass = await session.enter();
    const request: Request = { method: 'GET', path, kind: 'read' };
    const headers = { accept: 'text/event-stream', ...(lastId === undefined ? {} : { 'last-event-id': lastId }) };
    const open = (admitted: Pass): Promise<StreamAnswer> =>
      this.options.transport.stream({ ...request, headers: { ...headers, ...admitted.headers } }, signal);
    const first = await open(pass);
    const answer = first.status === 401 ? await open(await session.renew(pass)) : first;
    if (answer.status !== 200) throw this.failed({ ...answer, json: undefined, messages: [] }, request);
    if (/json|html/.test(answer.headers['content-type'] ?? ''))
      throw this.#noResource(request, answer.status, 'stream');
    yield* answer.body;
  }

  failed(answer: Answer, request: Request) {
    return classifyAnswer(answer, { ...this.options.transport.circumstances(request), licence: this.#licence });
  }

  #with(headers: Readonly<Record<string, string>>, request: Request): Promise<Answer> {
    return this.options.transport.request({ ...request, headers: { ...request.headers, ...headers } });
  }

  #newSession(access: BmcAccess): Session {
    const { transport, clock, log, stats } = this.options;
    return new Session({
      access,
      transport,
      clock,
      log,
      stats,
      orphans: this.#orphans,
      sessionsPath: () => this.#sessionsPath(),
      servicePath: async () => {
        const { root } = await this.known();
        return root.SessionService === undefined ? undefined : this.path(root.SessionService);
      },
    });
  }

  /** A root that links neither sessions nor their service has none; posting a password to a guess would be a login lost. */
  async #sessionsPath(): Promise<Path | undefined> {
    const { root } = await this.known();
    if (root.Links?.Sessions !== undefined) return this.path(root.Links.Sessions);
    return root.SessionService === undefined ? undefined : this.path(defaultSessions);
  }

  async #readRoot(): Promise<Known> {
    const { access, transport } = this.options;
    if (transport.origin.startsWith('http:') && !access.allowPlainHttp) throw plainHttp(access);
    const root = ServiceRoot.parse(await this.#rootJson());
    const vendor = vendorOf(root);
    transport.widen(vendor.sockets);
    this.#licence = vendor.licence;
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

  #noResource(request: Request, status: number, wanted = 'Redfish resource'): TransientError {
    const { doing, context } = this.options.transport.circumstances(request);
    return new TransientError('BMC_BAD_RESPONSE', doing, { why: `HTTP ${status}, but no ${wanted}`, context });
  }
}

/** A critical message, or an error whose messages are not all of the kind "success" or "nothing to do". */
function deniesSuccess({ json, messages }: Answer): boolean {
  const isFine = ({ key, severity }: Message): boolean => /^(Success|NoOperation)$/.test(key) || severity === 'OK';
  const isError = isObject(json) && isObject(json.error) && !messages.every(isFine);
  return isError || messages.some(({ severity }) => severity === 'Critical');
}

/** Every resource names itself (DSP0266 9.6.1); fragments of broken firmware at least have an Id or a type. */
const isResource = (json: unknown): json is JsonObject =>
  isObject(json) && ['@odata.id', '@odata.type', 'Id'].some((key) => typeof json[key] === 'string');

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
