/** Body of `validate ignition`. */
import { judgeIgnition } from '../../api/ignition-judge.js';
import { ignitionFormat } from '../../api/metal/v1alpha1/constants.js';
import { UserError } from '../../errors/classes.js';
import type { validateIgnitionCommand } from '../validate.js';
import { readText, stdinText } from './discover-credentials.js';
import type { Run } from './kit/run.js';

/** @throws UserError FILE_NOT_FOUND · IGNITION_INVALID when there is a fault */
export default async function ({ args, flags, out, talk }: Run<typeof validateIgnitionCommand>): Promise<void> {
  const source = args.file === '-' ? 'stdin' : args.file;
  const text = args.file === '-' ? await stdinText() : await readText(args.file, 'the ignition file');
  const format = flags.format === 'auto' ? formatOf(text) : flags.format;
  const verdict = await judgeIgnition(text, format);
  const { reason, message, warnings } = verdict;
  const valid = reason === 'Valid' && !(flags.strict && warnings.length > 0);
  for (const warning of warnings) talk.warn(`${source}: ${warning}`);
  const words = format === ignitionFormat ? 'Butane' : 'Ignition';
  await out.document({ kind: 'IgnitionReport', source, format, valid, reason, message, warnings }, () => '');
  if (valid) return talk.note(`${source}: valid ${words}${words === 'Butane' ? ` for ${message}` : ''}`);
  throw new UserError('IGNITION_INVALID', `${source} is no valid ${words}`, {
    why: reason === 'Valid' ? `--strict, and there are warnings: ${warnings[0]}` : `${reason}: ${message}`,
    hint: format === ignitionFormat ? 'metalctl validate ignition FILE --format json   if it is JSON' : hintOf(reason),
  });
}

const formatOf = (text: string): 'json' | 'fcos' => (text.trimStart().startsWith('{') ? 'json' : ignitionFormat);

const hintOf = (reason: string): string =>
  reason === 'InvalidJSON' ? 'metalctl validate ignition FILE --format fcos   if it is Butane' : 'correct the file';
