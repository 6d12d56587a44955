/** Whom `sandbox fail` and `sandbox heal` mean: one machine, or with `--all` every one. */
import { UserError } from '../../../errors/classes.js';

export interface Victim {
  /** Absent: all. */
  readonly server?: string;
  readonly fault?: string;
}

/** `SERVER [FAULT]`, or `--all [FAULT]`. @throws UserError USAGE */
export function victimOf(
  { target, fault }: { readonly target: string | undefined; readonly fault: string | undefined },
  isAll: boolean,
): Victim {
  if (isAll && fault !== undefined) {
    throw new UserError('USAGE', '--all means every machine: name none beside it', { hint: `--all ${fault}` });
  }
  if (isAll) return target === undefined ? {} : { fault: target };
  if (target === undefined) throw new UserError('USAGE', 'which machine?', { hint: ['bmc-1', '--all'] });
  return { server: target, ...(fault === undefined ? {} : { fault }) };
}
