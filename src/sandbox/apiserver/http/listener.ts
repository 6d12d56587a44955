/** The HTTPS front: host, token, path, method; then the room that answers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { authenticate, type Tokens } from '../access/authenticate.js';
import { impersonated } from '../access/impersonate.js';
import type { Asked } from '../access/rules.js';
import type { User } from '../access/user.js';
import { aggregatedDiscovery, apiGroup, apiGroupList, apiResourceList, apiVersions } from '../discovery/discovery.js';
import { loadEngines } from '../engines.js';
import { REVIEWS } from '../kinds/reviews.js';
import { answerOpenApi } from '../openapi/answer.js';
import type { Answer, Call, Server } from '../requests/call.js';
import { create } from '../requests/create.js';
import { remove, removeCollection } from '../requests/delete.js';
import { patch } from '../requests/patch.js';
import { get, list } from '../requests/read.js';
import { review } from '../requests/review.js';
import { getScale, writeScale } from '../requests/scale.js';
import { createToken } from '../requests/token.js';
import { update } from '../requests/update.js';
import type { Resource } from '../resources/resource.js';
import { methodNotAllowed, pageNotFound, resourceNotFound, StatusError, unauthorized } from '../status.js';
import type { Json } from '../types.js';
import { prepareWatch } from '../watch/stream.js';
import { negotiate, type Wanted } from './accept.js';
import { readBody } from './body.js';
import { checkMethod, verbOf } from './methods.js';
import { parseResourcePath, type ResourcePath } from './path.js';
import { sendAnswer, sendFailure, sendJson, sendText, sendValue, setWarnings, streamList } from './reply.js';
import type { RequestLog } from './request-log.js';
import { VERSION } from './version.js';

export interface ListenerOptions {
  readonly server: Server;
  readonly tokens: Tokens;
  readonly log: RequestLog;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly method: string;
  readonly userAgent: string;
}

const JSON_FORM: Wanted = { format: 'json', as: undefined, version: '' };
const NOTHING: Asked = { verb: '', group: '', resource: '', subresource: '', namespace: '', name: '' };
const PROBES = /^\/(healthz|livez|readyz)(\/(ping|log|etcd))?\/?$/;

export class Listener {
  readonly #options: ListenerOptions;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** Answer one request; never throws. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = open(request, response);
    const verb = exchange.method.toLowerCase();
    const entry: LogEntry = { user: '', asked: { ...NOTHING, verb } };
    const warnings: string[] = [];
    response.on('error', () => undefined);
    this.#recordWhenAnswered(exchange, entry);
    try {
      await this.#answer(exchange, entry, warnings);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else sendFailure(response, error, formOfFailure(request), warnings);
      if (!request.complete) request.resume();
    }
  }

  /** Counted as the head is written, before the client can see the answer and look at the counters. */
  #recordWhenAnswered({ path, response, userAgent }: Exchange, entry: LogEntry): void {
    const writeHead = response.writeHead.bind(response) as (...values: unknown[]) => ServerResponse;
    response.writeHead = (code: number, ...rest: unknown[]) => {
      this.#options.log.record({ ...entry.asked, path, code, user: entry.user, userAgent });
      return writeHead(code, ...rest);
    };
  }

  async #answer(exchange: Exchange, entry: LogEntry, warnings: string[]): Promise<void> {
    const { request, path } = exchange;
    if (needsEngines(exchange)) await loadEngines();
    checkHost(request.headers.host);
    const { server, tokens } = this.#options;
    const sender = authenticate(request.headers.authorization, path.replace(/\/$/, ''), tokens, server.tokens);
    if (sender === undefined) throw unauthorized();
    entry.user = sender.name;
    const user = impersonated(sender, request.headers, server.access);
    entry.user = user.name;
    const parsed = parseResourcePath(path);
    if (parsed === undefined) return this.#answerPath(exchange, user);
    const resource = this.#find(parsed);
    const found = resource === undefined ? undefined : { resource, parsed };
    const target = found ?? { resource: undefined, parsed };
    const verb = verbOf(exchange, parsed);
    const { group, namespace, plural, name } = parsed;
    entry.asked = { verb, group, resource: plural, subresource: parsed.rest[0] ?? '', namespace, name };
    server.access.check(user, entry.asked);
    if (target.resource === undefined) throw this.#unknown(parsed);
    return this.#answerResource(exchange, target.resource, parsed, { user, verb, warnings });
  }

  /** The resource of a path, when its scope fits. */
  #find({ group, version, plural, namespace, name }: ResourcePath): Resource | undefined {
    const resource = this.#options.server.registry.find(group, version, plural);
    if (resource === undefined) return undefined;
    if (!resource.namespaced && namespace !== '') return undefined;
    return resource.namespaced && namespace === '' && name !== '' ? undefined : resource;
  }

  #unknown({ group }: ResourcePath): Error {
    const isBuiltin = group === '' || this.#options.server.registry.isBuiltinGroup(group);
    return isBuiltin ? resourceNotFound() : pageNotFound();
  }

  async #answerResource(exchange: Exchange, resource: Resource, parsed: ResourcePath, context: Context): Promise<void> {
    const { request, response, query, method } = exchange;
    checkMethod(exchange, resource, parsed);
    const wanted = negotiate(request.headers.accept);
    if (resource.deprecation !== undefined) context.warnings.push(resource.deprecation);
    const isRead = method === 'GET' || method === 'HEAD';
    const body = isRead ? Buffer.alloc(0) : await readBody(request);
    const call: Call = {
      server: this.#options.server,
      resource,
      method,
      namespace: parsed.namespace,
      name: parsed.name,
      subresource: parsed.rest[0] ?? '',
      query,
      contentType: request.headers['content-type'] ?? '',
      body,
      user: context.user,
      userAgent: exchange.userAgent,
      admission: this.#options.server.admissions.begin(),
      warnings: context.warnings,
    };
    if (context.verb === 'watch') {
      startWatch(call, wanted, response);
      return;
    }
    const answer = await dispatch(call, context.verb);
    if (!(await streamList(response, call, answer, wanted))) sendAnswer(response, call, answer, wanted);
  }

  #answerPath(exchange: Exchange, user: User): void {
    const { path, method } = exchange;
    this.#options.server.access.checkPath(user, method.toLowerCase(), path);
    const answer = this.#pathAnswer(exchange);
    if (answer === undefined) throw pageNotFound();
    if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed();
    answer();
  }

  /** What answers a path that is no resource; undefined when nothing does. */
  #pathAnswer(exchange: Exchange): (() => void) | undefined {
    const { path, request, response } = exchange;
    if (PROBES.test(path)) return () => sendText(response, 200, 'ok');
    if (/^\/version\/?$/.test(path)) return () => sendJson(response, 200, VERSION);
    if (path.startsWith('/openapi/')) return () => answerOpenApi(this.#options.server.registry, request, response);
    if (path === '/' || path === '') return () => sendJson(response, 200, { paths: this.#paths() });
    return this.#discovery(exchange);
  }

  #discovery({ path, request, response }: Exchange): (() => void) | undefined {
    const { registry } = this.#options.server;
    const parts = path
      .split('/')
      .slice(1)
      .filter((part) => part !== '');
    const sendPlain = (value: Json) => () => sendValue(response, 200, value, negotiate(request.headers.accept, true));
    const [root, group, version] = parts;
    if (root === 'api' && parts.length <= 1) {
      return this.#root(request, response, apiVersions(request.headers.host ?? ''), ['']);
    }
    if (root === 'apis' && parts.length === 1) return this.#root(request, response, apiGroupList(registry), undefined);
    const found =
      root === 'api' && parts.length === 2
        ? (apiResourceList(registry, '', group ?? '') ?? missingCoreVersion())
        : root === 'apis' && parts.length === 2
          ? apiGroup(registry, group ?? '')
          : root === 'apis' && parts.length === 3
            ? apiResourceList(registry, group ?? '', version ?? '')
            : undefined;
    return found === undefined ? undefined : sendPlain(found);
  }

  /** `/api` and `/apis` exist in an old form and in the aggregated one. */
  #root(
    request: IncomingMessage,
    response: ServerResponse,
    legacy: Json,
    groups: readonly string[] | undefined,
  ): () => void {
    return () => {
      const wanted = negotiate(request.headers.accept, true);
      if (wanted.as === undefined) {
        sendValue(response, 200, legacy, wanted);
        return;
      }
      const { etag, body } = aggregatedDiscovery(this.#options.server.registry, groups);
      response.setHeader('ETag', etag);
      response.setHeader('Vary', 'Accept');
      if (request.headers['if-none-match'] === etag) {
        response.writeHead(304).end();
        return;
      }
      sendJson(response, 200, body, 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
    };
  }

  #paths(): string[] {
    const groups = [...new Set(this.#options.server.registry.all().map(({ group }) => group))];
    return [
      '/api',
      '/apis',
      ...groups.filter((group) => group !== '').map((group) => `/apis/${group}`),
      '/healthz',
      '/livez',
      '/openapi/v3',
      '/readyz',
      '/version',
    ];
  }
}

interface LogEntry {
  user: string;
  asked: Asked;
}

interface Context {
  readonly user: User;
  readonly verb: string;
  readonly warnings: string[];
}

function open(request: IncomingMessage, response: ServerResponse): Exchange {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  return {
    request,
    response,
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    method: request.method ?? 'GET',
    userAgent: request.headers['user-agent'] ?? '',
  };
}

/** Writes are checked, and YAML is written, by libraries that may still be loading. */
const needsEngines = ({ method, request }: Exchange): boolean =>
  (method !== 'GET' && method !== 'HEAD') || /yaml/.test(request.headers.accept ?? '');

/** Failures come in JSON, or in YAML when that was all that was asked for. */
function formOfFailure(request: IncomingMessage): Wanted {
  try {
    return { ...negotiate(request.headers.accept), as: undefined };
  } catch {
    return JSON_FORM;
  }
}

/** A page of another site cannot reach the sandbox through a name that resolves to loopback. */
function checkHost(host: string | undefined): void {
  const name = (host ?? '').replace(/:\d+$/, '');
  const isLocal = name === 'localhost' || name === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
  if (!isLocal) throw new StatusError(403, 'Forbidden', `the host ${JSON.stringify(name)} is not served here`, {});
}

function dispatch(call: Call, verb: string): Answer | Promise<Answer> {
  if (call.subresource === 'token') return createToken(call);
  if (call.subresource === 'scale') return verb === 'get' ? getScale(call) : writeScale(call);
  switch (verb) {
    case 'get':
      return get(call);
    case 'list':
      return list(call);
    case 'create':
      return REVIEWS.has(call.resource.plural) ? review(call) : create(call);
    case 'update':
      return update(call);
    case 'patch':
      return patch(call);
    case 'delete':
      return remove(call);
    case 'deletecollection':
      return removeCollection(call);
    default:
      throw methodNotAllowed();
  }
}

function startWatch(call: Call, wanted: Wanted, response: ServerResponse): void {
  const begin = prepareWatch(call, wanted)();
  setWarnings(response, call.warnings);
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private' });
  begin(response);
}

function missingCoreVersion(): never {
  throw resourceNotFound();
}
