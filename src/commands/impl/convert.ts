/** Body of `convert`. */
import { convert, movedKinds } from '../../api/convert.js';
import type { KindDef, KubeObject } from '../../api/kind.js';
import { isMetalError, UserError } from '../../errors/classes.js';
import { cleaned } from '../../lib/output/clean.js';
import { toYaml } from '../../lib/yaml.js';
import type { convertCommand } from '../convert.js';
import { readManifests } from './kit/manifest-files.js';
import type { Run } from './kit/run.js';

type ConvertRun = Run<typeof convertCommand>;

export default async function (run: ConvertRun): Promise<void> {
  const objects = await objectsOf(run);
  const results = objects.map((object) => ({ name: nameOf(object), was: object, ...convert(object) }));
  for (const [warning, names] of byWarning(results))
    run.talk.warn(`${warning} (${names.length === 1 ? names[0] : `${names.length} objects`})`);
  const passed = results.filter(({ object }) => object === undefined).length;
  if (passed > 0) run.talk.note(`${passed} of ${results.length} objects did not move: they are as they were`);
  const made = results.map(({ object, was }) => cleaned(object ?? was) as KubeObject);
  if (made.length === 0) return run.talk.note('No objects of the old group found.');
  if (run.out.format.kind !== 'table' && run.out.format.kind !== 'wide')
    return run.out.changes(made.map((object) => ({ object, line: '' })));
  await run.out.text(made.map((object) => `---\n${toYaml(object)}`).join(''));
}

/** @throws UserError USAGE without a source, or with two */
async function objectsOf(run: ConvertRun): Promise<readonly KubeObject[]> {
  const { file, fromCluster } = run.flags;
  if (fromCluster && file.length > 0) throw new UserError('USAGE', '-f and --from-cluster exclude each other');
  return fromCluster ? oldObjects(run) : (await readManifests(file)).map(({ object }) => object);
}

/** A kind the cluster does not serve has no objects. */
async function oldObjects({ open, signal }: ConvertRun): Promise<KubeObject[]> {
  const cluster = await open('cluster');
  const found: KubeObject[] = [];
  for (const { kind, plural, scope } of movedKinds) {
    const old: KindDef = {
      group: 'metal.ironcore.dev',
      version: 'v1alpha1',
      kind,
      plural,
      singular: kind.toLowerCase(),
      shortNames: [],
      scope,
      hasStatus: true,
      columns: [],
    };
    try {
      found.push(...(await cluster.list(old, { signal })).items);
    } catch (error) {
      if (!isMetalError(error) || error.code !== 'CRD_MISSING') throw error;
    }
  }
  return found;
}

const nameOf = ({ kind, metadata }: KubeObject): string =>
  `${kind.toLowerCase()}/${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;

/** Each thing once, with all it happened to. */
function byWarning(results: readonly { readonly name: string; readonly warnings?: readonly string[] }[]) {
  const found = new Map<string, string[]>();
  for (const { name, warnings = [] } of results)
    for (const warning of warnings) found.set(warning, [...(found.get(warning) ?? []), name]);
  return found;
}
