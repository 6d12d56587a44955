/**
 * The one function every link of a BMC passes before it is requested: @odata.id, nextLink, action target, Location,
 * settings object, and URIs that came from outside. A compromised BMC may send anything; what leaves here names a path
 * on the BMC's own origin and nothing else.
 */
import { PermanentError } from '../../errors/classes.js';
import { trailingSlashes } from '../../lib/trailing-slashes.js';

/** Path and query on the BMC's origin, percent-encoded, without a fragment. */
export type Path = string & { readonly __brand: 'Path' };

const longest = 4096;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const forbidden = /[\u0000-\u001f\u007f\\]/;
const dotSegment = /(^|\/)(\.|%2e){1,2}(\/|$)/i;

/**
 * Path of a link as it may be requested.
 * @throws PermanentError BMC_HOSTILE_LINK for everything that is not a path starting with exactly one slash, or that
 * the URL parser resolves to another origin
 */
export function safePath(link: unknown, origin: string): Path {
  if (typeof link !== 'string') throw hostile(String(link), 'it is not a string');
  if (link.length > longest) throw hostile(link, `it is longer than ${longest} characters`);
  if (!link.startsWith('/') || link.startsWith('//')) throw hostile(link, 'it is not an absolute path');
  if (forbidden.test(link)) throw hostile(link, 'it contains a control character or a backslash');
  if (dotSegment.test(link.split(/[?#]/, 1)[0] ?? '')) throw hostile(link, 'it contains dot segments');
  return resolved(link, origin);
}

/**
 * Path of a `Location` header, which may be absolute (RFC 9110 10.2.2) as long as it stays on the origin.
 * @throws PermanentError BMC_HOSTILE_LINK
 */
export function locationPath(location: string, origin: string): Path {
  if (!/^https?:\/\//i.test(location)) return safePath(location, origin);
  const url = parsed(location, origin);
  if (url === undefined || url.origin !== origin || url.username !== '' || url.password !== '') {
    throw hostile(location, 'it leaves the BMC');
  }
  return safePath(url.pathname + url.search, origin);
}

/** The part of a link after `#`: a JSON pointer into the resource (RFC 6901), or undefined. */
export function fragmentOf(link: string): string | undefined {
  const at = link.indexOf('#');
  return at < 0 || at === link.length - 1 ? undefined : link.slice(at + 1);
}

/** Two links name one resource: trailing slashes and fragments do not count (iLO mixes them). Never sent, only compared. */
export function comparable(link: string): string {
  return (link.split('#', 1)[0] ?? '').replace(trailingSlashes, '');
}

function resolved(link: string, origin: string): Path {
  const url = parsed(link, origin);
  if (url === undefined || url.origin !== origin) throw hostile(link, 'it leaves the BMC');
  return (url.pathname + url.search) as Path;
}

function parsed(link: string, origin: string): URL | undefined {
  try {
    return new URL(link, origin);
  } catch {
    return undefined;
  }
}

function hostile(link: string, reason: string): PermanentError {
  return new PermanentError('BMC_HOSTILE_LINK', 'following a link of the BMC', {
    why: `${JSON.stringify(link.slice(0, 120))} is refused: ${reason}`,
    context: { link: link.slice(0, 200) },
  });
}
