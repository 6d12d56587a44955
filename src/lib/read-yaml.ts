/** Reads YAML that a person wrote, where a plain value is all that is wanted. The parser is loaded when it is needed. */

/** One document as a JSON value. @throws Error in the parser's words, which may quote the text */
export type YamlReader = (text: string) => unknown;

/**
 * The reader. Aliases are followed a hundred times at most, so that a few lines cannot unfold into gigabytes; tags of
 * languages make nothing.
 */
export async function yamlReader(): Promise<YamlReader> {
  const yaml = await import('yaml');
  // The bundle hands a late CommonJS package over as its default export.
  const parse = yaml.parse ?? yaml.default.parse;
  return (text) => parse(text, { maxAliasCount: 100, logLevel: 'error' });
}
