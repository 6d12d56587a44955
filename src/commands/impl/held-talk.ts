/** What is said while a view has the screen: kept, and said when it has left. */
import type { AnyRun } from './kit/run.js';

type Talk = AnyRun['talk'];

export interface HeldTalk {
  readonly talk: Talk;
  /** Says what was kept, in order, and how much that was; from now on nothing is kept any more. */
  release(): number;
}

export function heldTalk(talk: Talk): HeldTalk {
  let held: (() => void)[] | undefined = [];
  const keep =
    (say: (text: string) => void) =>
    (text: string): void => {
      if (held === undefined) say(text);
      else held.push(() => say(text));
    };
  return {
    talk: { ...talk, warn: keep(talk.warn), note: keep(talk.note), hint: keep(talk.hint) },
    release: () => {
      const said = held ?? [];
      held = undefined;
      for (const say of said) say();
      return said.length;
    },
  };
}
