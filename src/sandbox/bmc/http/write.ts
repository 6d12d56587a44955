/** What changes something: POST of members and actions, PATCH, DELETE; whether the state allows it, and how it is answered. */
import { patchAnswer, sortPatch } from '../behaviours/patching.js';
import { isPushUri, pushed } from '../behaviours/update-service.js';
import { Work } from '../firmware/work.js';
import { isObject, type JsonObject, stringAt } from '../json.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import { collectionOf, refusePrivilege } from './access.js';
import { type Answer, type BmcRequest, type Principal, problem } from './answer.js';
import { preconditionOf } from './etag.js';
import { allowedMethods, notAllowed } from './methods.js';

/** A new member, an action, or an image pushed. */
export function post(bmc: VirtualBmc, request: BmcRequest, principal: Principal | undefined): Answer {
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

/** A change or the end of a resource that exists. */
export function write(
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
