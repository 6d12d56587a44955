/** Which objects a command is about: names, `kind/name`, `serial:…` and the like, `-l`, `--field`, `-f`, `--all`. */

import { type KindDef, type KubeObject, keyOf, keyText } from '../../../api/kind.js';
import type { Server } from '../../../api/metal/v1alpha1/server.js';
import { bareName } from '../../../api/names.js';
import { ConflictError, UserError } from '../../../errors/classes.js';
import { parseSelector } from '../../../lib/labels.js';
import type { Cluster } from '../../../ports/cluster.js';
import { fieldFilter } from './fields.js';
import { findKind, serverKind } from './kinds.js';
import { missing } from './missing.js';
import { serversIn, wantedIn } from './named-in-files.js';
import type { AnyRun } from './run.js';
import type { Wanted } from './wanted.js';

/** What a command took from the command line. Give the flags it has; all are optional. */
export interface TargetWish {
  readonly names: readonly string[];
  readonly selector?: string | undefined;
  readonly field?: readonly string[] | undefined;
  /** Manifests that name them. */
  readonly file?: readonly string[] | undefined;
  readonly all?: boolean | undefined;
  readonly prefix?: boolean | undefined;
}

/** An object and its kind. */
export interface Target<T extends KubeObject = KubeObject> {
  readonly kind: KindDef<T>;
  readonly object: T;
}

/** `server/node-07`, `serverclaim/db/db-07`. */
export const targetText = ({ kind, object }: Target): string => `${kind.singular}/${keyText(keyOf(object))}`;

/** @throws UserError USAGE */
function checkedSelector(selector: string | undefined): string | undefined {
  if (selector === undefined || parseSelector(selector) !== undefined) return selector;
  throw new UserError('USAGE', `-l ${selector} is not a label selector`, {
    hint: "-l rack=r12,pool!=lab,'env in (a,b)'",
  });
}

/**
 * Servers a command is about, in the order of their names (names given: in the order given), each once.
 * @throws UserError USAGE when nothing was named · NOT_FOUND · ConflictError SERVER_AMBIGUOUS naming the candidates
 */
export async function serverTargets(run: AnyRun, cluster: Cluster, wish: TargetWish): Promise<readonly Server[]> {
  const { selector, field = [], file = [], all } = wish;
  refuseTwoWays(wish);
  const names = file.length > 0 ? await serversIn(run, file) : wish.names;
  if (names.length === 0 && selector === undefined && field.length === 0 && all !== true) {
    throw new UserError('USAGE', 'no server was named', {
      hint: 'name servers, or choose them with -l, --field, -f or --all',
    });
  }
  const found = names.length > 0 ? await named(run, cluster, { ...wish, names }) : await listed(run, cluster, selector);
  const passes = fieldFilter('Server', field, run.out.times.nowMs);
  return [...new Map(found.filter(passes).map((server) => [server.metadata.name, server])).values()];
}

/** What is named is the whole answer: a selector beside it would be meant, and not heard. @throws UserError USAGE */
function refuseTwoWays({ names, selector, file = [], all }: TargetWish): void {
  const ways = [
    ...(names.length > 0 ? ['names'] : []),
    ...(selector === undefined ? [] : ['-l']),
    ...(file.length > 0 ? ['-f'] : []),
    ...(all === true ? ['--all'] : []),
  ];
  const [first, second] = ways;
  if (second === undefined) return;
  throw new UserError('USAGE', `${first} and ${second} do not go together`, {
    why: 'each of them says by itself what the command is about',
    hint: first === 'names' ? `leave out ${second}, or the names` : `give ${first} alone, or ${second} alone`,
  });
}

