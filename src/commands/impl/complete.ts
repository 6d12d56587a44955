/**
 * The hidden `__complete`: what shells call while a person presses Tab. Answers lines `value<TAB>description` and a
 * last line `:directive` (1 no space after, 2 no files). It never prompts, never logs, never calls a BMC, and whatever
 * goes wrong it stays silent: half a command line is no place for an error.
 */
import { catalogue } from '../../errors/catalogue.js';
import { neutralise } from '../../lib/sanitize.js';
import type { CommandDef } from '../define.js';
import { cachedNames, placeIn } from './complete/cache.js';
import { type Candidate, type Lookup, nextWords } from './complete/words.js';

/** `--shell S -- WORDS…`, or `--refresh NAMES`. */
export async function complete(words: readonly string[], commands: readonly CommandDef[]): Promise<string> {
  const [first, second = ''] = words;
  try {
    if (first === '--refresh') {
      const { refreshNames } = await import('./complete/refresh.js');
      await refreshNames(placeIn(words), second);
      return '';
    }
    // PowerShell drops empty arguments of programs: its script writes them as a pair of quotes.
    const line = joined(words.slice(words.indexOf('--') + 1)).map((word) => (word === '""' ? '' : word));
    return await answer(line, second, commands);
  } catch {
    return '';
  }
}

/** bash takes `--flag=value` apart at the sign. */
function joined(words: readonly string[]): string[] {
  const whole: string[] = [];
  for (const [at, word] of words.entries()) {
    const isValue = at > 1 && words[at - 1] === '=' && words[at - 2]?.startsWith('--') === true;
    const isSign = word === '=' && at > 0 && words[at - 1]?.startsWith('--') === true;
    if (isSign || isValue) whole[whole.length - 1] += word;
    else whole.push(word);
  }
  return whole;
}

async function answer(line: readonly string[], shell: string, commands: readonly CommandDef[]): Promise<string> {
  const next = nextWords(line, commands, Object.keys(catalogue));
  const looked: Candidate[] = [];
  for (const lookup of next.lookups) looked.push(...(await found(line, lookup)));
  const fit = [...next.candidates, ...looked].filter(
    ({ value }) => value.startsWith(next.current) && (value === next.current || !next.used.has(value)),
  );
  // bash replaces only what stands after the sign.
  const cut = shell === 'bash' && next.current.startsWith('--') ? next.current.indexOf('=') + 1 : 0;
  const lines = fit.map(({ value, description = '' }) => {
    const text = neutralise(value.slice(cut));
    return shell === 'bash' || description === '' ? text : `${text}\t${neutralise(description)}`;
  });
  const isOpen = fit.length > 0 && fit.every(({ value }) => /[=/]$/.test(value));
  return `${[...lines, `:${(isOpen ? 1 : 0) + (next.takesFiles ? 0 : 2)}`].join('\n')}\n`;
}

async function found(line: readonly string[], { names, prefix = '', namespace }: Lookup): Promise<Candidate[]> {
  const known = await cachedNames(placeIn(line), names);
  if (known === undefined) return [];
  const isHere = (inside: string): boolean => inside === '' || inside === (namespace ?? known.namespace);
  return known.items
    .filter(({ namespace: inside }) => isHere(inside))
    .map(({ name, description }) => ({ value: `${prefix}${name}`, description }));
}
