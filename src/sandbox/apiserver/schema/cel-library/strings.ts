/** What cel-go's string extension and Kubernetes' regular expressions have beyond cel-js: `replace`, `charAt`, `find`, … */
import type { Environment } from '@marcbachmann/cel-js';
import { re2 } from '../validate.js';

/** The first `limit` places; a negative limit means all of them. */
function replace(text: string, from: string, to: string, limit: bigint): string {
  if (limit < 0n) return text.replaceAll(from, () => to);
  const parts = text.split(from);
  const kept = Math.min(Number(limit), parts.length - 1);
  return parts.slice(0, kept).join(to) + (kept > 0 ? to : '') + parts.slice(kept).join(from);
}

function charAt(text: string, index: bigint): string {
  if (index < 0n || index > BigInt(text.length)) throw new Error(`index out of range: ${index}`);
  return text.charAt(Number(index));
}

/** As many as `limit`; a negative limit means all. Matching is RE2's, which cannot be stalled. */
function findAll(text: string, pattern: string, limit: bigint): string[] {
  const matcher = re2(pattern).matcher(text);
  const found: string[] = [];
  while ((limit < 0n || found.length < Number(limit)) && matcher.find()) found.push(matcher.group() ?? '');
  return found;
}

export function registerStrings(environment: Environment): void {
  environment.registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
    replace(text, from, to, -1n),
  );
  environment.registerFunction('string.replace(string, string, int): string', replace);
  environment.registerFunction('string.charAt(int): string', charAt);
  environment.registerFunction(
    'string.find(string): string',
    (text: string, pattern: string) => findAll(text, pattern, 1n)[0] ?? '',
  );
  environment.registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) =>
    findAll(text, pattern, -1n),
  );
  environment.registerFunction('string.findAll(string, int): list<string>', findAll);
}
