/** GET and HEAD of a resource: query options, ETag and headers, and the answer kept for the next who asks the same. */
import { isObject, type Json, type JsonObject, stringAt } from '../json.js';
import { typeOf } from '../tree/template.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import { type Answer, type BmcRequest, ok, problem, refusal } from './answer.js';
import { matches } from './etag.js';
import { expand, parseQuery, type Query, select } from './query.js';

/** A read that asks for nothing but the resource, of a BMC no fault rule may want to touch. */
export const isPlainGet = ({ faults }: VirtualBmc, { method, query, headers }: BmcRequest): boolean =>
  method === 'GET' && query.size === 0 && headers['if-none-match'] === undefined && faults.isOnlyDelay;

/** The resource as it was asked for; 304 where the asker has it. */
export function get(bmc: VirtualBmc, request: BmcRequest, doc: JsonObject, allowed: readonly string[]): Answer {
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
