/** Runs the claim view: servers come in live, the chosen one is claimed by the function the command itself uses. */
import { runView, sizeOfTerminal, type View } from '../shared/run.js';
import { type ClaimEnd, type ClaimEvent, type ClaimState, initialClaim, reduceClaim, type ServerRow } from './model.js';
import { drawClaim } from './view.js';

export interface ClaimFeed {
  /** Calls back with all servers now and after every change; returns the function that stops. */
  readonly watch: (onServers: (rows: readonly ServerRow[], funnel: string) => void) => () => void;
}

export interface ClaimIntents {
  /** Claims the server; tells each step; throws the refusal. */
  readonly onClaim: (
    choice: { readonly server: string; readonly image: string; readonly power: 'On' | 'Off' },
    onStep: (text: string) => void,
  ) => Promise<void>;
}

/** The view as data; see `runView`. */
export function claimView(initial: ClaimState, intents: ClaimIntents): View<ClaimState, ClaimEvent, ClaimEnd> {
  return {
    initial,
    reduce: reduceClaim,
    draw: drawClaim,
    onPress: (press) => ({ type: 'press', press }),
    onResize: (size) => ({ type: 'size', size }),
    result: ({ end }) => end,
    effects: (now, before, send) => {
      if (now.phase !== 'claiming' || before.phase === 'claiming' || now.cursor === undefined) return;
      const choice = { server: now.cursor, image: now.image, power: now.power };
      intents
        .onClaim(choice, (text) => send({ type: 'step', text }))
        .then(
          () => send({ type: 'claimed' }),
          (error: Error) => send({ type: 'refused', why: error.message }),
        );
    },
  };
}

/** Shows the view until a server is claimed or the person leaves; undefined when the signal aborted. */
export function runClaim(
  given: Pick<ClaimState, 'claim' | 'image' | 'ignition' | 'power'> & { readonly ascii: boolean },
  feed: ClaimFeed,
  intents: ClaimIntents,
  signal: AbortSignal,
): Promise<ClaimEnd | undefined> {
  const { ascii, ...rest } = given;
  const initial = initialClaim({ ...rest, look: { ...sizeOfTerminal(), ascii } });
  const start = (send: (event: ClaimEvent) => void): (() => void) =>
    feed.watch((rows, funnel) => send({ type: 'servers', rows, funnel }));
  return runView(claimView(initial, intents), start, signal);
}
