/** POST of `serviceaccounts/NAME/token`: a token for a ServiceAccount, told once and kept nowhere. */
import { ISSUER } from '../access/tokens.js';
import { invalidValue } from '../field-errors.js';
import { tokenRequests } from '../kinds/token-requests.js';
import { resourceName } from '../resources/resource.js';
import { badRequest, invalid, notFound } from '../status.js';
import { at, type JsonObject } from '../types.js';
import { type Answer, type Call, timestamp } from './call.js';
import { decodeObject, reportFaults } from './decode.js';
import { writeOptions } from './options.js';
import { parseBody } from './parse.js';
import { keyOfCall } from './update.js';

const HOUR = 3600;
const TEN_MINUTES = 600;
const MAX_SECONDS = 2 ** 32;

/** @throws StatusError 400, 404, 422 */
export function createToken(call: Call): Answer {
  const options = writeOptions(call.query, 'CreateOptions', call.userAgent);
  const { resource, name, namespace, server } = call;
  const asTokenRequest = { ...call, resource: tokenRequests };
  const { object, faults } = decodeObject(asTokenRequest, parseBody(asTokenRequest));
  reportFaults(asTokenRequest, faults, options.fieldValidation);
  const account = server.state.get(resource.table, keyOfCall(call));
  if (account === undefined) throw notFound(resourceName(resource), name);
  const spec = termsOf(object.spec);
  const { token, expires } = server.tokens.issue({ namespace, name, uid: account.metadata.uid ?? '', ...spec });
  const body: JsonObject = {
    kind: tokenRequests.kind,
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: timestamp(server.now()) },
    spec: { ...spec, audiences: [...spec.audiences], boundObjectRef: null },
    status: { token, expirationTimestamp: timestamp(expires) },
  };
  return { kind: 'plain', code: 201, body };
}

function termsOf(spec: unknown): { audiences: readonly string[]; expirationSeconds: number } {
  const bound = at(spec, 'boundObjectRef');
  // Tokens that die with a Pod or Secret: there are no Pods here, and a promise not kept would be worse than none.
  if (bound) throw badRequest(`cannot bind token to object of type ${String(at(bound, 'kind') ?? '')}`);
  const audiences = (at(spec, 'audiences') ?? []) as string[];
  const expirationSeconds = Number(at(spec, 'expirationSeconds') ?? HOUR);
  const fail = (why: string) =>
    invalid({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, '', [
      invalidValue('spec.expirationSeconds', expirationSeconds, why),
    ]);
  if (expirationSeconds < TEN_MINUTES) throw fail('may not specify a duration less than 10 minutes');
  if (expirationSeconds > MAX_SECONDS) throw fail('may not specify a duration larger than 2^32 seconds');
  return { audiences: audiences.length === 0 ? [ISSUER] : audiences, expirationSeconds };
}
