/**
 * A cordon that ends by itself: whoever set it said until when, and the first visit after that takes it away. Nothing
 * waits for the moment: passes and resyncs come often enough for what is meant in hours.
 */
import { ownAnnotations, type Server } from '../../api/metal/v1alpha1/index.js';
import { patchSelf } from '../effects.js';
import { stay } from '../runtime/decision.js';
import type { Interrupt } from '../runtime/machine.js';
import type { ServerInput } from './reader.js';

/** Every annotation a cordon leaves. */
export const cordonMarks = [
  ownAnnotations.cordonedBy,
  ownAnnotations.cordonedAt,
  ownAnnotations.cordonReason,
  ownAnnotations.cordonUntil,
] as const;

/** What takes a cordon away, with what it left; the marks that are there only. */
export function withoutCordon({ metadata }: Server): Record<string, unknown> {
  const left = cordonMarks.filter((mark) => mark in (metadata.annotations ?? {}));
  return {
    ...(left.length > 0 ? { metadata: { annotations: Object.fromEntries(left.map((mark) => [mark, null])) } } : {}),
    spec: { unclaimable: false },
  };
}

/** An end nobody can read never comes: the cordon stays, which is the safe side. */
const isOver = ({ metadata }: Server, now: Date): boolean =>
  Date.parse(metadata.annotations?.[ownAnnotations.cordonUntil] ?? '') <= now.getTime();

/** Stands before the table: a cordon ends in whatever state its server is. */
export const cordonEnding: Interrupt<ServerInput> = {
  name: 'cordonEnding',
  to: [],
  run: ({ server, now }) => {
    if (!isOver(server, now)) return undefined;
    const note = `The cordon ended at ${server.metadata.annotations?.[ownAnnotations.cordonUntil]}`;
    return stay('CordonEnded', {
      message: note,
      effects: [
        patchSelf(withoutCordon(server)),
        { do: 'announce', event: { type: 'Normal', reason: 'CordonEnded', action: 'Uncordon', note } },
      ],
      recheckMs: 1_000,
    });
  },
};
