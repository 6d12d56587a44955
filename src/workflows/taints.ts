/** Taints as they are written on a command line. */
import type { Taint } from '../api/fields.js';
import { UserError } from '../errors/classes.js';

const form = /^([^=:\s]+)(?:=([^=:\s]*))?:([A-Za-z]+)$/;
const effects = ['NoBind', 'Evict'];

/** Whether a word reads as `KEY[=VALUE]:EFFECT`. */
export const isTaint = (word: string): boolean => form.test(word);

/** @throws UserError USAGE */
export function readTaint(word: string): Taint {
  const [, key = '', value, effect = ''] = form.exec(word) ?? [];
  if (key === '') throw new UserError('USAGE', `${word} is not a taint`, { hint: 'KEY[=VALUE]:NoBind' });
  if (!effects.includes(effect)) {
    throw new UserError('USAGE', `${word} has an unknown effect`, { hint: `effects are ${effects.join(' and ')}` });
  }
  return { key, effect, ...(value === undefined ? {} : { value }) } as Taint;
}
