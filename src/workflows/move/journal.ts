/**
 * What a move remembers outside of both clusters: between which it is, what belongs to it, and how far it may be taken
 * back. Each phase is written before its first change; what was done within it is read off the objects. No secrets.
 */
import { PermanentError } from '../../errors/classes.js';

/**
 * `pausing` and `copying` can be rolled back; from `unpausing` on the target may drive hardware, and the only way is
 * forward.
 */
export type MovePhase =
  | 'pausing'
  | 'copying'
  | 'unpausing'
  | 'moved'
  | 'deleting'
  | 'done'
  | 'rollingBack'
  | 'rolledBack';

export interface Side {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** UID of the cluster's namespace `kube-system`: the same names may mean another cluster tomorrow. */
  readonly clusterUid: string;
}

export interface MovedObject {
  /** `Server`. */
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** In the source. */
  readonly uid: string;
  /** The operation annotation it had before it was paused. */
  readonly operation?: string;
  /** It was in the target already, and the same. */
  readonly isCommon?: boolean;
}

export interface MoveRecord {
  readonly apiVersion: 'cli.metalctl.dev/v1';
  readonly kind: 'MoveJournal';
  readonly id: string;
  readonly startedAt: string;
  readonly phase: MovePhase;
  readonly source: Side;
  readonly target: Side;
  readonly managerNamespace: string;
  readonly deleteSource: boolean;
  readonly objects: readonly MovedObject[];
}

/** Keeps a record; what it returned from is on disk. */
export interface Journal {
  write(record: MoveRecord): Promise<void>;
}

const phases: readonly string[] = [
  'pausing',
  'copying',
  'unpausing',
  'moved',
  'deleting',
  'done',
  'rollingBack',
  'rolledBack',
];

/** @throws PermanentError MANIFEST_INVALID */
export function parseRecord(text: string, path: string): MoveRecord {
  const bad = (why: string) => new PermanentError('MANIFEST_INVALID', `${path} is no journal of a move`, { why });
  let value: Partial<MoveRecord>;
  try {
    value = JSON.parse(text) as Partial<MoveRecord>;
  } catch {
    throw bad('it is not JSON');
  }
  if (value === null || typeof value !== 'object' || value.kind !== 'MoveJournal') throw bad('kind is not MoveJournal');
  if (typeof value.id !== 'string' || !/^[0-9a-z-]{8,64}$/.test(value.id)) throw bad('it has no id');
  if (!phases.includes(value.phase ?? '')) throw bad(`phase "${String(value.phase)}" is none`);
  if (!Array.isArray(value.objects) || !value.source?.clusterUid || !value.target?.clusterUid)
    throw bad('it is incomplete');
  return value as MoveRecord;
}
