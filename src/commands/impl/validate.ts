/** Body of `validate`. */
import { UserError } from '../../errors/classes.js';
import { neutralise } from '../../lib/sanitize.js';
import type { validateCommand } from '../validate.js';
import { readManifests } from './kit/manifest-files.js';
import { type Judged, judge } from './kit/offline.js';
import type { Rows } from './kit/out.js';
import type { Run } from './kit/run.js';

/** @throws UserError MANIFEST_INVALID when there is a fault */
export default async function ({ flags, out, talk }: Run<typeof validateCommand>): Promise<void> {
  const judged = await judge(await readManifests(flags.file));
  for (const { source, object, isKnown } of judged) {
    if (!isKnown)
      talk.warn(
        `${source}: ${object.kind} of ${object.apiVersion} is no kind of metalctl: its fields were not looked at`,
      );
  }
  const faulty = judged.filter(({ faults }) => faults.length > 0);
  const objects = judged.map(({ source, object, isKnown, faults }) => ({
    source,
    object: nameOf(object),
    checked: isKnown,
    faults,
  }));
  await out.document(
    { kind: 'ValidateReport', objects },
    () => rowsOf(faulty),
    faulty.map(({ object }) => nameOf(object)),
  );
  if (faulty.length === 0) return talk.note(`${count(judged.length, 'object')}, no fault found`);
  const faults = faulty.reduce((sum, each) => sum + each.faults.length, 0);
  throw new UserError(
    'MANIFEST_INVALID',
    `${count(faults, 'fault')} in ${faulty.length} of ${count(judged.length, 'object')}`,
    {
      why: faulty
        .slice(0, 3)
        .map(({ source, object, faults: [first] }) => `${source} ${nameOf(object)}: ${first?.path} ${first?.message}`)
        .join('\n'),
      hint: hintOf(faulty),
      context: { targets: faulty.map(({ object }) => nameOf(object)) },
    },
  );
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

const nameOf = ({ kind, metadata }: Judged['object']): string =>
  `${kind.toLowerCase()}/${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;

const rowsOf = (faulty: readonly Judged[]): Rows | string =>
  faulty.length === 0
    ? ''
    : {
        columns: ['SOURCE', 'OBJECT', 'FIELD', 'FAULT'].map((header) => ({ header })),
        rows: faulty.flatMap(({ source, object, faults }) =>
          faults.map(({ path, message }) => [source, nameOf(object), path, message].map(neutralise)),
        ),
      };

/** Kinds whose fields `explain` tells. */
const hintOf = (faulty: readonly Judged[]): string[] => {
  const kinds = [...new Set(faulty.filter(({ isKnown }) => isKnown).map(({ object }) => object.kind))];
  return kinds.length === 0
    ? ['correct the files']
    : kinds.slice(0, 2).map((kind) => `metalctl explain ${kind.toLowerCase()} --recursive     the fields there are`);
};
