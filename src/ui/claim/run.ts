/** Runs the claim view: servers come in live, the chosen one is claimed by the function the command itself uses. */
import type { Style } from '../../lib/output/style.js';
import type { Feed } from '../shared/feed.js';
import { type BoundKeys, bound } from '../shared/keymap.js';
import { listView, lookNow } from '../shared/list-view.js';
import { type Host, runView, type View } from '../shared/run.js';
import type { Form } from './form.js';
import {
  type ClaimChoice,
  type ClaimEnd,
  type ClaimEvent,
  type ClaimState,
  choiceOf,
  claimKeys,
  initialClaim,
  reduceClaim,
} from './model.js';
import { drawClaim } from './view.js';

export interface ClaimFeed {
  /** Tells servers now and after every change, and whether the API answers; returns the function that stops. */
  readonly watch: Feed<ClaimEvent>;
}

type ClaimStepEvent = Extract<ClaimEvent, { type: 'step' }>;

export interface ClaimIntents {
  /** Claims the servers; tells each step of each; throws the refusal. */
  readonly onClaim: (choice: ClaimChoice, onStep: (step: Omit<ClaimStepEvent, 'type'>) => void) => Promise<void>;
  /** Other requirements: the feed tells the servers that fit, or the field that does not parse. */
  readonly onForm: (form: Form, tolerations: readonly string[]) => void;
  /** The command that would do the same. */
  readonly commandOf: (choice: ClaimChoice, form: Form) => string;
}

/** The view as data; see `runView`. */
export function claimView(initial: ClaimState, intents: ClaimIntents): View<ClaimState, ClaimEvent, ClaimEnd> {
  const { onClaim, onForm, commandOf } = intents;
  return listView({
    initial,
    reduce: reduceClaim,
    draw: drawClaim,
    commandOf: (state) => commandOf(choiceOf(state), state.form),
    effects: (now, before, send) => {
      if (now.form !== before.form || now.tolerations !== before.tolerations) onForm(now.form, now.tolerations);
      if (now.phase !== 'claiming' || before.phase === 'claiming') return;
      onClaim(choiceOf(now), (step) => send({ type: 'step', ...step })).then(
        () => send({ type: 'claimed' }),
        (error: Error) => send({ type: 'refused', why: error.message }),
      );
    },
  });
}

type Given = Pick<
  ClaimState,
  'claim' | 'image' | 'ignition' | 'power' | 'wait' | 'form' | 'wanted' | 'isMany' | 'isAtomic' | 'spread'
>;

/** Shows the view until a server is claimed or the person leaves; undefined when the signal aborted. */
export function runClaim(
  given: Given & { readonly style: Style; readonly keys?: BoundKeys },
  feed: ClaimFeed,
  intents: ClaimIntents,
  signal: AbortSignal,
  host?: Host,
): Promise<ClaimEnd | undefined> {
  const { style, keys, ...rest } = given;
  const initial = initialClaim({ ...rest, look: lookNow(style) });
  const keymap = bound('claim', claimKeys, keys);
  return runView(claimView({ ...initial, keymap }, intents), feed.watch, style, signal, host);
}
