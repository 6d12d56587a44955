/** Ignition as a claim takes it: JSON with a version, checked before anything is written. */
import { UserError } from '../../errors/classes.js';
import { whereJsonFails } from '../../lib/json-place.js';

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
    throw new UserError('IGNITION_INVALID', `${file} is not JSON`, { why: whereJsonFails(error as Error, text) });
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
