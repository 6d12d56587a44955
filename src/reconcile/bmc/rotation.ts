/**
 * The record of a rotation on its BMC object: which BMCSecret comes next. It is written first and goes with the switch of
 * the reference, so that whoever comes after a crash finds both passwords and can ask the BMC which one it took.
 */
import { type BMC, ownAnnotations } from '../../api/metal/v1alpha1/index.js';

export interface RotationRecord {
  /** BMCSecret with the password that comes. */
  readonly next: string;
  /** RFC 3339. */
  readonly at: string;
}

/** What is left of a rotation whose reference is switched: a secret to be deleted. */
export interface RotationRest {
  readonly old: string;
  readonly at: string;
}

/** The rotation under way, if any. What cannot be read is none: it names no secret. */
export function rotationOf(bmc: BMC): RotationRecord | undefined {
  const { next, at } = recorded(bmc);
  return typeof next === 'string' && next !== '' ? { next, at: String(at) } : undefined;
}

/** What a rotation left to be done. */
export function restOf(bmc: BMC): RotationRest | undefined {
  const { old, at } = recorded(bmc);
  return typeof old === 'string' && old !== '' ? { old, at: String(at) } : undefined;
}

function recorded({ metadata }: BMC): { next?: unknown; old?: unknown; at?: unknown } {
  try {
    return JSON.parse(metadata.annotations?.[ownAnnotations.credentialRotation] ?? '{}') ?? {};
  } catch {
    return {};
  }
}

/** Annotation patch that begins, moves on or ends one. */
export const recordPatch = (record: RotationRecord | RotationRest | null) => ({
  [ownAnnotations.credentialRotation]: record === null ? null : JSON.stringify(record),
});

/** So long a rotation is given before others try the credential on record again. */
const holdMs = 300_000;

/** Whether somebody is changing the password right now: a login with either could be the one too many. */
export function isRotating(bmc: BMC, now: Date): boolean {
  const age = now.getTime() - Date.parse(rotationOf(bmc)?.at ?? '');
  return age < holdMs;
}
