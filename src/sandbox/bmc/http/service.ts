/**
 * The Redfish service of a BMC: request in, answer out, no sockets. The order is that of DSP0266: version, who asks,
 * what for, whether they may, whether the state allows it.
 */
import { patchAnswer, sortPatch } from '../behaviours/patching.js';
import { isPushUri, pushed } from '../behaviours/update-service.js';
import { Work } from '../firmware/work.js';
import { isObject, type Json, type JsonObject, stringAt } from '../json.js';
import { root } from '../tree/builder.js';
import { rolePrivileges } from '../tree/service.js';
import { typeOf } from '../tree/template.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import { type Answer, type BmcRequest, ok, type Principal, problem, refusal, slowly } from './answer.js';
import { matches, preconditionOf } from './etag.js';
import { expand, parseQuery, type Query, select } from './query.js';

/** Answers a request as this BMC would without faults. */
export function serve(bmc: VirtualBmc, request: BmcRequest): Answer {
  const { quirks } = bmc.profile;
  const version = request.headers['odata-version'];
  if (version !== undefined && version !== '4.0') return problem(quirks, 412, 'HeaderInvalid', ['OData-Version']);
  if (quirks.hasTrailingSlashes && request.rawPath === root) {
    return { status: 308, headers: { Location: `${root}/` } };
  }
  // The API before Redfish; iLO sends its callers on, the rest of the path kept.
  if (quirks.errors === 'ilo' && request.rawPath.startsWith('/rest/v1')) {
    return { status: 308, headers: { Location: request.rawPath.replace('/rest/v1', root) } };
  }
  const principal = authenticate(bmc, request);
  if (principal !== 'nobody' && 'status' in principal) return principal;
  if (principal === 'nobody' && !isPublic(bmc, request)) return unauthorized(bmc, request);
  const known = principal === 'nobody' ? undefined : principal;
  const answer = route(bmc, request, known);
  return known ? { ...answer, auth: known.auth } : answer;
}

/** What may be read and done without credentials (DSP0266 section 13.3.1). */
function isPublic(bmc: VirtualBmc, { method, path }: BmcRequest): boolean {
  if (method === 'POST') return bmc.locate(collectionOf(path)) === bmc.profile.quirks.sessions.path;
  const isReading = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  return isReading && ['/redfish', root, `${root}/$metadata`, `${root}/odata`].includes(path);
}

/** A POST to `Members` of a collection is one to the collection (DSP0266 section 7.9). */
const collectionOf = (path: string): string => path.replace(/\/Members$/, '');

function unauthorized(bmc: VirtualBmc, { path }: BmcRequest): Answer {
  const answer = problem(bmc.profile.quirks, 401, 'NoValidSession', [path]);
  return { ...answer, headers: { 'WWW-Authenticate': 'Basic realm="RedfishService"' } };
}

function authenticate(bmc: VirtualBmc, request: BmcRequest): Principal | Answer | 'nobody' {
  const token = request.headers['x-auth-token'];
  if (typeof token === 'string') {
    const session = bmc.sessions.use(token);
    if (!session) return isPublic(bmc, request) ? 'nobody' : unauthorized(bmc, request);
    const path = `${bmc.profile.quirks.sessions.path}/${session.id}`;
    return { username: session.username, role: session.role, auth: 'token', session: path };
  }
  const basic = /^Basic\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined) return 'nobody';
  const [username = '', ...password] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  const account = bmc.sessions.check(username, password.join(':'));
  bmc.world.log.addLogin(bmc.name, typeof account !== 'string');
  if (typeof account === 'string') return slowly(bmc.profile.quirks, unauthorized(bmc, request));
  return { username: account.username, role: account.role, auth: 'basic' };
}

function route(bmc: VirtualBmc, request: BmcRequest, principal: Principal | undefined): Answer {
  const { quirks } = bmc.profile;
  if (mustChangePassword(bmc, request, principal)) {
    const args = [`${root}/AccountService/Accounts/${principal?.username ?? ''}`];
    return problem(quirks, 403, 'PasswordChangeRequired', args);
  }
  if (isUnlicensed(bmc, request)) {
    const { status = 403, messageId = '', message = '' } = quirks.licence ?? {};
    return refusal(quirks, status, [{ key: messageId, ...(message === '' ? {} : { text: message }) }]);
  }
  const ready = isPlainGet(bmc, request) ? bmc.world.ready?.get(bmc, request.path) : undefined;
  if (ready) return ready;
  const special = specialDocument(bmc, request);
  if (special) return special;
  if (request.method === 'POST') return post(bmc, request, principal);
  const path = bmc.locate(request.path);
  const doc = bmc.read(path);
  if (!doc) {
    const isAction = bmc.profile.template.action(path) !== undefined;
    if (isAction) return notAllowed(bmc, ['POST']);
    return problem(quirks, 404, 'ResourceMissingAtURI', [request.path]);
  }
  const allowed = allowedMethods(bmc, doc);
  if (request.method === 'OPTIONS') return { status: 204, headers: { Allow: allowed.join(', ') } };
  if (!allowed.includes(request.method)) return notAllowed(bmc, allowed);
  if (request.method === 'GET' || request.method === 'HEAD') return get(bmc, request, doc, allowed);
  return write(bmc, request, principal, path, doc);
}

