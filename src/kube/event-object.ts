/** One Event object: who reports what about which object, within the API's limits of length. */
import { randomBytes } from 'node:crypto';
import type { KubeObject } from '../api/kind.js';
import type { Event } from '../api/kubernetes.js';
import { neutralise } from '../lib/sanitize.js';
import type { EventNote } from '../ports/events.js';

/** Limits of the API: `note` 1,024 bytes, names 128 characters. */
const maxNote = 1_000;
export const maxName = 128;

/** Who reports, and when (MicroTime). */
export interface Reporter {
  readonly controller: string;
  readonly instance: string;
  readonly time: string;
}

/** An Event as events.k8s.io/v1 has it. Events about cluster-scoped objects live in `default`. */
export function toEvent(regarding: KubeObject, note: EventNote, by: Reporter): Event {
  const { apiVersion, kind, metadata } = regarding;
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: {
      name: `${name.slice(0, 200)}.${randomBytes(8).toString('hex')}`,
      namespace: namespace ?? 'default',
    },
    eventTime: by.time,
    reportingController: by.controller.slice(0, maxName),
    reportingInstance: by.instance,
    action: note.action.slice(0, maxName),
    reason: note.reason.slice(0, maxName),
    type: note.type,
    note: cutBytes(neutralise(note.note), maxNote),
    regarding: {
      apiVersion,
      kind,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
  };
}

/** At most `max` bytes of UTF-8, whole characters, with an ellipsis when cut. */
function cutBytes(text: string, max: number): string {
  if (Buffer.byteLength(text) <= max) return text;
  const cut = Buffer.from(text).subarray(0, max).toString('utf8');
  return `${cut.replace(/\ufffd+$/u, '')}…`;
}
