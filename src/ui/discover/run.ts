/** Runs the discover view: findings come in live, what is selected is planned and created by the command's functions. */
import type { Style } from '../../lib/output/style.js';
import { Secret } from '../../lib/secret.js';
import type { Feed } from '../shared/feed.js';
import { type BoundKeys, bound } from '../shared/keymap.js';
import { listView, lookNow } from '../shared/list-view.js';
import { type Host, runView, type View } from '../shared/run.js';
import {
  type Chosen,
  chosenAt,
  chosenOf,
  type DiscoverEnd,
  type DiscoverEvent,
  type DiscoverState,
  discoverKeys,
  initialDiscover,
  type Planned,
  reduceDiscover,
} from './model.js';
import { drawDiscover } from './view.js';

export interface DiscoverIntents {
  /** What would be created, in lines; throws what is in the way. */
  readonly onPreview: (chosen: readonly Chosen[]) => Promise<Planned>;
  /** Names of a template for these; throws what is wrong with it, or with two equal names. */
  readonly onTemplate: (template: string, chosen: readonly Chosen[]) => Promise<ReadonlyMap<string, string>>;
  /** Creates it, telling a line per object. */
  readonly onCreate: (
    chosen: readonly Chosen[],
    onResult: (text: string, isFailure?: boolean) => void,
  ) => Promise<void>;
  readonly onStop: () => void;
  /** Begins no other object; `onCreate` resolves after the one that is being written. */
  readonly onCancel: () => void;
  /** Writes the report to a file. Resolves with what to say. */
  readonly onReport: (path: string) => Promise<string>;
  /** Tries an account once on these places; findings come back through the feed. Resolves with what to say. */
  readonly onLogin: (places: readonly string[], username: string, password: Secret) => Promise<string>;
  /** The command that would do the same. */
  readonly commandOf: (chosen: readonly Chosen[]) => string;
}

/** The view as data; see `runView`. */
export function discoverView(
  initial: DiscoverState,
  { onPreview, onTemplate, onCreate, onStop, onCancel, onReport, onLogin, commandOf }: DiscoverIntents,
): View<DiscoverState, DiscoverEvent, DiscoverEnd> {
  return listView({
    initial,
    reduce: reduceDiscover,
    draw: drawDiscover,
    commandOf: (state) => commandOf(chosenOf(state)),
    isHidden: ({ field }) => field?.isSecret === true,
    effects: (now, before, send) => {
      const refused = (error: Error): void => send({ type: 'refused', why: error.message });
      const said = (text: string): void => send({ type: 'say', text });
      const failed = (error: Error): void => said(`! ${error.message}`);
      if (now.isStopping && !before.isStopping) onStop();
      if (now.isCancelling && !before.isCancelling) onCancel();
      if (now.reportTo !== undefined) {
        send({ type: 'report-taken' });
        onReport(now.reportTo).then(said, failed);
      }
      if (now.template !== undefined) {
        const { text, places } = now.template;
        send({ type: 'template-taken' });
        onTemplate(text, chosenAt(now, places)).then((names) => send({ type: 'named', names }), failed);
      }
      if (now.login !== undefined) {
        const { places, username, password } = now.login;
        send({ type: 'login-taken' });
        const over = (text: string): void => send({ type: 'login-over', text });
        onLogin(places, username, new Secret(password)).then(over, (error: Error) => over(`! ${error.message}`));
      }
      if (now.phase === before.phase) return;
      if (now.phase === 'planning')
        onPreview(chosenOf(now)).then((plan) => send({ type: 'planned', ...plan }), refused);
      if (now.phase === 'creating') {
        const begun = performance.now();
        onCreate(chosenOf(now), (text, isFailure = false) => send({ type: 'result', text, isFailure })).then(
          () => send({ type: 'created', tookMs: performance.now() - begun }),
          refused,
        );
      }
    },
  });
}

/** Shows the view until the person leaves; undefined when the signal aborted. */
export function runDiscover(
  given: { readonly ranges: string; readonly style: Style; readonly keys?: BoundKeys },
  feed: Feed<DiscoverEvent>,
  intents: DiscoverIntents,
  signal: AbortSignal,
  host?: Host,
): Promise<DiscoverEnd | undefined> {
  const keymap = bound('discover', discoverKeys, given.keys);
  return runView(
    discoverView({ ...initialDiscover(lookNow(given.style), given.ranges), keymap }, intents),
    feed,
    given.style,
    signal,
    host,
  );
}
