/** Body of `edit`. */
import { keyOf } from '../../api/kind.js';
import { UserError } from '../../errors/classes.js';
import { patchBetween } from '../../lib/merge-patch.js';
import { cleaned } from '../../lib/output/clean.js';
import { toYaml } from '../../lib/yaml.js';
import type { editCommand } from '../manifests.js';
import { edited } from './kit/editor.js';
import { readManifests } from './kit/manifest-files.js';
import type { Run } from './kit/run.js';
import { objectTargets, targetText } from './kit/targets.js';

const secretKinds = ['Secret', 'BMCSecret'];

export default async function (run: Run<typeof editCommand>): Promise<void> {
  const { kind, name } = run.args;
  const [target] = await objectTargets(run, name === undefined ? [kind] : [kind, name], {});
  if (target === undefined) throw new UserError('USAGE', 'no object was named');
  if (secretKinds.includes(target.kind.kind)) {
    throw new UserError('USAGE', `${targetText(target)} cannot be edited`, {
      why: 'values of secrets are never shown',
      hint: 'kubectl edit',
    });
  }
  const before = cleaned({ ...target.object, apiVersion: target.object.apiVersion, kind: target.kind.kind });
  const text = `# ${targetText(target)}: save and close to write back; nothing changed writes nothing.\n${toYaml(before)}`;
  const after = await edited(text, `${target.object.metadata.name.slice(0, 60)}.yaml`, run.isInteractive);
  const [wanted] = await readManifests([after.file]);
  const patch = patchBetween(before, wanted?.object);
  const line = (verb: string): string => `${targetText(target)} ${verb}`;
  if (patch === undefined) {
    after.forget();
    return run.out.changes([{ object: target.object, line: line('unchanged') }]);
  }
  if (run.globals.dryRun === 'client')
    return run.out.changes([{ object: wanted?.object ?? target.object, line: line('edited (dry run)') }]);
  const metadata = {
    ...(patch.metadata as object | undefined),
    resourceVersion: target.object.metadata.resourceVersion,
  };
  const isDry = run.globals.dryRun === 'server';
  const object = await run.ports.cluster
    .patch(target.kind, keyOf(target.object), { ...patch, metadata }, 'merge', { signal: run.signal, dryRun: isDry })
    .catch((error: Error) => {
      run.talk.note(`your text is kept in ${after.file}`);
      throw error;
    });
  after.forget();
  await run.out.changes([{ object, line: line(isDry ? 'edited (dry run)' : 'edited') }]);
}
