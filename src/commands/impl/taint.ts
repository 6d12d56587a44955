/** Body of `taint`. */
import { UserError } from '../../errors/classes.js';
import { isTaint, readTaint } from '../../workflows/taints.js';
import type { taintCommand } from '../taint.js';
import type { Run } from './kit/run.js';
import { changeTaints, type Taint } from './taint-change.js';

const lookup = /^(serial|uuid|ip|mac):/i;

export default async function (run: Run<typeof taintCommand>): Promise<void> {
  const isOne = (word: string) => isTaint(word) && !lookup.test(word);
  const taints = run.args.words.filter(isOne).map(readTaint);
  if (taints.length === 0) {
    throw new UserError('USAGE', 'no taint was given', { hint: 'metalctl taint SERVER KEY[=VALUE]:NoBind' });
  }
  if (taints.some(({ effect }) => effect === 'Evict'))
    run.talk.warn('Evict is stored and nothing acts on it: bound claims stay bound');
  const names = run.args.words.filter((word) => !isOne(word));
  await changeTaints(run, names, 'tainted', (now) => withTaints(now, taints));
}

/** A taint is known by key and effect; its value is replaced. */
function withTaints(now: readonly Taint[], added: readonly Taint[]): readonly Taint[] {
  const isSame = (a: Taint, b: Taint) => a.key === b.key && a.effect === b.effect;
  const isThere = added.every((taint) => now.some((one) => isSame(one, taint) && one.value === taint.value));
  if (isThere) return now;
  return [...now.filter((one) => !added.some((taint) => isSame(one, taint))), ...added];
}
