/**
 * `get --watch`: the list, then a row (or an event) per change, until it is interrupted. On a terminal the table changes
 * in place.
 */
import { type KubeObject, keyText } from '../../api/kind.js';
import type { ExitName } from '../../errors/exit.js';
import { cleaned } from '../../lib/output/clean.js';
import { type Ask, columnsFor, filterOf, type GetRun, listOptions, scopeOf, sorted } from './get.js';
import { type Followed, follow } from './kit/follow.js';

/** Follows one kind. A signal ends it with OK: nothing is left undone. */
export async function watchGroup(run: GetRun, ask: Ask): Promise<ExitName> {
  if (run.out.isLive && !run.flags.watchOnly) return inPlace(run, ask);
  const print = await printerOf(run, ask);
  const seen = new Map<string, string>();
  const scope = await scopeOfAsk(run, ask);
  try {
    for await (const change of follow(run.ports.cluster, ask.kind, scope)) {
      for (const { type, object } of news(change, seen, run.globals.sortBy)) await print(type, object);
    }
  } catch (error) {
    if (!run.signal.aborted || run.signal.reason?.message === 'stdout was closed') throw error;
  }
  return 'OK';
}

async function inPlace(run: GetRun, ask: Ask): Promise<ExitName> {
  const changes = follow(run.ports.cluster, ask.kind, await scopeOfAsk(run, ask));
  const { watchInPlace } = await import('./get-live.js');
  try {
    await watchInPlace(run, ask.kind, await columnsFor(run, ask.kind), changes, filterOf(run, ask.kind));
  } catch (error) {
    if (!run.signal.aborted) throw error;
  }
  return 'OK';
}

async function scopeOfAsk(run: GetRun, { kind, names }: Ask) {
  const namespace = await scopeOf(run, kind);
  const [name] = names;
  return {
    clock: run.ports.clock,
    signal: run.signal,
    onTrouble: (error: Error) => run.talk.warn(`the watch fails and is tried again: ${error.message}`),
    ...(namespace === undefined ? {} : { namespace }),
    ...(run.flags.selector === undefined ? {} : { labelSelector: run.flags.selector }),
    ...(name === undefined ? {} : { fieldSelector: `metadata.name=${name}` }),
  };
}

interface News {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

/** What a change tells that was not known; after a gap, what the new list has that the old had not. */
function news(change: Followed<KubeObject>, seen: Map<string, string>, sortBy: string | undefined): News[] {
  if (change.type !== 'SYNC') {
    const { type, object } = change;
    if (type === 'DELETED') seen.delete(keyText(object.metadata));
    else seen.set(keyText(object.metadata), object.metadata.resourceVersion ?? '');
    return [{ type, object }];
  }
  return sorted(change.items, sortBy).flatMap((object) => {
    const key = keyText(object.metadata);
    const before = seen.get(key);
    const version = object.metadata.resourceVersion ?? '';
    seen.set(key, version);
    return before === version ? [] : [{ type: before === undefined ? 'ADDED' : 'MODIFIED', object } as const];
  });
}

async function printerOf(
  run: GetRun,
  { kind }: Ask,
): Promise<(type: News['type'], object: KubeObject) => Promise<void>> {
  const columns = await columnsFor(run, kind);
  const passes = filterOf(run, kind);
  let isFirst = true;
  let isListing = run.flags.watchOnly;
  return async (type, object) => {
    if (isListing && type === 'ADDED') return;
    isListing = false;
    if (!passes(object)) return;
    if (run.out.isMachine) return run.out.event({ type, object: cleaned(object) });
    const options = { ...listOptions(run), headers: isFirst && run.globals.headers !== false, isSingle: true };
    isFirst = false;
    return run.out.objects([{ kind, items: [object], columns }], options);
  };
}
