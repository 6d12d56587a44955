/** Which resource a path names, in the layout of the Kubernetes API. */

export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly plural: string;
  readonly name: string;
  /** A path of the old form `/api/v1/watch/…`, which is a watch whatever the query says. */
  readonly isWatch: boolean;
  /** What follows the name. */
  readonly rest: readonly string[];
}

const NAMESPACE_PARTS = new Set(['status', 'finalize']);

/** Take a path apart; undefined when it names no resource. */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const parts = path.split('/').slice(1).map(decodePart);
  if (parts.at(-1) === '') parts.pop();
  const [root, first, second] = parts;
  if (root === 'api' && first !== undefined) return parseWatched('', first, parts.slice(2));
  if (root === 'apis' && first !== undefined && second !== undefined) {
    return parseWatched(first, second, parts.slice(3));
  }
  return undefined;
}

function decodePart(part: string): string {
  if (!part.includes('%')) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function parseWatched(group: string, version: string, parts: readonly string[]): ResourcePath | undefined {
  const isWatch = parts[0] === 'watch';
  const found = parseWithin(group, version, isWatch ? parts.slice(1) : parts);
  return found === undefined ? undefined : { ...found, isWatch };
}

function parseWithin(
  group: string,
  version: string,
  parts: readonly string[],
): Omit<ResourcePath, 'isWatch'> | undefined {
  const [first, second, third, ...more] = parts;
  if (first === undefined) return undefined;
  if (first === 'namespaces' && second !== undefined && third !== undefined && !isOwnPart(group, third)) {
    const [name = '', ...rest] = more;
    return { group, version, namespace: second, plural: third, name, rest };
  }
  const rest = third === undefined ? [] : [third, ...more];
  return { group, version, namespace: '', plural: first, name: second ?? '', rest };
}

/** `/api/v1/namespaces/x/status` is a part of the namespace, not a resource in it. */
const isOwnPart = (group: string, part: string) => group === '' && NAMESPACE_PARTS.has(part);
