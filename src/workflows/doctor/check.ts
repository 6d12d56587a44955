/**
 * What a check of `doctor` is, as data: an id that stays, a title, and a probe that tells what it found, with evidence
 * and a way out. A probe that may not look says so; it never fails the run.
 */
import { isMetalError, type MetalError } from '../../errors/classes.js';
import type { Identification } from '../../ports/bmc.js';
import type { Clock } from '../../ports/clock.js';
import type { Cluster } from '../../ports/cluster.js';
import type { ModeName } from '../install/modes.js';

export type Area = 'cluster' | 'bmc' | 'network' | 'tools';
export type Verdict = 'ok' | 'warning' | 'failure' | 'skipped';

export interface Finding {
  readonly verdict: Verdict;
  /** What was seen, in a line. */
  readonly evidence: string;
  /** Command or action that lifts it. */
  readonly fix?: string;
  /** Objects it is about: `server/node-07`. */
  readonly targets?: readonly string[];
  /** A repair that cannot hurt; carried out only with `--fix`. */
  readonly repair?: Repair;
}

export interface Repair {
  /** What it would do, as a sentence without a subject. */
  readonly what: string;
  readonly run: () => Promise<void>;
}

/** What checks may look at. */
export interface Patient {
  readonly cluster: Cluster & ClusterQuestions;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly managerNamespace: string;
  /** Namespace of claims. */
  readonly namespace: string;
  /** The mode whose rights must suffice; those of others only inform. */
  readonly role: ModeName;
  /** Opens the port that sends no credentials. */
  readonly identification: () => Promise<Identification>;
  /** Why nothing at this address takes a connection from here; undefined when something does. Nothing is sent. */
  readonly reach: (host: string, port: number) => Promise<string | undefined>;
}

/** What the real cluster port can be asked beyond the port. */
export interface ClusterQuestions {
  version(signal?: AbortSignal): Promise<{ readonly gitVersion: string }>;
  served(kind: import('../../api/kind.js').KindDef, signal?: AbortSignal): Promise<boolean>;
  raw(
    method: 'GET' | 'POST',
    path: string,
    options?: { readonly body?: unknown; readonly signal?: AbortSignal },
  ): Promise<{ readonly body: unknown; readonly headers: Readonly<Record<string, string | string[] | undefined>> }>;
}

export interface Check {
  /** `D010`: stays what it is. */
  readonly id: string;
  readonly title: string;
  readonly area: Area;
  readonly probe: (patient: Patient) => Promise<Finding>;
}

export interface Result extends Finding {
  readonly id: string;
  readonly title: string;
  readonly area: Area;
}

export const ok = (evidence: string): Finding => ({ verdict: 'ok', evidence });
export const skipped = (evidence: string): Finding => ({ verdict: 'skipped', evidence });

/** Runs checks in order. The first one that shows the API away ends those that need it. */
export async function examine(
  checks: readonly Check[],
  patient: Patient,
  onResult: (result: Result) => void = () => undefined,
): Promise<Result[]> {
  const results: Result[] = [];
  let isAway = false;
  for (const { id, title, area, probe } of checks) {
    patient.signal.throwIfAborted();
    const finding: Finding =
      isAway && area !== 'tools' ? skipped('the API server does not answer') : await found(probe, patient);
    isAway ||= id === apiCheck && finding.verdict === 'failure';
    const result = { id, title, area, ...finding };
    results.push(result);
    onResult(result);
  }
  return results;
}

/** The check that all others of a cluster rest on. */
export const apiCheck = 'D001';

async function found(probe: Check['probe'], patient: Patient): Promise<Finding> {
  try {
    return await probe(patient);
  } catch (error) {
    if (!isMetalError(error)) throw error;
    if (error.code === 'API_FORBIDDEN') return notPermitted(error);
    if (error.code === 'CRD_MISSING') return skipped(error.message);
    const [fix] = error.hints;
    const evidence = error.why === undefined ? error.message : `${error.message}: ${error.why}`;
    return { verdict: 'failure', evidence, ...(fix === undefined ? {} : { fix }) };
  }
}

/** What an account may not see is not ill: it is not known. */
export const notPermitted = ({ why, message }: MetalError): Finding =>
  skipped(`not permitted to this account, so not checked: ${why ?? message}`);

const most = 3;

/** Names of a few, and how many more there are. */
export const some = (names: readonly string[]): string =>
  names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
