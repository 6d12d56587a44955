/** Contents of a Butane document as Ignition has them: a URL, or the text itself as a data URL. */
import { ButaneError, type Json } from './translate.js';

const plain = ['source', 'compression', 'verification'] as const;
const known = new Set([...plain, 'inline', 'local', 'http_headers']);

/** @throws ButaneError for contents in a file beside the document, and for more than one place they come from */
export function resourceOf(value: Json, path: string, warnings: string[]): Json {
  const from = ['source', 'inline', 'local'].filter((name) => value[name] !== undefined && value[name] !== null);
  if (from.length > 1) throw new ButaneError(`${path} has both ${from.join(' and ')}`);
  if (from[0] === 'local') throw new ButaneError(`${path}.local names a file, and there are none beside a Secret`);
  for (const name of Object.keys(value))
    if (!known.has(name)) warnings.push(`${path}.${name.slice(0, 64)}: not known, left out`);
  const made: Json = {};
  for (const name of plain) if (value[name] !== undefined && value[name] !== null) made[name] = value[name];
  if (Array.isArray(value.http_headers) && value.http_headers.length > 0) made.httpHeaders = value.http_headers;
  if (from[0] !== 'inline') return made;
  if (typeof value.inline !== 'string') throw new ButaneError(`${path}.inline is no text`);
  return { ...made, source: dataUrl(value.inline), compression: made.compression ?? '' };
}

/** The shorter of the two forms; percent signs read better where both are equal. */
function dataUrl(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  // From the bytes again: half a surrogate pair has no UTF-8, and encodeURIComponent throws at it.
  const percent = `data:,${encodeURIComponent(bytes.toString('utf8'))}`;
  const base64 = `data:;base64,${bytes.toString('base64')}`;
  return base64.length < percent.length ? base64 : percent;
}
