/** URLs in rules: absolute ones, or absolute paths, as Go's url.ParseRequestURI takes them. */
import type { Environment } from '@marcbachmann/cel-js';

/** Its parts as they were written; a path alone has no scheme and no host. */
class Url {
  constructor(
    readonly parsed: URL,
    readonly isPath: boolean,
    readonly text: string,
  ) {}
}

function read(text: string): Url | undefined {
  const isPath = text.startsWith('/');
  try {
    return /\s/.test(text) ? undefined : new Url(new URL(text, isPath ? 'path://host' : undefined), isPath, text);
  } catch {
    return undefined;
  }
}

function url(text: string): Url {
  const found = read(text);
  if (found === undefined) throw new Error(`URL parse error during conversion from string: ${JSON.stringify(text)}`);
  return found;
}

/** The authority as written: the URL class drops a port that is the scheme's own. */
const authority = ({ text }: Url): string => /^[^/]*:\/\/(?:[^/?#]*@)?([^/?#]*)/.exec(text)?.[1] ?? '';

function query({ parsed }: Url): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const [key, value] of parsed.searchParams) found[key] = [...(found[key] ?? []), value];
  return found;
}

export function registerUrl(environment: Environment): void {
  const type = 'kubernetes.URL';
  environment.registerType(type, { ctor: Url, fields: {} });
  environment.registerFunction('isURL(string): bool', (text: string) => read(text) !== undefined);
  environment.registerFunction(`url(string): ${type}`, url);
  environment.registerOperator(`${type} == ${type}`, (a: Url, b: Url) => a.text === b.text);
  const parts: Record<string, (at: Url) => string> = {
    getScheme: ({ parsed, isPath }) => (isPath ? '' : parsed.protocol.slice(0, -1)),
    getHost: authority,
    getHostname: (at) =>
      authority(at)
        .replace(/:\d+$/, '')
        .replace(/^\[|\]$/g, ''),
    getPort: (at) => /:(\d+)$/.exec(authority(at))?.[1] ?? '',
    getEscapedPath: ({ parsed, text }) => (/^[^/]*:\/\/[^/?#]*$/.test(text) ? '' : parsed.pathname),
  };
  for (const [name, part] of Object.entries(parts)) environment.registerFunction(`${type}.${name}(): string`, part);
  environment.registerFunction(`${type}.getQuery(): map<string, list<string>>`, query);
}
