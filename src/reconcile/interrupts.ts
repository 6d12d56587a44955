/** Rules that stand before every machine: ignored objects, and finalizers. */
import type { KubeObject } from '../api/kind.js';
import { annotations, operations } from '../api/metal/v1alpha1/index.js';
import { type PatchSelf, patchSelf, record } from './effects.js';
import { type Decision, rest, stay } from './runtime/decision.js';
import type { Interrupt } from './runtime/machine.js';

/** `metal.ironcore.dev/operation: ignore` stands the operator down; deletion goes on, as upstream has it. */
export const ignored = <In>(objectOf: (input: In) => KubeObject): Interrupt<In> => ({
  name: 'ignored',
  to: [],
  run: (input) => {
    const { deletionTimestamp, annotations: marks } = objectOf(input).metadata;
    if (deletionTimestamp !== undefined || marks?.[annotations.operation] !== operations.ignore) return undefined;
    return rest('Ignored', { message: 'Reconciliation is switched off by annotation' });
  },
});

/**
 * Keeps an object until its clean-up is done. The finalizer is added on the first visit, before anything that would need
 * cleaning up; `cleanUp` returns undefined when nothing is left, and the finalizer goes with the next write.
 */
export const finalizer = <In>(
  name: string,
  objectOf: (input: In) => KubeObject,
  cleanUp: (input: In) => Promise<Decision | undefined>,
): Interrupt<In> => ({
  name: 'finalizer',
  to: [],
  run: async (input) => {
    const object = objectOf(input);
    const present = object.metadata.finalizers ?? [];
    if (object.metadata.deletionTimestamp === undefined)
      return present.includes(name) ? undefined : added(name, present);
    if (!present.includes(name)) return rest('Deleting', { message: 'Waiting for the finalizers of others' });
    return (await cleanUp(input)) ?? removed(name, present);
  },
});

const added = (name: string, present: readonly string[]): Decision =>
  stay('AddingFinalizer', { effects: [record(setFinalizers([...present, name]))], recheckMs: 1_000 });

const removed = (name: string, present: readonly string[]): Decision =>
  rest('Deleted', { message: 'Clean-up is done', effects: [setFinalizers(present.filter((other) => other !== name))] });

const setFinalizers = (finalizers: readonly string[]): PatchSelf =>
  patchSelf({ metadata: { finalizers: [...finalizers] } });