/** A read that asks for nothing but the resource, of a BMC no fault rule may want to touch. */
const isPlainGet = ({ faults }: VirtualBmc, { method, query, headers }: BmcRequest): boolean =>
  method === 'GET' && query.size === 0 && headers['if-none-match'] === undefined && faults.isOnlyDelay;

const isUnlicensed = (bmc: VirtualBmc, { path }: BmcRequest): boolean =>
  bmc.profile.quirks.licence?.paths.test(path) === true && bmc.faults.state(bmc, 'licence');

function mustChangePassword(bmc: VirtualBmc, request: BmcRequest, principal: Principal | undefined): boolean {
  if (!principal) return false;
  const account = bmc.sessions.accounts.find(({ username }) => username === principal.username);
  return (
    account?.mustChangePassword === true &&
    !request.path.startsWith(`${root}/AccountService`) &&
    !isPublic(bmc, request)
  );
}

/** `$metadata` and `odata` are no resources. */
function specialDocument(bmc: VirtualBmc, { method, path }: BmcRequest): Answer | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  if (path === bmc.profile.quirks.events.sse?.path) return eventStream(bmc);
  if (path === `${root}/$metadata`) return metadata(bmc);
  if (path !== `${root}/odata`) return undefined;
  const services = Object.entries(bmc.read(root) ?? {}).filter(([, value]) => isObject(value) && '@odata.id' in value);
  return ok({
    '@odata.context': `${root}/$metadata`,
    value: [
      { name: 'Service', kind: 'Singleton', url: `${root}/` },
      ...services.map(([name, value]) => ({
        name,
        kind: 'Singleton',
        url: isObject(value) ? (stringAt(value, '@odata.id') ?? null) : null,
      })),
    ],
  });
}

/** The stream itself is written by the socket side; here it is only let in. */
function eventStream(bmc: VirtualBmc): Answer {
  const { quirks } = bmc.profile;
  const isFull = bmc.events.streams >= (quirks.events.sse?.max ?? 0);
  return isFull ? problem(quirks, 503, 'ServiceTemporarilyUnavailable', ['30']) : { status: 200, isStream: true };
}

function metadata(bmc: VirtualBmc): Answer {
  const types = new Set<string>();
  for (const path of bmc.profile.template.paths) types.add(typeOf(bmc.profile.template.get(path) ?? {}));
  types.delete('');
  const references = [...types]
    .sort()
    .map(
      (type) =>
        `<edmx:Reference Uri="http://redfish.dmtf.org/schemas/v1/${type}_v1.xml"><edmx:Include Namespace="${type}"/></edmx:Reference>`,
    );
  const body = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0">',
    ...references,
    '<edmx:DataServices><Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="Service">',
    '<EntityContainer Name="Service" Extends="ServiceRoot.v1_0_0.ServiceContainer"/>',
    '</Schema></edmx:DataServices></edmx:Edmx>',
  ].join('\n');
  return { status: 200, body, headers: { 'Content-Type': 'application/xml' } };
}

const notAllowed = (bmc: VirtualBmc, allowed: readonly string[]): Answer => ({
  ...problem(bmc.profile.quirks, 405, 'OperationNotAllowed'),
  headers: { Allow: allowed.join(', ') },
});

function allowedMethods(bmc: VirtualBmc, doc: JsonObject): readonly string[] {
  const behaviour = bmc.behaviour(doc);
  return [
    'GET',
    'HEAD',
    'OPTIONS',
    ...(behaviour?.create ? ['POST'] : []),
    ...(behaviour?.patch || behaviour?.writable ? ['PATCH'] : []),
    ...(behaviour?.remove ? ['DELETE'] : []),
  ];
}

