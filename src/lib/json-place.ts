/** Where a JSON text stops making sense, without its words: the parser's own message quotes them. */
export function whereJsonFails({ message }: Error, text: string): string {
  const at = /position (\d+)/.exec(message)?.[1];
  if (at === undefined)
    return /^\s*(variant|---|[a-z_]+:)/.test(text) ? 'it looks like Butane or YAML' : 'it does not parse';
  const before = text.slice(0, Number(at)).split('\n');
  return `it stops making sense at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
