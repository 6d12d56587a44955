/** Body of `power status`. */
import { keyText } from '../../api/kind.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import { isMetalError } from '../../errors/classes.js';
import type { powerStatusCommand } from '../power.js';
import { claimKind } from './kit/kinds.js';
import { openMachine } from './kit/machine.js';
import type { Run } from './kit/run.js';
import { serverTargets } from './kit/targets.js';

type StatusRun = Run<typeof powerStatusCommand>;

interface PowerRow {
  readonly server: string;
  readonly state: string;
  readonly power: string;
  readonly wanted: string;
  readonly decidedBy: string;
}

export default async function (run: StatusRun): Promise<void> {
  const { servers: names } = run.args;
  const { selector, field, file } = run.flags;
  const isEvery = run.flags.all || ([names, field, file].every(({ length }) => length === 0) && selector === undefined);
  const servers = await serverTargets(run, run.ports.cluster, { names, ...run.flags, all: isEvery });
  const rows: PowerRow[] = [];
  for (const server of servers) rows.push(await rowOf(run, server));
  if (rows.length === 0) run.talk.note('No servers found.');
  await run.out.document({ kind: 'PowerReport', servers: rows }, () => ({
    columns: ['SERVER', 'STATE', 'POWER', 'WANTED', 'DECIDED BY'].map((header) => ({
      header,
      isState: header === 'STATE',
    })),
    rows: rows.map((row) => [row.server, row.state, row.power, row.wanted, row.decidedBy]),
  }));
}

async function rowOf(run: StatusRun, server: Server): Promise<PowerRow> {
  const { status, metadata } = server;
  const power = run.flags.direct ? await liveState(run, server) : (status?.powerState ?? '');
  return { server: metadata.name, state: status?.state ?? '', power, ...(await intentOf(run, server)) };
}

async function liveState(run: StatusRun, server: Server): Promise<string> {
  try {
    return (await openMachine(run, server)).system.powerState ?? 'Unknown';
  } catch (error) {
    if (!isMetalError(error)) throw error;
    run.talk.warn(`server/${server.metadata.name}: ${error.message}`);
    return 'Unknown';
  }
}

async function intentOf(run: StatusRun, { spec, status }: Server): Promise<Pick<PowerRow, 'wanted' | 'decidedBy'>> {
  const key = spec?.serverClaimRef;
  if (key === undefined)
    return status?.state === 'Available' ? { wanted: 'Off', decidedBy: 'reconciler' } : { wanted: '', decidedBy: '' };
  const claim = await run.ports.cluster.get(claimKind, key, run.signal);
  return { wanted: claim?.spec?.power ?? '', decidedBy: `claim ${keyText(key)}` };
}
