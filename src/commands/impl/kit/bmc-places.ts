/** Which BMCs a command is about: `BMC`, `SERVER`, `bmc/NAME`, `server/NAME`, `-l`, `--all`; each opened once. */

import { keyText } from '../../../api/kind.js';
import type { BMC } from '../../../api/metal/v1alpha1/bmc.js';
import type { Server } from '../../../api/metal/v1alpha1/server.js';
import { bareName } from '../../../api/names.js';
import { PermanentError, UserError } from '../../../errors/classes.js';
import { parseSelector } from '../../../lib/labels.js';
import type { Bmc, BmcAccess, SystemInfo } from '../../../ports/bmc.js';
import type { Cluster } from '../../../ports/cluster.js';
import { bmcKind, serverKind } from './kinds.js';
import { accessOfBmc, accessOfServer, systemOf } from './machine.js';
import { missing } from './missing.js';
import type { AnyRun } from './run.js';

export interface BmcPlace {
  /** Name of the BMC object; of the Server where the access is written inline. */
  readonly name: string;
  readonly bmc: Bmc;
  readonly access: BmcAccess;
  /** Absent for an access written into a Server, and for hosts outside the cluster. */
  readonly object?: BMC;
  /** The Server that was named. */
  readonly server?: Server;
}

export interface BmcWish {
  readonly names: readonly string[];
  readonly selector?: string | undefined;
  readonly all?: boolean | undefined;
}

/** A BMC that is named but not opened yet: what keeps one from being opened concerns that one. */
export interface BmcTarget {
  readonly name: string;
  /** Absent where the access is written into a Server. */
  readonly object?: BMC;
  /** @throws PermanentError REFERENCE_MISSING · SPEC_INVALID · BMC_AUTH_FAILED (refused before) */
  open(): Promise<BmcPlace>;
}

/**
 * The BMCs, each once, in the order named (chosen ones by name).
 * @throws UserError USAGE when nothing was named · NOT_FOUND
 */
export async function bmcTargets(run: AnyRun, wish: BmcWish): Promise<readonly BmcTarget[]> {
  const cluster = await run.open('cluster');
  if (wish.names.length === 0) return chosen(run, cluster, wish);
  const targets = new Map<string, BmcTarget>();
  for (const word of wish.names) {
    const target = await bmcTarget(run, word);
    targets.set(target.name, targets.get(target.name) ?? target);
  }
  return [...targets.values()];
}

async function chosen(run: AnyRun, cluster: Cluster, { selector, all }: BmcWish): Promise<readonly BmcTarget[]> {
  if (selector === undefined && all !== true) {
    throw new UserError('USAGE', 'no BMC was named', { hint: 'name BMCs or servers, or choose BMCs with -l or --all' });
  }
  if (selector !== undefined && parseSelector(selector) === undefined) {
    throw new UserError('USAGE', `-l ${selector} is not a label selector`, { hint: '-l rack=r12,pool!=lab' });
  }
  const options = { signal: run.signal, ...(selector === undefined ? {} : { labelSelector: selector }) };
  const { items } = await cluster.list(bmcKind, options);
  const sorted = items.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  return sorted.map((object) => ({ name: object.metadata.name, object, open: () => openObject(run, object) }));
}

/** The same without opening anything: for what concerns objects alone. */
export const bmcObjects: (run: AnyRun, wish: BmcWish) => Promise<readonly BmcTarget[]> = bmcTargets;

/** The BMC a word means: of that name, else the one of the Server of that name. @throws UserError NOT_FOUND */
export const bmcPlace = async (run: AnyRun, word: string): Promise<BmcPlace> => (await bmcTarget(run, word)).open();

async function bmcTarget(run: AnyRun, word: string): Promise<BmcTarget> {
  const cluster = await run.open('cluster');
  const isServer = bareName(word, 'Server') !== word;
  const isBmc = bareName(word, 'BMC') !== word;
  const name = bareName(bareName(word, 'Server'), 'BMC');
  const object = isServer ? undefined : await cluster.get(bmcKind, { name }, run.signal);
  if (object !== undefined) return { name: object.metadata.name, object, open: () => openObject(run, object) };
  const server = isBmc ? undefined : await cluster.get(serverKind, { name }, run.signal);
  if (server !== undefined) {
    const name = server.spec?.bmcRef?.name ?? '';
    const behind = name === '' ? undefined : await cluster.get(bmcKind, { name }, run.signal);
    const open = () => placeOfServer(run, server);
    return { name: name || server.metadata.name, open, ...(behind === undefined ? {} : { object: behind }) };
  }
  throw await missing(cluster, isServer ? serverKind : bmcKind, { name }, run.signal);
}

/** The BMC of a Server. */
export async function placeOfServer(run: AnyRun, server: Server): Promise<BmcPlace> {
  const access = await accessOfServer(run, server);
  const name = server.spec?.bmcRef?.name ?? '';
  const object = name === '' ? undefined : await (await run.open('cluster')).get(bmcKind, { name }, run.signal);
  const bmc = (await run.open('bmc')).open(access);
  return { name: name || server.metadata.name, bmc, access, server, ...(object === undefined ? {} : { object }) };
}

async function openObject(run: AnyRun, object: BMC): Promise<BmcPlace> {
  const access = await accessOfBmc(run, object);
  return { name: object.metadata.name, bmc: (await run.open('bmc')).open(access), access, object };
}

/** The system meant: that of the Server named, else the first that can boot, else the first. */
export async function systemAt({ bmc, server, name }: BmcPlace): Promise<SystemInfo> {
  if (server !== undefined) return systemOf(bmc, server);
  const systems = await bmc.systems();
  const system = systems.find(({ isBootable }) => isBootable) ?? systems[0];
  if (system !== undefined) return system;
  throw new PermanentError('BMC_UNSUPPORTED', `bmc/${name} has no system`, { hint: 'metalctl redfish ls Systems' });
}

/** What a change of a BMC touches in the cluster, one line each: the Servers behind it and who holds them. */
export async function ownersOf(run: AnyRun, place: BmcPlace): Promise<readonly string[]> {
  if (place.object === undefined && place.server === undefined) return [`${place.access.url} is asked directly`];
  const { items } = await (await run.open('cluster')).list(serverKind, { signal: run.signal });
  const behind = items.filter(
    ({ spec, metadata }) => spec?.bmcRef?.name === place.name || metadata.name === place.server?.metadata.name,
  );
  return [`bmc/${place.name}`, ...behind.map(serverLine)];
}

function serverLine({ metadata, spec, status }: Server): string {
  const claim = spec?.serverClaimRef;
  const held = claim === undefined ? '' : ` by claim ${keyText(claim)}`;
  return `server/${metadata.name} is ${status?.state ?? 'new'}${held}, power ${status?.powerState ?? 'unknown'}`;
}
