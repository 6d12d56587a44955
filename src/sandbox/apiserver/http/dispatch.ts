/** Which room carries out a request for a resource: one per verb, and one per subresource that is an object of its own. */
import { REVIEWS } from '../kinds/reviews.js';
import type { Answer, Call } from '../requests/call.js';
import { create } from '../requests/create.js';
import { remove, removeCollection } from '../requests/delete.js';
import { patch } from '../requests/patch.js';
import { get, list } from '../requests/read.js';
import { review } from '../requests/review.js';
import { getScale, writeScale } from '../requests/scale.js';
import { createToken } from '../requests/token.js';
import { update } from '../requests/update.js';
import { methodNotAllowed } from '../status.js';

/** @throws StatusError */
export function dispatch(call: Call, verb: string): Answer | Promise<Answer> {
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
