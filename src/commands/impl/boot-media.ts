/** Body of `boot media`. */
import type { bootMediaCommand } from '../boot.js';
import { badChoice } from '../flags.js';
import { ejectMedia } from './boot-media-eject.js';
import { insertMedia } from './boot-media-insert.js';
import { listMedia } from './boot-media-list.js';
import type { Run } from './kit/run.js';

export type MediaRun = Run<typeof bootMediaCommand>;

const actions = { insert: insertMedia, eject: ejectMedia, list: listMedia };

export default function (run: MediaRun): Promise<void> {
  const { action } = run.args;
  if (action in actions) return actions[action as keyof typeof actions](run);
  throw badChoice(Object.keys(actions), action, 'ACTION');
}
