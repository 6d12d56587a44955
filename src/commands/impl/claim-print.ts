/** What several workflow commands print alike: objects of a dry run, finished steps, times. */
import type { KubeObject } from '../../api/kind.js';
import { cleaned } from '../../lib/output/clean.js';
import { toYaml } from '../../lib/yaml.js';
import type { AnyRun } from './kit/run.js';

/** Objects that would be written: YAML unless another form was asked for; values of Secrets are never shown. */
export async function printDryRun(run: AnyRun, objects: readonly KubeObject[], mode: string): Promise<void> {
  const { out } = run;
  if (out.format.kind === 'table' || out.format.kind === 'wide') {
    return out.text(objects.map((object) => toYaml(cleaned(object))).join('---\n'));
  }
  return out.changes(objects.map((object) => ({ object, line: `${lineOf(object)} (${mode} dry run)` })));
}

const lineOf = ({ kind, metadata }: KubeObject): string => `${kind.toLowerCase()}/${metadata.name}`;

/** `0m31s` */
export function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
}