async function listed(run: AnyRun, cluster: Cluster, selector: string | undefined): Promise<readonly Server[]> {
  const labelSelector = checkedSelector(selector);
  const options = { signal: run.signal, ...(labelSelector === undefined ? {} : { labelSelector }) };
  const { items } = await cluster.list(serverKind, options);
  return items.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

const lookups = /^(serial|uuid|ip|mac):(.+)$/is;

async function named(run: AnyRun, cluster: Cluster, wish: TargetWish): Promise<readonly Server[]> {
  const words = wish.names.map((word) => bareName(word, 'Server'));
  const isPlain = !words.some((word) => lookups.test(word)) && wish.prefix !== true;
  const every = isPlain ? [] : await listed(run, cluster, undefined);
  const found: Server[] = [];
  for (const word of words) found.push(await oneServer(run, cluster, word, every, wish.prefix === true));
  return found;
}

async function oneServer(
  run: AnyRun,
  cluster: Cluster,
  word: string,
  every: readonly Server[],
  byPrefix: boolean,
): Promise<Server> {
  const [, key, value = ''] = lookups.exec(word) ?? [];
  if (key !== undefined)
    return single(
      word,
      every.filter((server) => has(server, key.toLowerCase(), value.toLowerCase())),
    );
  const exact = await cluster.get(serverKind, { name: word }, run.signal);
  if (exact !== undefined) return exact;
  const begun = byPrefix && word.length >= 6 ? every.filter(({ metadata }) => metadata.name.startsWith(word)) : [];
  if (begun.length > 0) return single(word, begun);
  throw await missing(cluster, serverKind, { name: word }, run.signal);
}

function single(word: string, candidates: readonly Server[]): Server {
  const [server, second] = candidates;
  if (server === undefined)
    throw new UserError('NOT_FOUND', `no server has ${word}`, { hint: 'metalctl get servers -o wide' });
  if (second === undefined) return server;
  const names = candidates.map(({ metadata }) => metadata.name);
  throw new ConflictError('CONFLICT', `${word} is ambiguous`, {
    why: `it is ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}`,
    hint: 'give the whole name',
  });
}

function has({ spec, status }: Server, key: string, value: string): boolean {
  if (key === 'serial') return status?.serialNumber?.toLowerCase() === value;
  if (key === 'uuid') return spec?.systemUUID?.toLowerCase() === value;
  const nics = status?.networkInterfaces ?? [];
  if (key === 'mac') return nics.some((nic) => nic.macAddress.toLowerCase() === value.replaceAll('-', ':'));
  return nics.some((nic) => nic.ips?.some((ip) => ip.toLowerCase() === value) === true);
}

/**
 * Objects of any kind from `KIND NAME…`, `KIND/NAME…`, `KIND -l SEL` or `-f FILE`; `--field` narrows each of them.
 * @throws UserError USAGE · NOT_FOUND
 */
export async function objectTargets(
  run: AnyRun,
  words: readonly string[],
  wish: Omit<TargetWish, 'names'>,
): Promise<Target[]> {
  const [head, ...rest] = words;
  const file = wish.file ?? [];
  if (file.length > 0) {
    // A kind beside the file would be one more thing to be about.
    refuseTwoWays({ ...wish, names: words });
    return read(run, await wantedIn(run, file), wish.field);
  }
  if (head === undefined) {
    throw new UserError('USAGE', 'no object was named', {
      hint: ['KIND NAME or KIND/NAME', 'KIND with -l, --field or --all', '-f FILE: what its manifests name'],
    });
  }
  const pairs = head.includes('/') ? words.map(pairOf) : rest.map((name): readonly [string, string] => [head, name]);
  if (pairs.length === 0) return selected(run, head, wish);
  refuseTwoWays({ ...wish, names: words });
  const cluster = await run.open('cluster');
  const wanted: Pick<Wanted, 'kind' | 'key'>[] = [];
  for (const [word, name] of pairs) {
    const kind = await findKind(word, cluster, run.signal);
    wanted.push({ kind, key: kind.scope === 'Namespaced' ? { namespace: await run.namespace(), name } : { name } });
  }
  return read(run, wanted, wish.field);
}

/** @throws UserError NOT_FOUND for the first that is not there */
async function read(
  run: AnyRun,
  wanted: readonly Pick<Wanted, 'kind' | 'key'>[],
  field: readonly string[] = [],
): Promise<Target[]> {
  const cluster = await run.open('cluster');
  const found: Target[] = [];
  for (const { kind, key } of wanted) {
    const object = await cluster.get(kind, key, run.signal);
    if (object === undefined) throw await missing(cluster, kind, key, run.signal);
    if (fieldFilter(kind.kind, field, run.out.times.nowMs)(object)) found.push({ kind, object });
  }
  return found;
}

function pairOf(word: string): readonly [string, string] {
  const [kind = '', name = '', more] = word.split('/');
  if (kind !== '' && name !== '' && more === undefined) return [kind, name];
  throw new UserError('USAGE', `"${word}" is not KIND/NAME`);
}

async function selected(run: AnyRun, word: string, wish: Omit<TargetWish, 'names'>): Promise<Target[]> {
  const cluster = await run.open('cluster');
  const kind = await findKind(word, cluster, run.signal);
  const labelSelector = checkedSelector(wish.selector);
  if (labelSelector === undefined && (wish.field ?? []).length === 0 && wish.all !== true) {
    throw new UserError('USAGE', `no ${kind.singular} was named`, {
      hint: 'name them, or choose them with -l or --all',
    });
  }
  const isNarrow = kind.scope === 'Namespaced' && !run.globals.allNamespaces;
  const { items } = await cluster.list(kind, {
    signal: run.signal,
    ...(isNarrow ? { namespace: await run.namespace() } : {}),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  });
  const passes = fieldFilter(kind.kind, wish.field ?? [], run.out.times.nowMs);
  const sorted = items.filter(passes).sort((a, b) => (keyText(keyOf(a)) < keyText(keyOf(b)) ? -1 : 1));
  return sorted.map((object) => ({ kind, object }));
}
