/** Body of `top`: one table, a conversation, or the dashboard. */
import type { KindDef, KubeObject } from '../../api/kind.js';
import { Event, Lease } from '../../api/kubernetes.js';
import { isMetalError, type MetalError } from '../../errors/classes.js';
import type { Page, TopEvent, TopRow, TopSnapshot } from '../../ui/top/model.js';
import { followKinds, type Store } from '../../workflows/live-view.js';
import type { topCommand } from '../top.js';
import { converse, isAccessible } from './claim-dialogue.js';
import { bmcKind, claimKind, serverKind } from './kit/kinds.js';
import type { Rows } from './kit/out.js';
import type { Run } from './kit/run.js';
import { refusalTrouble, silenceAmong, silenceTrouble } from './kit/silence.js';
import { hostOf } from './kit/view-host.js';
import { logged } from './kit/view-log.js';
import { tellSource } from './kit/view-source.js';
import { type Fleet, fleetOf } from './top-fleet.js';
import { snapshotOf } from './top-snapshot.js';
import { actCommand, actsOf } from './view-acts.js';
import { commandWords, sameCluster } from './view-child.js';

type TopRun = Run<typeof topCommand>;

/** What the dashboard is made of. Events and leases may be hidden: it is then without them, and says so. */
const kinds: readonly KindDef[] = [serverKind, bmcKind, claimKind, Event, Lease];
const optionalKinds: ReadonlySet<string> = new Set([Event.kind, Lease.kind]);

export default async function (run: TopRun): Promise<void> {
  const page = (run.args.page ?? 'attention') as Page;
  const isLive = run.isInteractive && !run.flags.once && !run.out.isMachine;
  if (!isLive) return print(run, page, await readOnce(run));
  if (isAccessible(run)) return speak(run, page);
  return show(run, page);
}

/** Everything once, by one list per kind. */
async function readOnce({ ports, signal }: TopRun): Promise<TopSnapshot> {
  const store = new Map<string, ReadonlyMap<string, KubeObject>>();
  for (const kind of kinds) {
    try {
      const { items } = await ports.cluster.list(kind, { signal });
      store.set(kind.kind, new Map(items.map((item, at) => [String(at), item])));
    } catch (error) {
      if (!isMetalError(error) || !optionalKinds.has(kind.kind)) throw error;
    }
  }
  return snapshotOf(fleetOf(store, ports.clock.now().getTime()));
}

async function print({ out }: TopRun, page: Page, snapshot: TopSnapshot): Promise<void> {
  const rows = snapshot.rows[page];
  const { counts, servers, bmcs, driver } = snapshot;
  const items = rows.map(({ kind, name, state, since, note }) => ({ kind, name, state, since, note }));
  const document = { kind: 'Top' as const, page, servers, bmcs, counts: Object.fromEntries(counts), driver, items };
  const empty = `Nothing needs attention: ${servers} servers, ${bmcs} BMCs.\n`;
  await out.document(
    document,
    () => (rows.length === 0 && page === 'attention' ? empty : tableOf(rows)),
    rows.map(({ kind, name }) => `${kind}/${name}`),
  );
}

const tableOf = (rows: readonly TopRow[]): Rows => ({
  columns: [
    { header: 'KIND' },
    { header: 'NAME' },
    { header: 'STATE', isState: true },
    { header: 'FOR', align: 'right' },
    { header: 'NOTE' },
  ],
  rows: rows.map(({ kind, name, state, since, note }) => [kind, name, state, since, note]),
});

async function speak(run: TopRun, page: Page): Promise<void> {
  const { topDialogue } = await import('../../ui/top/linear.js');
  const server = await converse(run, (dialogue) => topDialogue(() => readOnce(run), dialogue, page));
  if (server !== undefined) await (await import('./server-view.js')).showServer(run, server);
}

/** The dashboard, and servers opened from it, until the person leaves. */
async function show(run: TopRun, first: Page): Promise<void> {
  const { runTop } = await import('../../ui/top/run.js');
  const intents = {
    onAct: actsOf(run),
    flags: sameCluster(run),
    commandOf: (page: Page, names: readonly string[]) =>
      `same as: ${run.program} top ${page} --once${names.length === 0 ? '' : `; ${actCommand(run.program, { action: 'cordon', names })}`}`,
  };
  const given = { style: run.talk.style, keys: run.keys, page: first, commands: commandWords() };
  for (;;) {
    const end = await runTop(
      given,
      (send, fail) => {
        tellSource(run, send);
        return topFeed(run, logged(run, 'top', send), fail);
      },
      intents,
      run.signal,
      hostOf(run),
    );
    if (end === undefined || end.is === 'left') break;
    const { showServer } = await import('./server-view.js');
    if ((await showServer(run, end.server, undefined, end.tab)) !== 'back') break;
  }
  run.talk.note(`same as: ${run.program} top ${first} --once`);
}

/** Changes as they come, and ages every `--refresh`. */
export function topFeed(
  { ports, flags }: Pick<TopRun, 'ports' | 'flags'>,
  send: (event: TopEvent) => void,
  fail: (error: Error) => void,
): () => void {
  const { clock } = ports;
  let last: Store | undefined;
  const refused = new Map<string, MetalError>();
  let cancel: () => void = () => undefined;
  const tellTroubles = ({ servers, bmcs }: Pick<Fleet, 'servers' | 'bmcs'>): void => {
    const troubles = [...refused.values()].map(refusalTrouble);
    send({ type: 'trouble', troubles: [...troubles, ...silenceTrouble(silenceAmong(servers, bmcs))] });
  };
  const tell = (): void => {
    cancel();
    if (last === undefined) return;
    const fleet = fleetOf(last, clock.now().getTime());
    send({ type: 'snapshot', snapshot: snapshotOf(fleet) });
    tellTroubles(fleet);
    cancel = clock.after(Math.max(flags.refresh, 500), tell);
  };
  const stop = followKinds(
    ports,
    kinds,
    {
      onObjects: (store) => {
        last = store;
        send({ type: 'reading', reading: undefined });
        tell();
      },
      onPart: (store, reading) => {
        send({ type: 'reading', reading });
        send({ type: 'snapshot', snapshot: snapshotOf({ ...fleetOf(store, clock.now().getTime()), isPart: true }) });
      },
      onLink: (link) => {
        // What nobody refreshes must not look as if somebody did.
        if (link !== undefined) cancel();
        send({ type: 'link', link });
      },
      onAllowed: (kind) => void refused.delete(kind),
      onRefused: (kind, error) => {
        refused.set(kind, error);
        const needed = [...refused.keys()].filter((each) => !optionalKinds.has(each));
        // A fleet of which nothing can be read is no empty fleet.
        if (needed.length === kinds.length - optionalKinds.size) fail(error);
        else tellTroubles(last === undefined ? { servers: [], bmcs: [] } : fleetOf(last, 0));
      },
    },
    fail,
  );
  return () => {
    cancel();
    stop();
  };
}