function get(bmc: VirtualBmc, request: BmcRequest, doc: JsonObject, allowed: readonly string[]): Answer {
  const special = bmc.behaviour(doc)?.answer?.(bmc, bmc.locate(request.path));
  if (special) return special;
  const { quirks } = bmc.profile;
  const query = parseQuery(quirks, request.query);
  if ('status' in query) return refusal(quirks, query.status, [query.message]);
  // These choose among members, and there are none (DSP0266 sections 7.3.1 and 7.3.5).
  if ((query.only || query.filter) && !('Members' in doc)) return problem(quirks, 400, 'QueryNotSupportedOnResource');
  const etag = bmc.etag(doc);
  const headers: Record<string, string> = { Allow: allowed.filter((method) => method !== 'OPTIONS').join(', ') };
  const type = typeOf(doc);
  if (type)
    headers.Link = `<${bmc.schemaOf(doc) ?? `http://redfish.dmtf.org/schemas/v1/${type}.json`}>; rel=describedby`;
  if (etag) headers.ETag = etag;
  const known = request.headers['if-none-match'];
  if (known !== undefined && matches(known, etag)) return { status: 304, headers };
  const answer = ok(present(bmc, request.path, doc, query, etag), headers);
  const isReady = isPlainGet(bmc, request) && bmc.isStill(bmc.locate(request.path), doc);
  return isReady ? (bmc.world.ready?.keep(bmc, request.path, answer) ?? answer) : answer;
}

function present(bmc: VirtualBmc, path: string, doc: JsonObject, query: Query, etag: string | undefined): JsonObject {
  // The version document is exactly what the standard says, and no resource (DSP0266 section 6.2).
  const isTagged = etag !== undefined && bmc.profile.quirks.etag.isInBody && doc['@odata.id'] !== undefined;
  let shown = page(bmc, path, isTagged ? { ...doc, '@odata.etag': etag } : doc, query);
  const only = query.only ? onlyMember(bmc, shown) : undefined;
  if (only) shown = only;
  if (query.expand) shown = expand(shown, query.expand, onceEach(bmc));
  return query.select ? select(shown, query.select) : shown;
}

/** What links lead to, each read once for an answer: a system and its parts all name each other. */
function onceEach(bmc: VirtualBmc): (path: string) => JsonObject | undefined {
  const seen = new Map<string, JsonObject | undefined>();
  return (path) => {
    if (!seen.has(path)) seen.set(path, bmc.world.ready?.shown(bmc, path) ?? bmc.show(path));
    return seen.get(path);
  };
}

/** The one member of a collection that has exactly one; else the collection is answered as it is. */
function onlyMember(bmc: VirtualBmc, doc: JsonObject): JsonObject | undefined {
  const members = doc.Members;
  if (!Array.isArray(members) || members.length !== 1) return undefined;
  const [member] = members;
  return isObject(member) ? bmc.show(stringAt(member, '@odata.id') ?? '') : undefined;
}

function page(bmc: VirtualBmc, path: string, doc: JsonObject, query: Query): JsonObject {
  const { Members: members } = doc;
  if (!Array.isArray(members)) return doc;
  const filter = query.filter;
  const kept = filter ? members.filter((member) => passes(bmc, member, filter)) : members;
  const from = query.skip ?? 0;
  const limit = Math.min(query.top ?? bmc.profile.quirks.pageSize, bmc.profile.quirks.pageSize);
  if (kept.length === members.length && from === 0 && limit >= members.length) return doc;
  const shown = kept.slice(from, from + limit);
  const isCut = from + shown.length < kept.length && query.top === undefined;
  return {
    ...doc,
    Members: shown,
    'Members@odata.count': kept.length,
    ...(isCut ? { 'Members@odata.nextLink': `${path}?$skip=${from + shown.length}` } : {}),
  };
}

function passes(bmc: VirtualBmc, member: Json, filter: (member: JsonObject) => boolean): boolean {
  const doc = isObject(member) ? bmc.read(stringAt(member, '@odata.id') ?? '') : undefined;
  return doc !== undefined && filter(doc);
}

