/** Reads YAML that a person wrote, where a plain value is all that is wanted. The parser is loaded when it is needed. */

/** One document as a JSON value. @throws Error in the parser's words, which may quote the text */
export type YamlReader = (text: string) => unknown;

/** `0644` is a file mode to Go's parser, and a decimal number to YAML 1.2. */
const octal = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^0[0-7]+$/,
  resolve: (text: string) => Number.parseInt(text, 8),
};

/**
 * The reader. Aliases are followed a hundred times at most, so that a few lines cannot unfold into gigabytes; tags of
 * languages make nothing. `likeGo` takes what Go's parser takes, for documents that are written for programs in Go. `isStrict` refuses what is no plain value: foreign tags, and
 * mappings within themselves.
 */
export async function yamlReader({ likeGo = false, isStrict = false } = {}): Promise<YamlReader> {
  const yaml = await import('yaml');
  if (isStrict) return strictReader(yaml.parseDocument ?? yaml.default.parseDocument);
  // The bundle hands a late CommonJS package over as its default export.
  const parse = yaml.parse ?? yaml.default.parse;
  const tags = likeGo ? { customTags: (all: unknown[]) => [octal, ...all] as never } : {};
  const read: YamlReader = (text) => parse(text, { maxAliasCount: 100, logLevel: 'error', ...tags });
  return likeGo ? (text) => drawnIn(text, read) : read;
}

type ParseDocument = typeof import('yaml')['parseDocument'];

const strictReader =
  (parse: ParseDocument): YamlReader =>
  (text) => {
    const document = parse(text, { logLevel: 'error' });
    const [fault] = [...document.errors, ...document.warnings];
    if (fault !== undefined) throw fault;
    return JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: 100 })));
  };

/** Each costs a parse of its own; nobody writes more of them than a few. */
const maxDrawnIn = 20;

/**
 * Go's parser lets a bracket that closes stand anywhere; YAML 1.2 wants it further in than its key. Upstream's own
 * template makes such a line of every machine's key: the bracket is drawn to the line before, where it means the same.
 */
function drawnIn(text: string, read: YamlReader): unknown {
  let present = text;
  for (let tries = 0; ; tries += 1) {
    try {
      return read(present);
    } catch (error) {
      const { code, pos } = error as { code?: string; pos?: readonly number[] };
      const at = pos?.[0] ?? -1;
      const before = present.slice(0, Math.max(at, 0)).trimEnd();
      const isBracket = code === 'BAD_INDENT' && /[\]}]/.test(present.charAt(at)) && before.length < at;
      if (!isBracket || tries >= maxDrawnIn) throw error;
      present = `${before} ${present.slice(at)}`;
    }
  }
}

/** Where the parser gave up, without its own words: they quote the text, which may hold keys and tokens. */
export function whereYamlFails(error: unknown): string {
  const [at] = (error as { linePos?: readonly { line: number; col: number }[] }).linePos ?? [];
  return at === undefined ? 'it is no YAML' : `it is no YAML at line ${at.line}, column ${at.col}`;
}
