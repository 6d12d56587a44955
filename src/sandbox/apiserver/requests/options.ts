/** The query parameters of writes: dryRun, fieldManager, fieldValidation, force. */
import { forbiddenField, invalidValue, notSupported, required, tooLong } from '../field-errors.js';
import { type FieldError, invalid } from '../status.js';

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly fieldValidation: 'Strict' | 'Warn' | 'Ignore';
  readonly force: boolean;
}

const VALIDATIONS = ['', 'Ignore', 'Strict', 'Warn'];
const MAX_MANAGER = 128;

/** Read them for one kind of write. @throws StatusError 422 */
export function writeOptions(
  query: URLSearchParams,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  userAgent: string,
  isApply = false,
): WriteOptions {
  const errors: FieldError[] = [];
  const dryRuns = query.getAll('dryRun');
  const manager = query.get('fieldManager') ?? '';
  const validation = query.get('fieldValidation') ?? '';
  const force = query.get('force');
  if (kind === 'PatchOptions' && !isApply && force !== null && force !== 'false') {
    errors.push(forbiddenField('force', 'may not be specified for non-apply patch'));
  }
  if (isApply && manager === '') errors.push(required('fieldManager', 'is required for apply patch'));
  errors.push(...managerErrors(manager), ...dryRunErrors(dryRuns));
  if (!VALIDATIONS.includes(validation)) errors.push(notSupported('fieldValidation', validation, VALIDATIONS));
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', errors);
  return {
    dryRun: dryRuns.length > 0,
    fieldManager: manager === '' ? managerFromAgent(userAgent) : manager,
    fieldValidation: validation === '' ? 'Warn' : (validation as WriteOptions['fieldValidation']),
    force: force === 'true' || force === '1',
  };
}

/** Errors of `dryRun` values. */
export const dryRunErrors = (values: readonly string[]): FieldError[] =>
  values.some((value) => value !== 'All') ? [notSupported('dryRun', values, ['All'])] : [];

function managerErrors(manager: string): FieldError[] {
  if (Buffer.byteLength(manager) > MAX_MANAGER) return [tooLong('fieldManager', MAX_MANAGER)];
  const errors: FieldError[] = [];
  let position = 0;
  for (const rune of manager) {
    if (/[\p{C}\p{Zl}\p{Zp}]/u.test(rune)) {
      const code = (rune.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      const shown = manager.replace(/\p{Cc}/gu, (c) => `\\x${(c.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`);
      const message = `Invalid value: "${shown}": invalid character U+${code} (at position ${position})`;
      errors.push({ ...invalidValue('fieldManager', '', ''), message });
    }
    position += 1;
  }
  return errors;
}

/** Without a name the writer is called after its user agent, up to the first slash. */
const managerFromAgent = (agent: string): string => {
  const [program = ''] = agent.split('/');
  return program === '' ? 'unknown' : program;
};
