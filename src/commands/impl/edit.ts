/** Body of `edit`. */
import { type KubeObject, keyOf } from '../../api/kind.js';
import { isMetalError, type MetalError, UserError } from '../../errors/classes.js';
import { patchBetween } from '../../lib/merge-patch.js';
import { cleaned } from '../../lib/output/clean.js';
import { neutralise } from '../../lib/sanitize.js';
import { toYaml } from '../../lib/yaml.js';
import type { editCommand } from '../manifests.js';
import { changeText, differences } from './kit/difference.js';
import { type Edited, edited } from './kit/editor.js';
import { readManifests } from './kit/manifest-files.js';
import type { Run } from './kit/run.js';
import { objectTargets, type Target, targetText } from './kit/targets.js';

type EditRun = Run<typeof editCommand>;

const secretKinds = ['Secret', 'BMCSecret'];

/** As often as somebody may want to correct a text that is refused. An editor that is a script never tires. */
const mostTries = 20;

export default async function (run: EditRun): Promise<void> {
  const target = await targetOf(run);
  const before = cleaned({ ...target.object, apiVersion: target.object.apiVersion, kind: target.kind.kind });
  const about = `# ${targetText(target)}: save and close to write back; nothing changed writes nothing.\n`;
  let text = `${about}${toYaml(before)}`;
  for (let tries = 1; ; tries += 1) {
    const after = await edited(text, `${target.object.metadata.name.slice(0, 60)}.yaml`, run.isInteractive);
    try {
      await written(run, target, before, after);
      after.forget();
      return;
    } catch (error) {
      // Closed as it was refused is given up; whatever was typed stays where it is.
      if (!isCorrectable(error) || after.text === text || tries === mostTries) {
        run.talk.note(`your text is kept in ${after.file}`);
        throw error;
      }
      text = `${about}${refusal(error, after)}${bare(after.text)}`;
      after.forget();
    }
  }
}

/** @throws UserError USAGE */
async function targetOf(run: EditRun): Promise<Target> {
  const { kind, name } = run.args;
  const [target] = await objectTargets(run, name === undefined ? [kind] : [kind, name], {});
  if (target === undefined) throw new UserError('USAGE', 'no object was named');
  if (!secretKinds.includes(target.kind.kind)) return target;
  throw new UserError('USAGE', `${targetText(target)} cannot be edited`, {
    why: 'values of secrets are never shown',
    hint: 'kubectl edit',
  });
}

/** Sends what was changed, once it is asked for where that was wished. @throws MANIFEST_INVALID · what the API says */
async function written(run: EditRun, target: Target, before: KubeObject, after: Edited): Promise<void> {
  const line = (verb: string): string => `${targetText(target)} ${verb}`;
  const [wanted] = isEmpty(after.text) ? [] : await readManifests([after.file]);
  const patch = wanted === undefined ? undefined : patchBetween(before, wanted.object);
  if (wanted === undefined || patch === undefined) {
    return run.out.changes([{ object: target.object, line: line('unchanged') }]);
  }
  const { dryRun } = run.globals;
  if (run.flags.review && dryRun === 'none') {
    const plan = differences(before, wanted.object).map((each) => `${each.sign} ${each.path}: ${changeText(each)}`);
    await run.confirm({ level: 2, what: `changing ${targetText(target)}`, plan, targets: [target.object] });
  }
  if (dryRun === 'client') return run.out.changes([{ object: wanted.object, line: line('edited (dry run)') }]);
  const metadata = { ...(patch.metadata as object), resourceVersion: target.object.metadata.resourceVersion };
  const options = { signal: run.signal, dryRun: dryRun === 'server' };
  const object = await run.ports.cluster.patch(
    target.kind,
    keyOf(target.object),
    { ...patch, metadata },
    'merge',
    options,
  );
  await run.out.changes([{ object, line: line(options.dryRun ? 'edited (dry run)' : 'edited') }]);
}

/** What another look at the text can set right. */
const isCorrectable = (error: unknown): error is MetalError =>
  isMetalError(error) && (error.code === 'MANIFEST_INVALID' || error.code === 'API_INVALID');

/** Why it was refused, above the text that was; places are those of the text with this above it. */
function refusal({ message, why }: MetalError, { file, text }: Edited): string {
  const said = [message, ...(why === undefined ? [] : [why])]
    .join('\n')
    .replaceAll(`${file}#1: `, '')
    .replaceAll(`${file}#1`, 'it');
  const lines = ['Refused; correct it, or close it as it is to give up:', ...said.split('\n')];
  const moved = 1 + lines.length - (linesOf(text) - linesOf(bare(text)));
  return lines
    .map((line) => `# ${neutralise(line.replace(/\bline (\d+)/, (_, at) => `line ${Number(at) + moved}`))}\n`)
    .join('');
}

const linesOf = (text: string): number => text.split('\n').length;

/** The text without the comments above it, which are ours. */
const bare = (text: string): string => text.replace(/^(?:#.*\n)+/, '');

/** Emptied, as people do who give up. */
const isEmpty = (text: string): boolean => text.split('\n').every((line) => /^\s*(?:#|$)/.test(line));
