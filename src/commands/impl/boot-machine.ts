/** The machine a `boot` command is about, who holds it, and its boot options. */
import { keyText } from '../../api/kind.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import { UserError } from '../../errors/classes.js';
import type { Bmc } from '../../ports/bmc.js';
import { type Machine, openMachine } from './kit/machine.js';
import type { AnyRun } from './kit/run.js';
import { serverTargets } from './kit/targets.js';

export interface BootMachine extends Machine {
  readonly server: Server;
  readonly name: string;
  /** 2 where a claim holds the server. */
  readonly level: 1 | 2;
  /** `server/x is Reserved by db/db-07`. */
  readonly owner: string;
}

export async function serverOf(run: AnyRun, word: string): Promise<Server> {
  const [server] = await serverTargets(run, await run.open('cluster'), { names: [word] });
  if (server === undefined) throw new UserError('NOT_FOUND', `no server is called ${word}`);
  return server;
}

export async function bootMachine(run: AnyRun, word: string): Promise<BootMachine> {
  const server = await serverOf(run, word);
  const { name } = server.metadata;
  const claim = server.spec?.serverClaimRef;
  const held = claim === undefined ? '' : ` by ${keyText(claim)}`;
  const owner = `server/${name} is ${server.status?.state ?? 'new'}${held}`;
  return { ...(await openMachine(run, server)), server, name, level: claim === undefined ? 1 : 2, owner };
}

export interface BootOption {
  readonly reference: string;
  readonly name: string;
  readonly path: string;
  readonly isEnabled: boolean;
}

type Json = Record<string, unknown>;
const most = 100;

/** Boot options, as the BMC lists them; empty where it does not. */
export async function bootOptions(bmc: Bmc, system: string): Promise<readonly BootOption[]> {
  const link = linkOf(((await read(bmc, system)).Boot as Json | undefined)?.BootOptions);
  if (link === undefined) return [];
  const members = ((await read(bmc, link)).Members ?? []) as unknown[];
  const found: BootOption[] = [];
  for (const member of members.slice(0, most)) {
    const path = linkOf(member);
    const { json, status } =
      path === undefined ? { json: undefined, status: 404 } : await bmc.raw({ method: 'GET', path });
    if (status !== 200) continue;
    const option = json as Json;
    found.push({
      reference: String(option.BootOptionReference ?? option.Id ?? ''),
      name: String(option.DisplayName ?? option.Name ?? ''),
      path: String(option.UefiDevicePath ?? ''),
      isEnabled: option.BootOptionEnabled !== false,
    });
  }
  return found;
}

const linkOf = (value: unknown): string | undefined => {
  const link = (value as Json | undefined)?.['@odata.id'];
  return typeof link === 'string' ? link : undefined;
};

async function read(bmc: Bmc, path: string): Promise<Json> {
  const { json, problem } = await bmc.raw({ method: 'GET', path });
  if (problem !== undefined) throw problem;
  return (json ?? {}) as Json;
}
