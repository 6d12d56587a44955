/**
 * The one door to undici, for `redfish/` and `kube/`. Only the parts needed are loaded, by deep paths, because the
 * package index costs about 28 ms more at start. Those paths are private API: `test/unit/http/undici.test.ts` holds
 * them against the exact version pinned in package.json.
 *
 * What comes through here never follows redirects, keeps no cookies and reads no proxy variables: whoever wants one of
 * these says so in code of its own.
 */
import type { Agent as AgentType, Dispatcher, Pool as PoolType } from 'undici';
import api from 'undici/lib/api/index.js';
import AgentClass from 'undici/lib/dispatcher/agent.js';
import PoolClass from 'undici/lib/dispatcher/pool.js';

export type { buildConnector, Dispatcher } from 'undici';

/** Connections to many origins; one per trust domain. */
export const Agent: typeof AgentType = AgentClass;
export type Agent = AgentType;

/** Connections to one origin. */
export const Pool: typeof PoolType = PoolClass;
export type Pool = PoolType;

/** What one request is: undici's own options, with origin and path given apart so that nothing is concatenated. */
export type HttpRequest = Dispatcher.RequestOptions;
export type HttpResponse = Dispatcher.ResponseData;

/**
 * Sends one request and resolves with status, headers and the unread body, which the caller must consume or destroy.
 * Failures are undici's or Node's errors with their `code`; the caller classifies them.
 */
export const request = (dispatcher: Dispatcher, options: HttpRequest): Promise<HttpResponse> =>
  api.request.call(dispatcher, options);
