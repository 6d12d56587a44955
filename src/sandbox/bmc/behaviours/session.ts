/** SessionService: login, listing, logout (DSP0266 section 13.3.4). */
import { type Answer, created, noContent, ok, problem, refusal, slowly } from '../http/answer.js';
import type { Session } from '../http/sessions.js';
import { isObject, type JsonObject } from '../json.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import type { Behaviour, Write } from './behaviour.js';
import { stamp } from './computer-system.js';

export const sessionCollection: Behaviour = {
  compute(bmc, path, doc) {
    const open = bmc.sessions.open();
    doc.Members = open.map(({ id }) => ({ '@odata.id': `${path}/${id}` }));
    doc['Members@odata.count'] = open.length;
  },
  create: login,
  privilege: 'Login',
};

export const session: Behaviour = {
  privilege: 'ConfigureSelf',
  // A session that timed out or was ended by the BMC is gone, whatever was written down of it.
  answer(bmc, path) {
    if (bmc.sessions.get(path.split('/').at(-1) ?? '')) return undefined;
    bmc.own.drop(path);
    return problem(bmc.profile.quirks, 404, 'ResourceMissingAtURI', [path]);
  },
  remove({ bmc, path, principal }) {
    const found = bmc.sessions.get(path.split('/').at(-1) ?? '');
    const isOwn = found?.username === principal?.username;
    if (!isOwn && principal?.role !== 'Administrator') return problem(bmc.profile.quirks, 403, 'InsufficientPrivilege');
    if (found) bmc.sessions.end(found.id);
    bmc.own.drop(path);
    if (bmc.profile.quirks.actionAnswer === 'noContent') return noContent;
    return ok({ '@Message.ExtendedInfo': [] });
  },
};

function login({ bmc, path, body }: Write): Answer {
  const { quirks } = bmc.profile;
  const { UserName: username, Password: password } = body;
  for (const [name, value] of Object.entries({ UserName: username, Password: password })) {
    if (value === undefined) return problem(quirks, 400, 'PropertyMissing', [name], { property: `#/${name}` });
    if (typeof value !== 'string') return problem(quirks, 400, 'PropertyValueTypeError', ['…', name]);
  }
  const result = bmc.faults.isTableFull(bmc) ? 'full' : bmc.sessions.login(String(username), String(password));
  bmc.world.log.addLogin(bmc.name, result !== 'wrong' && result !== 'locked');
  if (result === 'full') return tableFull(bmc);
  if (typeof result === 'string') {
    return slowly(
      quirks,
      problem(quirks, 401, 'ResourceAtUriUnauthorized', [path, 'the user name or password is wrong']),
    );
  }
  return opened(bmc, path, result);
}

function opened(bmc: VirtualBmc, collection: string, open: Session): Answer {
  const path = `${collection}/${open.id}`;
  const doc: JsonObject = {
    '@odata.id': path,
    '@odata.type': '#Session.v1_5_0.Session',
    Id: open.id,
    Name: 'User Session',
    UserName: open.username,
    CreatedTime: stamp(open.createdAt),
    SessionType: 'Redfish',
  };
  bmc.own.put(path, doc);
  const mustChange = bmc.sessions.accounts.find(({ username }) => username === open.username)?.mustChangePassword;
  const note = mustChange
    ? refusal(bmc.profile.quirks, 201, [{ key: 'PasswordChangeRequired', args: [accountPath(open.username)] }]).body
    : undefined;
  const info = isObject(note) && isObject(note.error) ? note.error['@Message.ExtendedInfo'] : undefined;
  const body = info ? { ...doc, '@Message.ExtendedInfo': info } : doc;
  return created(body, bmc.faults.location(bmc, path), { 'X-Auth-Token': open.token });
}

const accountPath = (username: string): string => `/redfish/v1/AccountService/Accounts/${username}`;

function tableFull(bmc: VirtualBmc): Answer {
  const { status, messageId, message } = bmc.profile.quirks.sessions.full;
  return refusal(bmc.profile.quirks, status, [{ key: messageId, ...(message ? { text: message } : {}) }]);
}
