/** What views are fed with: several kinds at once, changes gathered, and whether the API still answers. */
import { type KindDef, type KubeObject, keyOf, keyText } from '../api/kind.js';
import type { MetalError } from '../errors/classes.js';
import type { ListPart } from '../ports/cluster.js';
import { type LivePorts, liveObjects, type Objects } from './live.js';

/** The API has not answered for a while. */
export interface LostLink {
  readonly seconds: number;
  readonly tries: number;
  readonly why: string;
}

/** How much of the longest list has arrived. */
export interface Reading {
  readonly got: number;
  /** About; absent where the server does not count. */
  readonly of?: number;
}

/** Objects of each kind that could be read, by the name of the kind. */
export type Store = ReadonlyMap<string, Objects<KubeObject>>;

export interface LiveListener {
  /** Something changed, or everything was read for the first time. */
  readonly onObjects: (store: Store) => void;
  /** Part of a long list is in the store, the rest is on its way; `onObjects` follows when all is there. */
  readonly onPart?: (store: Store, reading: Reading) => void;
  /** Told every second while the API does not answer, and once with undefined when it is back. */
  readonly onLink: (link: LostLink | undefined) => void;
  /** A kind may not be read; the others go on. */
  readonly onRefused: (kind: string, error: MetalError) => void;
  /** It may be read again. */
  readonly onAllowed?: (kind: string) => void;
}

/** Changes within this time are shown together: a rollout over a fleet would redraw hundreds of times a second. */
const gatherMs = 200;
/** Showing may take a fifth of the time, so that keys have theirs: what takes long to show is shown less often. */
const shareOfTime = 5;
const secondMs = 1_000;

/** Follows kinds until the returned function is called. Whatever is not a loss goes to `onFailure`. */
export function followKinds(
  ports: LivePorts,
  kinds: readonly KindDef[],
  listener: LiveListener,
  onFailure: (error: Error) => void,
): () => void {
  const { clock } = ports;
  const stop = new AbortController();
  const store = new Map<string, Objects<KubeObject>>();
  const lost = new Map<string, { readonly why: string; readonly tries: number }>();
  const answered = new Set<string>();
  const refused = new Set<string>();
  let sinceMs = 0;
  let cancelGather: (() => void) | undefined;
  let cancelSecond: (() => void) | undefined;

  let waitMs = gatherMs;
  const timed = (show: () => void): void => {
    cancelGather?.();
    cancelGather = undefined;
    const begun = clock.monotonicMs();
    show();
    waitMs = Math.max(gatherMs, (clock.monotonicMs() - begun) * shareOfTime);
  };
  const tell = (): void => timed(() => listener.onObjects(store));
  const parts = new Map<string, ListPart>();
  const tellPart = (): void => {
    cancelGather?.();
    cancelGather = undefined;
    const [longest] = [...parts.values()].sort((a, b) => b.items.length - a.items.length);
    if (longest === undefined) return;
    for (const [kind, { items }] of parts) store.set(kind, new Map(items.map((each) => [keyText(keyOf(each)), each])));
    const { items, remaining } = longest;
    const of = remaining === undefined ? {} : { of: items.length + remaining };
    timed(() => listener.onPart?.(store, { got: items.length, ...of }));
  };
  /** The first one at once, further ones gathered: whoever waits sees something, and nothing is made twenty times. */
  const arrived = (kind: string, part: ListPart): void => {
    // What is shown whole already stays whole while it is read anew.
    if (answered.has(kind)) return;
    const isFirst = parts.size === 0;
    parts.set(kind, part);
    if (isFirst) tellPart();
    else cancelGather ??= clock.after(waitMs, tellPart);
  };
  const changed = (): void => {
    if (answered.size < kinds.length) return;
    cancelGather ??= clock.after(waitMs, tell);
  };
  const tellLink = (): void => {
    const [first] = lost.values();
    cancelSecond?.();
    cancelSecond = undefined;
    if (first === undefined) {
      listener.onLink(undefined);
      return;
    }
    listener.onLink({
      why: first.why,
      tries: first.tries,
      seconds: Math.floor((clock.monotonicMs() - sinceMs) / secondMs),
    });
    cancelSecond = clock.after(secondMs, tellLink);
  };
  const isBack = (kind: string): void => {
    if (lost.delete(kind) && lost.size === 0) tellLink();
  };
  const follow = async (kind: KindDef): Promise<void> => {
    const options = listener.onPart === undefined ? {} : { onPart: (part: ListPart) => arrived(kind.kind, part) };
    for await (const event of liveObjects(ports, kind, stop.signal, options)) {
      parts.delete(kind.kind);
      if (event.type === 'lost') {
        if (lost.size === 0) sinceMs = clock.monotonicMs();
        lost.set(kind.kind, event);
        tellLink();
        continue;
      }
      isBack(kind.kind);
      if (event.type === 'refused') {
        refused.add(kind.kind);
        listener.onRefused(kind.kind, event.error);
      } else {
        store.set(kind.kind, event.objects);
        if (refused.delete(kind.kind)) listener.onAllowed?.(kind.kind);
      }
      const isFirst = !answered.has(kind.kind);
      answered.add(kind.kind);
      if (isFirst && answered.size === kinds.length) tell();
      else changed();
    }
  };
  for (const kind of kinds) follow(kind).catch(onFailure);
  return () => {
    stop.abort();
    cancelGather?.();
    cancelSecond?.();
  };
}
