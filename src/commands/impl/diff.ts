/** Body of `diff`. */
import { type KubeObject, keyText } from '../../api/kind.js';
import { UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import { cleaned } from '../../lib/output/clean.js';
import type { diffCommand } from '../manifests.js';
import { changeText, comparable, type Difference, differences } from './kit/difference.js';
import { readManifests } from './kit/manifest-files.js';
import type { Run } from './kit/run.js';
import { objectTargets, targetText } from './kit/targets.js';
import { resolved } from './kit/wanted.js';

type DiffRun = Run<typeof diffCommand>;

interface Diff {
  readonly object: string;
  readonly change: 'create' | 'change';
  readonly fields: readonly Difference[];
}

export default async function (run: DiffRun): Promise<ExitName | undefined> {
  const { first, second } = run.args;
  const isPair = first !== undefined && second !== undefined;
  if (isPair === run.flags.file.length > 0 || (first !== undefined && second === undefined)) {
    throw new UserError('USAGE', 'diff takes manifests, or two objects of one kind', {
      hint: ['metalctl diff -f FILE', 'metalctl diff server/a b'],
    });
  }
  const diffs = isPair ? [await betweenObjects(run, first, second)] : await ofManifests(run);
  const changed = diffs.filter(({ change, fields }) => change === 'create' || fields.length > 0);
  await print(run, changed);
  if (changed.length === 0) run.talk.note(isPair ? 'No difference.' : 'Nothing would change.');
  return changed.length > 0 ? 'CHANGES' : undefined;
}

async function ofManifests(run: DiffRun): Promise<Diff[]> {
  const diffs: Diff[] = [];
  for (const { kind, key, object } of await resolved(run, await readManifests(run.flags.file))) {
    const name = `${kind.singular}/${keyText(key)}`;
    const before = await run.ports.cluster.get(kind, key, run.signal);
    const after = await run.ports.cluster.patch(kind, key, object, 'apply', { signal: run.signal, dryRun: true });
    const fields = before === undefined ? [] : fieldsOf(run, before, after);
    diffs.push({ object: name, change: before === undefined ? 'create' : 'change', fields });
  }
  return diffs;
}

async function betweenObjects(run: DiffRun, first: string, second: string): Promise<Diff> {
  const [kind = '', name] = first.split('/');
  if (name === undefined || name === '')
    throw new UserError('USAGE', `"${first}" is not KIND/NAME`, { hint: 'metalctl diff server/a b' });
  const other = second.includes('/') ? second : `${kind}/${second}`;
  const [a, b] = await objectTargets(run, [first, other], {});
  if (a === undefined || b === undefined) throw new UserError('USAGE', 'two objects are needed');
  return {
    object: `${targetText(a)} ${targetText(b)}`,
    change: 'change',
    fields: fieldsOf(run, a.object, b.object, ['metadata.name', 'metadata.ownerReferences']),
  };
}

/** Secret values are hidden before anything is compared, so that not even their length is told. */
const fieldsOf = (run: DiffRun, before: KubeObject, after: KubeObject, but: readonly string[] = []): Difference[] =>
  differences(comparable(cleaned(before), run.flags.status), comparable(cleaned(after), run.flags.status)).filter(
    ({ path }) => !but.includes(path),
  );

async function print(run: DiffRun, diffs: readonly Diff[]): Promise<void> {
  const rows = diffs.flatMap(({ object, change, fields }) =>
    change === 'create'
      ? [['+', object, '', 'create']]
      : fields.map((field) => [field.sign, object, field.path, changeText(field)]),
  );
  await run.out.document(
    { kind: 'Diff', objects: diffs },
    () =>
      rows.length === 0 ? '' : { columns: ['', 'OBJECT', 'FIELD', 'FROM -> TO'].map((header) => ({ header })), rows },
    diffs.map(({ object }) => object),
  );
}
