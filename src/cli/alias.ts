/** Aliases of the config: one word of the user's becomes a command line of metalctl's. */
import { commands } from '../commands/index.js';
import { UserError } from '../errors/classes.js';

/**
 * The words with an alias at their beginning put in full, once: an alias in an alias is not looked up. `$1` stands for
 * the first word after it, `$@` for all that no number took; what is not asked for is appended.
 * @throws UserError USAGE when a word is missing
 */
export function expandAlias(words: readonly string[], aliases: Readonly<Record<string, string>>): readonly string[] {
  const [name = '', ...given] = words;
  const text = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
  if (text === undefined || isCommand(name)) return words;
  const used = new Set<number>();
  const parts = splitWords(text).flatMap((part) => {
    if (part === '$@') return [part];
    return part.replace(/\$(\d)/g, (_, digit: string) => {
      const at = Number(digit) - 1;
      used.add(at);
      const value = given[at];
      if (value === undefined)
        throw new UserError('USAGE', `the alias "${name}" wants ${digit} words`, { why: `${name} is "${text}"` });
      return value;
    });
  });
  const rest = given.filter((_, at) => !used.has(at));
  return parts.includes('$@') ? parts.flatMap((part) => (part === '$@' ? rest : [part])) : [...parts, ...rest];
}

const isCommand = (word: string): boolean => commands.some(({ name }) => name.split(' ')[0] === word);

/** Words as a shell parts them, as far as quotes go. */
const splitWords = (text: string): string[] =>
  (text.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []).map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
