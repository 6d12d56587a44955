/** GET of one object, and GET of a collection as a list. */
import { invalidValue } from '../field-errors.js';
import { resourceName } from '../resources/resource.js';
import { badRequest, expired, futureVersion, internal, notFound } from '../status.js';
import type { SortedMap } from '../storage/sorted-map.js';
import type { Json, JsonObject, KubeObject } from '../types.js';
import type { Answer, Call } from './call.js';
import { type ContinueToken, decodeContinue, encodeContinue } from './continue-token.js';
import { checkListOptions, listOptions } from './list-options.js';
import { selectionOf } from './selection.js';
import { keyOfCall } from './update.js';

/** GET an object. @throws StatusError 404, 504 */
export function get(call: Call): Answer {
  const { state } = call.server;
  checkGetVersion(call);
  const stored = state.get(call.resource.table, keyOfCall(call));
  if (stored === undefined) throw notFound(resourceName(call.resource), call.name);
  return { kind: 'object', code: 200, object: call.resource.toServed(stored) as unknown as Json };
}

function checkGetVersion({ query, server }: Call): void {
  const wanted = query.get('resourceVersion') ?? '';
  if (wanted === '' || wanted === '0') return;
  if (!/^\d+$/.test(wanted)) {
    const { message } = invalidValue(
      'resourceVersion',
      wanted,
      `strconv.ParseUint: parsing ${JSON.stringify(wanted)}: invalid syntax`,
    );
    throw internal(`resourceVersion: ${message}`);
  }
  if (Number(wanted) > server.state.version) throw futureVersion(Number(wanted), server.state.version);
}

const TOO_OLD = 'The resourceVersion for the provided list is too old.';
const EXPIRED_TOKEN =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

/** GET a collection. @throws StatusError 400, 410, 422, 504 */
export function list(call: Call): Answer {
  const options = listOptions(call.query);
  checkListOptions(options, false);
  const selection = selectionOf(call);
  const token = options.continue === '' ? undefined : decodeContinue(options.continue);
  if (token !== undefined && options.resourceVersion !== '' && options.resourceVersion !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const version = versionToList(call, options, token);
  const table = tableAt(call, version, token);
  // A list from the cache (version 0) is always whole.
  const limit = options.limit > 0 && options.resourceVersion !== '0' ? options.limit : Number.POSITIVE_INFINITY;
  const items: KubeObject[] = [];
  let next: string | undefined;
  let remaining = 0;
  for (const [key, stored] of table.entries(selection.prefix, token?.start ?? '')) {
    if (next !== undefined) {
      if (selection.isSelective) break;
      remaining += 1;
      continue;
    }
    if (items.length >= limit) {
      next = key; // more keys, whether or not they match: only the next page can tell
      remaining = 1;
      continue;
    }
    const served = call.resource.toServed(stored);
    if (selection.matches(served)) items.push(served);
  }
  const shownVersion = token?.version === -1 ? call.server.state.version : version;
  const paging: JsonObject =
    next === undefined
      ? {}
      : {
          continue: encodeContinue({ version: shownVersion, start: next }),
          ...(selection.isSelective ? {} : { remainingItemCount: remaining }),
        };
  return {
    kind: 'list',
    code: 200,
    items: items as unknown as Json[],
    metadata: { resourceVersion: String(shownVersion), ...paging },
  };
}

type Options = ReturnType<typeof listOptions>;

/** The version the list shows. @throws StatusError 504 */
function versionToList(call: Call, options: Options, token: ContinueToken | undefined): number {
  const current = call.server.state.version;
  if (token !== undefined) return token.version === -1 ? current : token.version;
  if (options.resourceVersion === '' || options.resourceVersion === '0') return current;
  const wanted = Number(options.resourceVersion);
  if (wanted > current) throw futureVersion(wanted, current);
  const isExact = options.match === 'Exact' || (options.match === '' && options.limit > 0);
  return isExact ? wanted : current;
}

/** @throws StatusError 410 when the version is no longer known */
function tableAt(call: Call, version: number, token: ContinueToken | undefined): SortedMap<KubeObject> {
  const table = call.server.state.snapshot(call.resource.table, version);
  if (table !== undefined) return table;
  if (token === undefined) throw expired(TOO_OLD);
  throw expired(EXPIRED_TOKEN, encodeContinue({ version: -1, start: token.start }));
}
