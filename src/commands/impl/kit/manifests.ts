/** What the `install` commands share: printing manifests instead of sending them, and telling what became of them. */
import { Namespace } from '../../../api/kubernetes.js';
import { UserError } from '../../../errors/classes.js';
import { toYaml } from '../../../lib/yaml.js';
import type { Applied } from '../../../workflows/install/apply.js';
import { type Manifest, placeOf } from '../../../workflows/install/roles.js';
import type { Change } from './out.js';
import type { AnyRun } from './run.js';

/** Whether nothing is to be sent: `--print`, or a dry run by the client. */
export const isPrinted = (run: AnyRun, print: boolean): boolean => print || run.globals.dryRun === 'client';

/** Manifests for `kubectl apply -f -`, or as JSON lines. */
export async function printManifests(run: AnyRun, manifests: readonly Manifest[]): Promise<void> {
  if (run.out.isMachine && run.out.format.kind !== 'yaml') {
    for (const { object } of manifests) await run.out.event(object);
    return;
  }
  await run.out.text(manifests.map(({ object }) => `---\n${toYaml(object)}`).join(''));
}

export const namespaceManifest = (name: string): Manifest => ({
  kind: Namespace,
  object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
});

/** `clusterrole/metalctl-viewer created`. */
export const changeOf = (applied: Applied, isDry: boolean): Change => ({
  object: applied.object,
  line: `${placeOf(applied)} ${applied.verdict}${isDry ? ' (dry run)' : ''}`,
});

/** @throws UserError USAGE: no image of ours is published, so none is guessed. */
export function requireImage(image: string | undefined): string {
  if (image !== undefined && /^[^\s]+$/.test(image)) return image;
  throw new UserError('USAGE', image === undefined ? 'no --image was given' : `--image "${image}" is no image`, {
    why: 'the pods need an image with metalctl on its PATH',
    hint: '--image registry.example/metalctl:1',
  });
}
