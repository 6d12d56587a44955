/**
 * The Redfish service of a BMC: request in, answer out, no sockets. The order is that of DSP0266: version, who asks,
 * what for, whether they may, whether the state allows it.
 */
import { root } from '../tree/builder.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import { authenticate, isPublic, refuseFirst, unauthorized } from './access.js';
import { type Answer, type BmcRequest, type Principal, problem } from './answer.js';
import { allowedMethods, notAllowed } from './methods.js';
import { get, isPlainGet } from './read.js';
import { specialDocument } from './special.js';
import { post, write } from './write.js';

/** Answers a request as this BMC would without faults. */
export function serve(bmc: VirtualBmc, request: BmcRequest): Answer {
  const { quirks } = bmc.profile;
  const version = request.headers['odata-version'];
  if (version !== undefined && version !== '4.0') return problem(quirks, 412, 'HeaderInvalid', ['OData-Version']);
  const elsewhere = placeInstead(bmc, request);
  if (elsewhere !== undefined) return { status: 308, headers: { Location: elsewhere } };
  const principal = authenticate(bmc, request);
  if (principal !== 'nobody' && 'status' in principal) return principal;
  if (principal === 'nobody' && !isPublic(bmc, request)) return unauthorized(bmc, request);
  const known = principal === 'nobody' ? undefined : principal;
  const answer = route(bmc, request, known);
  return known ? { ...answer, auth: known.auth } : answer;
}

/** Where some send whom asks here. */
function placeInstead({ profile: { quirks } }: VirtualBmc, { rawPath }: BmcRequest): string | undefined {
  if (quirks.hasTrailingSlashes && rawPath === root) return `${root}/`;
  // The API before Redfish; iLO sends its callers on, the rest of the path kept.
  return quirks.errors === 'ilo' && rawPath.startsWith('/rest/v1') ? rawPath.replace('/rest/v1', root) : undefined;
}

function route(bmc: VirtualBmc, request: BmcRequest, principal: Principal | undefined): Answer {
  const { quirks } = bmc.profile;
  const refused = refuseFirst(bmc, request, principal);
  if (refused) return refused;
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