function post(bmc: VirtualBmc, request: BmcRequest, principal: Principal | undefined): Answer {
  if (isPushUri(bmc, request.path)) {
    return refusePrivilege(bmc, principal, undefined, request) ?? pushed(bmc, request);
  }
  const { quirks, template } = bmc.profile;
  const action = template.action(request.path);
  const asked = bmc.locate(request.path);
  const path = action?.owner ?? (bmc.read(asked) ? asked : bmc.locate(collectionOf(request.path)));
  const doc = bmc.read(path);
  if (!doc) return problem(quirks, 404, 'ResourceMissingAtURI', [request.path]);
  const behaviour = bmc.behaviour(doc);
  const handler = action ? behaviour?.actions?.[action.name] : behaviour?.create;
  if (!handler && action) return problem(quirks, 400, 'ActionNotSupported', [action.name]);
  if (!handler) return notAllowed(bmc, allowedMethods(bmc, doc));
  const refused = refusePrivilege(bmc, principal, behaviour?.privilege, request);
  if (refused) return refused;
  const body = parseBody(bmc, request, action !== undefined);
  return 'status' in body ? body : handler({ bmc, path, doc, body: body.value, request, principal });
}

function write(
  bmc: VirtualBmc,
  request: BmcRequest,
  principal: Principal | undefined,
  path: string,
  doc: JsonObject,
): Answer {
  const behaviour = bmc.behaviour(doc);
  const refused = refusePrivilege(bmc, principal, behaviour?.privilege, request) ?? refuseEtag(bmc, request, path, doc);
  if (refused) return refused;
  if (request.method === 'DELETE') {
    return behaviour?.remove?.({ bmc, path, doc, body: {}, request, principal }) ?? notAllowed(bmc, ['GET', 'HEAD']);
  }
  const body = parseBody(bmc, request, false);
  if ('status' in body) return body;
  const change = (): Answer => {
    if (behaviour?.patch) return behaviour.patch({ bmc, path, doc, body: body.value, request, principal });
    const sorted = sortPatch(doc, body.value, behaviour?.writable ?? {});
    bmc.patch(path, sorted.accepted);
    return patchAnswer(bmc, path, sorted);
  };
  return bmc.profile.quirks.patchAnswer === 'task' || bmc.faults.state(bmc, 'patchTask')
    ? later(bmc, change)
    : change();
}

/** Hardware time a change takes where it is done by a task. */
const changeMs = 10_000;

/** Takes a change on, and does it at the end of a task: what is wrong with it, its task tells. */
function later(bmc: VirtualBmc, change: () => Answer): Answer {
  const work = new Work(bmc, {
    name: 'Change of a resource',
    durationMs: changeMs,
    onDone: () => {
      const { status, body } = change();
      return status < 400 ? undefined : (firstText(body) ?? `The change was refused (${status}).`);
    },
  });
  return { status: 202, headers: { Location: work.monitor }, body: bmc.show(work.path) ?? {} };
}

function firstText(body: Answer['body']): string | undefined {
  const list = isObject(body) && isObject(body.error) ? body.error['@Message.ExtendedInfo'] : undefined;
  const [first] = Array.isArray(list) ? list : [];
  return isObject(first) ? stringAt(first, 'Message') : undefined;
}

function refusePrivilege(
  bmc: VirtualBmc,
  principal: Principal | undefined,
  privilege: string | undefined,
  request: BmcRequest,
): Answer | undefined {
  if (!principal) return isPublic(bmc, request) ? undefined : unauthorized(bmc, request);
  const needed = privilege ?? 'ConfigureComponents';
  if ((rolePrivileges[principal.role] ?? []).includes(needed)) return undefined;
  return problem(bmc.profile.quirks, 403, 'InsufficientPrivilege');
}

function refuseEtag(bmc: VirtualBmc, request: BmcRequest, path: string, doc: JsonObject): Answer | undefined {
  const { quirks } = bmc.profile;
  if (request.method === 'DELETE') return undefined;
  const header = request.headers['if-match'];
  if (quirks.etag.ifMatch === 'staleOnce' && header !== undefined && !bmc.staleSeen.delete(path)) {
    bmc.staleSeen.add(path);
    return problem(quirks, 412, 'PreconditionFailed');
  }
  const met = preconditionOf(quirks.etag.ifMatch, header, bmc.etag(doc));
  if (met === 'missing') return problem(quirks, 428, 'PreconditionRequired');
  return met === 'failed' ? problem(quirks, 412, 'PreconditionFailed') : undefined;
}

function parseBody(bmc: VirtualBmc, request: BmcRequest, isAction: boolean): Answer | { value: JsonObject } {
  const { quirks } = bmc.profile;
  const text = request.body.toString('utf8');
  if (text.trim() === '') return isAction ? { value: {} } : problem(quirks, 400, 'MalformedJSON');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return problem(quirks, 400, 'MalformedJSON');
  }
  if (!isObject(value)) return problem(quirks, 400, 'UnrecognizedRequestBody');
  if (Object.keys(value).length === 0 && !isAction) return problem(quirks, 400, 'EmptyJSON');
  return { value };
}
