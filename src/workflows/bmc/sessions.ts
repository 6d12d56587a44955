/** Sessions of a BMC, read by its own API: what `bmc sessions list` and `kill` share. */
import { PermanentError } from '../../errors/classes.js';
import { trailingSlashes } from '../../lib/trailing-slashes.js';
import type { Bmc } from '../../ports/bmc.js';

export interface SessionInfo {
  readonly id: string;
  readonly path: string;
  readonly userName?: string;
  readonly type?: string;
  readonly origin?: string;
  readonly createdTime?: string;
  /** Whether it is that of this command. */
  readonly isOwn: boolean;
}

type Json = Record<string, unknown>;
const most = 200;

/** @throws PermanentError BMC_UNSUPPORTED */
export async function readSessions(bmc: Bmc, signal: AbortSignal): Promise<readonly SessionInfo[]> {
  await bmc.authenticate();
  const root = await read(bmc, '/redfish/v1/');
  const link = linkOf((root.Links as Json | undefined)?.Sessions) ?? (await throughService(bmc, root));
  if (link === undefined) throw new PermanentError('BMC_UNSUPPORTED', 'the BMC has no sessions');
  const members = ((await read(bmc, link)).Members ?? []) as unknown[];
  const found: SessionInfo[] = [];
  for (const member of members.slice(0, most)) {
    signal.throwIfAborted();
    const path = linkOf(member);
    if (path === undefined) continue;
    const { json, status } = await bmc.raw({ method: 'GET', path });
    // One that ended meanwhile is none.
    if (status === 200) found.push(toInfo(json as Json, path, bmc.ownSession()));
  }
  return found;
}

async function throughService(bmc: Bmc, root: Json): Promise<string | undefined> {
  const service = linkOf(root.SessionService);
  return service === undefined ? undefined : linkOf((await read(bmc, service)).Sessions);
}

async function read(bmc: Bmc, path: string): Promise<Json> {
  const { json, problem } = await bmc.raw({ method: 'GET', path });
  if (problem !== undefined) throw problem;
  return (json ?? {}) as Json;
}

const linkOf = (value: unknown): string | undefined => {
  const link = (value as Json | undefined)?.['@odata.id'];
  return typeof link === 'string' ? link : undefined;
};

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const plain = (path: string | undefined): string => (path ?? '').replace(trailingSlashes, '');

function toInfo(json: Json, path: string, own: string | undefined): SessionInfo {
  const facts = {
    userName: textOf(json.UserName),
    type: textOf(json.SessionType),
    origin: textOf(json.ClientOriginIPAddress),
    createdTime: textOf(json.CreatedTime),
  };
  const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
  return {
    id: textOf(json.Id) ?? plain(path).split('/').at(-1) ?? '',
    path,
    ...known,
    isOwn: plain(path) === plain(own),
  };
}
