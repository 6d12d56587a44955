/** The front door: host, token, path, rights and method are checked here; then the room that answers takes over. */
import type { IncomingMessage } from 'node:http';
import { authenticate, type Tokens } from '../access/authenticate.js';
import { impersonated } from '../access/impersonate.js';
import type { Asked } from '../access/rules.js';
import type { User } from '../access/user.js';
import { loadEngines } from '../engines.js';
import type { Call, Server } from '../requests/call.js';
import type { Resource } from '../resources/resource.js';
import { methodNotAllowed, pageNotFound, resourceNotFound, unauthorized } from '../status.js';
import { prepareWatch } from '../watch/stream.js';
import { negotiate, type Wanted } from './accept.js';
import { NO_BODY, readBody } from './body.js';
import { dispatch } from './dispatch.js';
import { type Exchange, openExchange, type Response } from './exchange.js';
import { checkHost } from './host.js';
import { checkMethod, verbOf } from './methods.js';
import { parseResourcePath, type ResourcePath } from './path.js';
import { plainPath } from './plain-paths.js';
import { sendAnswer, sendFailure, setWarnings, streamList } from './reply.js';
import type { RequestLog } from './request-log.js';

export interface ListenerOptions {
  readonly server: Server;
  readonly tokens: Tokens;
  readonly log: RequestLog;
}

/** A request as the log will know it. */
interface Entry {
  user: string;
  asked: Asked;
}

/** A request that may pass. */
interface Admitted {
  readonly exchange: Exchange;
  readonly user: User;
  readonly verb: string;
  readonly resource: Resource;
  readonly parsed: ResourcePath;
  readonly warnings: string[];
}

const JSON_FORM: Wanted = { format: 'json', as: undefined, version: '' };

export class Listener {
  readonly #options: ListenerOptions;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** Answer one request; never throws. */
  async handle(request: IncomingMessage, response: Response): Promise<void> {
    const exchange = openExchange(request, response);
    const entry = this.#logWhenAnswered(exchange);
    const warnings: string[] = [];
    response.on('error', () => undefined);
    try {
      await this.#answer(exchange, entry, warnings);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else sendFailure(response, error, formOfFailure(request), warnings);
      if (!request.complete) request.resume();
    }
  }

  #logWhenAnswered({ path, method, response, userAgent }: Exchange): Entry {
    const verb = method.toLowerCase();
    const nothing: Asked = { verb, group: '', resource: '', subresource: '', namespace: '', name: '' };
    const entry: Entry = { user: '', asked: nothing };
    response.onHead = (code) => {
      this.#options.log.record({ ...entry.asked, path, code, user: entry.user, userAgent });
    };
    return entry;
  }

  async #answer(exchange: Exchange, entry: Entry, warnings: string[]): Promise<void> {
    if (needsEngines(exchange)) await loadEngines();
    const user = this.#identify(exchange, entry);
    const parsed = parseResourcePath(exchange.path);
    if (parsed === undefined) {
      this.#answerPath(exchange, user);
      return;
    }
    const verb = verbOf(exchange, parsed);
    const { group, namespace, plural, name, rest } = parsed;
    entry.asked = { verb, group, resource: plural, subresource: rest[0] ?? '', namespace, name };
    this.#options.server.access.check(user, entry.asked);
    const resource = this.#find(parsed);
    await this.#answerResource({ exchange, user, verb, resource, parsed, warnings });
  }

  /** Who asks. @throws StatusError 401, 403 */
  #identify({ request, path }: Exchange, entry: Entry): User {
    const { server, tokens } = this.#options;
    checkHost(request.headers.host);
    const sender = authenticate(request.headers.authorization, path, tokens, server.tokens);
    if (sender === undefined) throw unauthorized();
    entry.user = sender.name;
    const user = impersonated(sender, request.headers, server.access);
    entry.user = user.name;
    return user;
  }

  /** The resource of a path, when its scope fits. @throws StatusError 404 */
  #find({ group, version, plural, namespace, name }: ResourcePath): Resource {
    const { registry } = this.#options.server;
    const resource = registry.find(group, version, plural);
    const fits = resource?.namespaced ? namespace !== '' || name === '' : namespace === '';
    if (resource !== undefined && fits) return resource;
    throw group === '' || registry.isBuiltinGroup(group) ? resourceNotFound() : pageNotFound();
  }

  #answerPath(exchange: Exchange, user: User): void {
    const { path, method } = exchange;
    const { access, registry } = this.#options.server;
    access.checkPath(user, method.toLowerCase(), path);
    const answer = plainPath(exchange, registry);
    if (answer === undefined) throw pageNotFound();
    if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed();
    answer();
  }

  async #answerResource(admitted: Admitted): Promise<void> {
    const { exchange, resource, parsed, verb, warnings } = admitted;
    const { request, response } = exchange;
    checkMethod(exchange, resource, parsed);
    const wanted = negotiate(request.headers.accept);
    if (resource.deprecation !== undefined) warnings.push(resource.deprecation);
    const call = this.#toCall(admitted, isRead(exchange) ? NO_BODY : await readBody(request));
    if (verb === 'watch') {
      startWatch(call, wanted, response);
      return;
    }
    const answer = await dispatch(call, verb);
    if (!(await streamList(response, call, answer, wanted))) sendAnswer(response, call, answer, wanted);
  }

  #toCall({ exchange, user, resource, parsed, warnings }: Admitted, body: Buffer): Call {
    const { server } = this.#options;
    return {
      server,
      resource,
      method: exchange.method,
      namespace: parsed.namespace,
      name: parsed.name,
      subresource: parsed.rest[0] ?? '',
      query: exchange.query,
      contentType: exchange.request.headers['content-type'] ?? '',
      body,
      user,
      userAgent: exchange.userAgent,
      admission: server.admissions.begin(),
      warnings,
    };
  }
}

const isRead = ({ method }: Exchange): boolean => method === 'GET' || method === 'HEAD';

/** Writes are checked, and YAML is written, by libraries that may still be loading. */
const needsEngines = (exchange: Exchange): boolean =>
  !isRead(exchange) || (exchange.request.headers.accept?.includes('yaml') ?? false);

/** Failures come in JSON, or in YAML when that was all that was asked for. */
function formOfFailure(request: IncomingMessage): Wanted {
  try {
    return { ...negotiate(request.headers.accept), as: undefined };
  } catch {
    return JSON_FORM;
  }
}

function startWatch(call: Call, wanted: Wanted, response: Response): void {
  const begin = prepareWatch(call, wanted)();
  setWarnings(response, call.warnings);
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private' });
  begin(response);
}
