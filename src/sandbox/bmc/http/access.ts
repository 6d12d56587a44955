/** Who asks, and what they may: credentials, public places, privileges, and what must be settled first. */
import { root } from '../tree/builder.js';
import { rolePrivileges } from '../tree/service.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import { type Answer, type BmcRequest, type Principal, problem, refusal, slowly } from './answer.js';

/** What may be read and done without credentials (DSP0266 section 13.3.1). */
export function isPublic(bmc: VirtualBmc, { method, path }: BmcRequest): boolean {
  if (method === 'POST') return bmc.locate(collectionOf(path)) === bmc.profile.quirks.sessions.path;
  const isReading = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  return isReading && ['/redfish', root, `${root}/$metadata`, `${root}/odata`].includes(path);
}

/** A POST to `Members` of a collection is one to the collection (DSP0266 section 7.9). */
export const collectionOf = (path: string): string => path.replace(/\/Members$/, '');

/** 401, with how to log in. */
export function unauthorized(bmc: VirtualBmc, { path }: BmcRequest): Answer {
  const answer = problem(bmc.profile.quirks, 401, 'NoValidSession', [path]);
  return { ...answer, headers: { 'WWW-Authenticate': 'Basic realm="RedfishService"' } };
}

/** Who asks, by token or password; an answer where what they showed is wrong. */
export function authenticate(bmc: VirtualBmc, request: BmcRequest): Principal | Answer | 'nobody' {
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

/** What stands before any resource: a password that must be changed, a licence that is missing. */
export function refuseFirst(
  bmc: VirtualBmc,
  request: BmcRequest,
  principal: Principal | undefined,
): Answer | undefined {
  const { quirks } = bmc.profile;
  if (mustChangePassword(bmc, request, principal)) {
    const args = [`${root}/AccountService/Accounts/${principal?.username ?? ''}`];
    return problem(quirks, 403, 'PasswordChangeRequired', args);
  }
  if (!isUnlicensed(bmc, request)) return undefined;
  const { status = 403, messageId = '', message = '' } = quirks.licence ?? {};
  return refusal(quirks, status, [{ key: messageId, ...(message === '' ? {} : { text: message }) }]);
}

function mustChangePassword(bmc: VirtualBmc, request: BmcRequest, principal: Principal | undefined): boolean {
  if (!principal) return false;
  const account = bmc.sessions.accounts.find(({ username }) => username === principal.username);
  return (
    account?.mustChangePassword === true &&
    !request.path.startsWith(`${root}/AccountService`) &&
    !isPublic(bmc, request)
  );
}

const isUnlicensed = (bmc: VirtualBmc, { path }: BmcRequest): boolean =>
  bmc.profile.quirks.licence?.paths.test(path) === true && bmc.faults.state(bmc, 'licence');

/** Refuses who may not do this. */
export function refusePrivilege(
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
