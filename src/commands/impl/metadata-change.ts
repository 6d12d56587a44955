/** What `label` and `annotate` share: objects and pairs out of the words, and one merge patch per object. */
import { keyOf } from '../../api/kind.js';
import { ConflictError, UserError } from '../../errors/classes.js';
import type { annotateCommand, labelCommand } from '../metadata.js';
import { changeEach } from './kit/each.js';
import type { Change } from './kit/out.js';
import type { Run } from './kit/run.js';
import { objectTargets, type Target, targetText } from './kit/targets.js';

type MetadataRun = Run<typeof labelCommand> | Run<typeof annotateCommand>;

/** New values; `null` removes. */
type Wanted = Readonly<Record<string, string | null>>;

export async function changeMetadata(run: MetadataRun, member: 'labels' | 'annotations', verb: string): Promise<void> {
  const { words } = run.args;
  const pairs = words.filter(isPair);
  if (pairs.length === 0)
    throw new UserError('USAGE', `no ${member} given`, { hint: 'KEY=VALUE sets one, KEY- removes one' });
  const wanted: Wanted = Object.fromEntries(pairs.map(pairOf));
  const targets = await objectTargets(
    run,
    words.filter((word) => !isPair(word)),
    run.flags,
  );
  await changeEach(run, targets, targetText, (target) => changeOne(run, target, member, wanted, verb));
}

const isPair = (word: string): boolean => word.includes('=') || (word.length > 1 && word.endsWith('-'));

const pairOf = (word: string): [string, string | null] => {
  const at = word.indexOf('=');
  return at === -1 ? [word.slice(0, -1), null] : [word.slice(0, at), word.slice(at + 1)];
};

async function changeOne(
  run: MetadataRun,
  target: Target,
  member: 'labels' | 'annotations',
  wanted: Wanted,
  verb: string,
): Promise<Change> {
  const { kind, object } = target;
  const now = object.metadata[member] ?? {};
  const changed = Object.entries(wanted).filter(([key, value]) => (now[key] ?? null) !== value);
  if (changed.length === 0) return { object, line: `${targetText(target)} unchanged` };
  const taken = changed.find(([key, value]) => value !== null && key in now);
  if (taken !== undefined && !run.flags.overwrite) {
    throw new ConflictError('CONFLICT', `${targetText(target)} has ${taken[0]}=${now[taken[0]]} already`, {
      hint: 'add --overwrite',
    });
  }
  const { dryRun } = run.globals;
  const line = `${targetText(target)} ${verb}${dryRun === 'none' ? '' : ' (dry run)'}`;
  if (dryRun === 'client') return { object, line };
  const patch = { metadata: { [member]: Object.fromEntries(changed) } };
  const options = { signal: run.signal, dryRun: dryRun === 'server' };
  return { object: await run.ports.cluster.patch(kind, keyOf(object), patch, 'merge', options), line };
}
