/** What views are fed with: several kinds at once, changes gathered, and whether the API still answers. */
import type { KindDef, KubeObject } from '../api/kind.js';
import type { MetalError } from '../errors/classes.js';
import { type LivePorts, liveObjects, type Objects } from './live.js';

/** The API has not answered for a while. */
export interface LostLink {
  readonly seconds: number;
  readonly tries: number;
  readonly why: string;
}

/** Objects of each kind that could be read, by the name of the kind. */
export type Store = ReadonlyMap<string, Objects<KubeObject>>;

export interface LiveListener {
  /** Something changed, or everything was read for the first time. */
  readonly onObjects: (store: Store) => void;
  /** Told every second while the API does not answer, and once with undefined when it is back. */
  readonly onLink: (link: LostLink | undefined) => void;
  /** A kind may not be read; the others go on. */
  readonly onRefused: (kind: string, error: MetalError) => void;
}

/** Changes within this time are shown together: a rollout over a fleet would redraw hundreds of times a second. */
const gatherMs = 200;
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
  let sinceMs = 0;
  let cancelGather: (() => void) | undefined;
  let cancelSecond: (() => void) | undefined;

  const tell = (): void => {
    cancelGather = undefined;
    listener.onObjects(store);
  };
  const changed = (): void => {
    if (answered.size < kinds.length) return;
    cancelGather ??= clock.after(gatherMs, tell);
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
    for await (const event of liveObjects(ports, kind, stop.signal)) {
      if (event.type === 'lost') {
        if (lost.size === 0) sinceMs = clock.monotonicMs();
        lost.set(kind.kind, event);
        tellLink();
        continue;
      }
      isBack(kind.kind);
      if (event.type === 'refused') listener.onRefused(kind.kind, event.error);
      else store.set(kind.kind, event.objects);
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
