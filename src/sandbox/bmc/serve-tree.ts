/** A captured tree (`index.json` files below `redfish/v1`) as a read-only BMC: documents as they are, logins as they should be. */
import { abilitiesOf } from './captured/abilities.js';
import { loadTree } from './captured/load.js';
import { realClock } from './clock.js';
import { FaultBook } from './faults/book.js';
import { converse } from './http/conversation.js';
import { FrontEnd, type TlsMaterial } from './http/front.js';
import { type JsonObject, objectAt, stringAt } from './json.js';
import { EmulatorLog, type RequestEntry } from './log.js';
import type { Profile } from './profile.js';
import { standardQuirks } from './profiles/define.js';
import { link, root } from './tree/builder.js';
import { normalPath, Template } from './tree/template.js';
import { VirtualBmc } from './virtual-bmc.js';

export interface TreeOptions {
  readonly tls?: TlsMaterial;
  /** Default: a free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly username: string;
  readonly password: string;
}

export interface ServedTree {
  readonly url: string;
  /** What was asked, oldest first. */
  readonly requests: () => readonly RequestEntry[];
  close(): Promise<void>;
}

/** Serves the tree below `dir`. Links that lead nowhere answer 404; writes answer 405, except login and logout. */
export async function serveTree(dir: string, options: TreeOptions): Promise<ServedTree> {
  const { host = '127.0.0.1', port = 0, username, password } = options;
  const log = new EmulatorLog();
  const faults = new FaultBook({ monotonicMs: realClock.monotonicMs, seed: 1 });
  const profile = profileOf(await loadTree(dir));
  const accounts = [{ username, password, role: 'Administrator' }];
  const bmc = new VirtualBmc({ name: 'tree', index: 0, profile, host, accounts, faults, world: stillWorld(log) });
  let count = 0;
  const front = new FrontEnd<VirtualBmc>({
    ...(options.tls ? { tls: options.tls } : {}),
    welcome: () => 'serve',
    handle: (owner, request, body, response) => converse(owner, `r${++count}`, request, body, response),
  });
  const taken = await front.open(bmc, host, port);
  return { url: `${front.scheme}://${host}:${taken}`, requests: () => log.requests(), close: () => front.close() };
}

const stillWorld = (log: EmulatorLog) => ({
  clock: realClock,
  log,
  seed: 1,
  after: () => () => {},
  delay: () => () => {},
  hardwareMs: () => 0,
  networkBoot: async () => undefined,
  post: async () => 0,
  deliver: async () => 0,
  hasInstalledDisk: () => false,
  serveCertificate: () => {},
  goDark: () => {},
});

function profileOf(docs: Map<string, JsonObject>): Profile {
  const service = docs.get(root) ?? {};
  const sessions = objectAt(objectAt(service, 'Links'), 'Sessions');
  const path = normalPath(stringAt(sessions, '@odata.id') ?? `${root}/SessionService/Sessions`);
  if (!docs.has('/redfish')) docs.set('/redfish', { v1: `${root}/` });
  docs.set(path, {
    '@odata.id': path,
    '@odata.type': '#SessionCollection.SessionCollection',
    Name: 'Session Collection',
    Members: [],
  });
  if (!docs.has(`${root}/SessionService`)) docs.set(`${root}/SessionService`, sessionService(path));
  const template = new Template(docs);
  return {
    name: 'tree',
    vendor: 'tree',
    identity: { oui: '020000', serial: { alphabet: '0123456789', length: 8 } },
    quirks: { ...standardQuirks, ...abilitiesOf(service), etag: { form: 'strong', isInBody: false, ifMatch: 'off' } },
    systems: [],
    managers: [],
    template,
    isReadOnly: true,
  };
}

const sessionService = (sessions: string): JsonObject => ({
  '@odata.id': `${root}/SessionService`,
  '@odata.type': '#SessionService.v1_1_8.SessionService',
  Id: 'SessionService',
  Name: 'Session Service',
  SessionTimeout: 600,
  Sessions: link(sessions),
});
