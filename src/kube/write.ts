/**
 * Writes whose outcome is always known in the end. An answer can be lost after the write was carried out (a cut
 * connection, a time-out, a 5xx); repeating blindly would do it twice or answer "already exists" to its own author.
 * So the object is read back first and judged: done, not done, or overtaken by somebody else.
 *
 * | write                         | read back shows                  | then |
 * |-------------------------------|----------------------------------|------|
 * | create                        | nothing                          | repeat |
 * |                               | all that was sent                | done (names are deterministic: it is ours) |
 * |                               | something else                   | ALREADY_EXISTS |
 * | merge patch, with version; PUT | all that was sent               | done |
 * |                               | the version it was based on      | repeat |
 * |                               | another version                  | CONFLICT |
 * | merge patch, without version  | all that was sent                | done |
 * |                               | something else                   | repeat: it is idempotent |
 * | apply, any dry run            | (not read)                       | repeat: it is idempotent |
 * | JSON patch                    | (not read)                       | the failure is passed on: only its author can tell |
 * | delete of a UID               | nothing, another UID, or deleting | done |
 * |                               | it                               | repeat |
 * | delete of a name              | nothing, or deleting             | done |
 * |                               | an object                        | passed on: it may be a new one of the same name |
 */
import type { KubeObject } from '../api/kind.js';
import { ConflictError, PermanentError, type TransientError } from '../errors/classes.js';
import type { Answer, Call } from './call.js';
import { cannot, subjectOf } from './call.js';
import { reachedOf } from './classify.js';
import { holds } from './holds.js';
import { type RetryOptions, retrying } from './retry.js';

/** What reading back says about a write: its result, or whether it may be sent again. */
export type Verdict<R> = { readonly done: R } | 'repeat' | 'unknown';

export interface Write<R> {
  readonly call: Call;
  readonly resultOf: (answer: Answer) => R;
  /** Judges the live object after a lost answer. May throw what the write failed with. */
  readonly judge: (live: KubeObject | undefined) => Verdict<R>;
  /** Absent: the write is repeated without reading (`'repeat'`) or not at all (`'never'`). */
  readonly readBack: (() => Promise<KubeObject | undefined>) | 'repeat' | 'never';
}

/** Sends a write, repeating and reading back by the table above. */
export async function sendWrite<R>(
  send: (call: Call) => Promise<Answer>,
  write: Write<R>,
  options: RetryOptions,
): Promise<R> {
  const { readBack } = write;
  let isSuspect = false;
  let isStuck = false;

  const settle = async (failure: unknown): Promise<R> => {
    isSuspect = true;
    if (typeof readBack === 'string') throw failure;
    isStuck = true;
    const verdict = write.judge(await readBack());
    isStuck = verdict === 'unknown';
    if (typeof verdict === 'string') throw failure;
    return verdict.done;
  };

  const attempt = async (): Promise<R> => {
    try {
      return write.resultOf(await send(write.call));
    } catch (failure) {
      // A conflict after a lost answer may be with ourselves: the first request arrived after all.
      const isOwnEcho = isSuspect && failure instanceof ConflictError;
      if (reachedOf(failure) !== 'maybe' && !isOwnEcho) throw failure;
      return settle(failure);
    }
  };

  const mayRepeat = (failure: TransientError): boolean =>
    !isStuck && (readBack !== 'never' || reachedOf(failure) === 'no');
  return retrying(attempt, mayRepeat, options);
}

/** Judges a create: the object is ours when it holds all we sent. */
export function judgeCreate<T extends KubeObject>(call: Call, sent: T): (live: KubeObject | undefined) => Verdict<T> {
  const wanted = withoutStringData(sent);
  return (live) => {
    if (live === undefined) return 'repeat';
    if (holds(live, wanted)) return { done: live as T };
    throw new ConflictError('ALREADY_EXISTS', `${subjectOf(call.about)} already exists`, {
      why: 'an answer was lost, and the object read back is not the one that was sent',
    });
  };
}

/** Judges a merge patch or a PUT. `version` is the resourceVersion it was based on, if it named one. */
export function judgeChange<T extends KubeObject>(
  call: Call,
  sent: unknown,
  version: string | undefined,
): (live: KubeObject | undefined) => Verdict<T> {
  return (live) => {
    if (live === undefined) throw new PermanentError('NOT_FOUND', `${subjectOf(call.about)} not found`);
    if (holds(live, sent)) return { done: live as T };
    if (version === undefined || live.metadata.resourceVersion === version) return 'repeat';
    throw new ConflictError('CONFLICT', cannot(call.about), {
      why: 'an answer was lost, and the object was changed by somebody else since',
    });
  };
}

/** Judges a delete of one UID, or (`uid` absent) of a name. */
export function judgeDelete(uid: string | undefined): (live: KubeObject | undefined) => Verdict<boolean> {
  return (live) => {
    if (live === undefined || live.metadata.deletionTimestamp !== undefined) return { done: true };
    if (uid === undefined) return 'unknown';
    return live.metadata.uid === uid ? 'repeat' : { done: true };
  };
}

/** A Secret's `stringData` is written and never read: it comes back as `data`. */
function withoutStringData(sent: KubeObject): KubeObject {
  const { stringData, ...rest } = sent as KubeObject & { stringData?: Record<string, string>; data?: object };
  if (stringData === undefined) return sent;
  const encoded = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  return { ...rest, data: { ...rest.data, ...Object.fromEntries(encoded) } } as KubeObject;
}
