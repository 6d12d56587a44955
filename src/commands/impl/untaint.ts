/** Body of `untaint`. */
import { UserError } from '../../errors/classes.js';
import type { untaintCommand } from '../taint.js';
import type { Run } from './kit/run.js';
import { changeTaints, type Taint } from './taint-change.js';

export default async function (run: Run<typeof untaintCommand>): Promise<void> {
  const { words } = run.args;
  if (run.flags.all) return changeTaints(run, words, 'untainted', (now) => (now.length === 0 ? now : []));
  const isChosen = run.flags.selector !== undefined || (run.flags.field ?? []).length > 0;
  const wish = words.at(-1) ?? '';
  if (wish === '' || (words.length < 2 && !isChosen)) {
    throw new UserError('USAGE', 'no taint was given', { hint: 'metalctl untaint SERVER KEY, or --all' });
  }
  const [key = '', effect] = wish.split(':');
  const isMeant = (taint: Taint) => taint.key === key && (effect === undefined || taint.effect === effect);
  await changeTaints(run, words.slice(0, -1), 'untainted', (now) =>
    now.some(isMeant) ? now.filter((taint) => !isMeant(taint)) : now,
  );
}
