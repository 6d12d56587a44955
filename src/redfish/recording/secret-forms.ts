/**
 * The forms a secret takes on its way through headers, URLs, JSON and HTML: what has to be looked for when it must not
 * stay. Base64 hides a secret behind its neighbours, so all three alignments are made, without the characters that
 * depend on what stands beside it.
 */

/** Below this length a form would be found everywhere; a value that is the secret as a whole is redacted anyway. */
const shortest = 3;
const shortestEncoded = 5;

/** Every text that would give the secret away, longest first. */
export function formsOf(secret: string): readonly string[] {
  if (secret.length < shortest) return [];
  const forms = new Set([secret, jsonForm(secret), htmlForm(secret), ...urlForms(secret), ...encodedForms(secret)]);
  return [...forms].filter((form) => form.length >= shortest).sort((a, b) => b.length - a.length);
}

const jsonForm = (text: string): string => JSON.stringify(text).slice(1, -1);

const htmlForm = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** As encodeURIComponent has it, as RFC 3986 wants it, as forms write it; with digits in either case. */
function urlForms(text: string): string[] {
  const loose = encodeURIComponent(text);
  const strict = loose.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const each = [loose, strict, loose.replaceAll('%20', '+'), strict.replaceAll('%20', '+')];
  return [...each, ...each.map((form) => form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))];
}

function encodedForms(text: string): string[] {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length < shortestEncoded) return [];
  const inside = [0, 1, 2].map((offset) => base64Inside(bytes, offset));
  const urlSafe = inside.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
  const hex = bytes.toString('hex');
  return [...inside, ...urlSafe, hex, hex.toUpperCase()];
}

/** Base64 of the bytes `offset` bytes into a larger text: the characters that depend on them alone. */
function base64Inside(bytes: Buffer, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  const from = Math.ceil((offset * 8) / 6);
  const to = Math.floor(((offset + bytes.length) * 8) / 6);
  return encoded.slice(from, to);
}
