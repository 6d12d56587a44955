/** Ignition as a claim takes it: JSON with a version, checked before anything is written. */
import { UserError } from '../../errors/classes.js';

/**
 * Checks the text of an ignition file. The text itself is used as it is: a signature or hash may cover its bytes.
 * @throws UserError IGNITION_INVALID
 */
export function checkIgnition(text: string, file: string): void {
  const value = parse(text, file);
  const ignition = isRecord(value) ? value.ignition : undefined;
  const version = isRecord(ignition) ? ignition.version : undefined;
  if (typeof version === 'string' && /^\d+\.\d+\.\d+/.test(version)) return;
  throw new UserError('IGNITION_INVALID', `${file} is not Ignition`, {
    why: version === undefined ? 'it has no ignition.version' : 'its ignition.version is not a version such as 3.4.0',
  });
}

/** The parser's own message is left out: it quotes the file, which holds keys and tokens. */
function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError('IGNITION_INVALID', `${file} is not JSON`, { why: whereOf(error as Error, text) });
  }
}

function whereOf({ message }: Error, text: string): string {
  const at = /position (\d+)/.exec(message)?.[1];
  if (at === undefined)
    return /^\s*(variant|---|[a-z_]+:)/.test(text) ? 'it looks like Butane or YAML' : 'it does not parse';
  const before = text.slice(0, Number(at)).split('\n');
  return `it stops making sense at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
