/**
 * Makes foreign text safe to print. Names, models, messages and log lines come from BMCs, booted machines and other
 * people's objects; a terminal would obey escape sequences in them. What could act is shown as a visible escape.
 */

// Built from code points so that no control character stands in this file.
const range = (from: number, to: number): string => `\\u{${from.toString(16)}}-\\u{${to.toString(16)}}`;
const controls = range(0, 0x1f) + range(0x7f, 0x9f);
/** Soft hyphen, Arabic letter mark, zero-width and bidi controls, line separators, word joiners, BOM, tags, fillers. */
const invisible =
  '\\u{ad}\\u{34f}\\u{61c}\\u{115f}\\u{1160}\\u{17b4}\\u{17b5}' +
  range(0x180b, 0x180e) +
  range(0x200b, 0x200f) +
  range(0x2028, 0x202e) +
  range(0x2060, 0x206f) +
  '\\u{3164}\\u{feff}\\u{ffa0}' +
  range(0xfff9, 0xfffb) +
  range(0xe0000, 0xe007f);
const surrogates = range(0xd800, 0xdfff);
const acting = new RegExp(`[${controls}${invisible}${surrogates}]`, 'gu');
const actingButNewline = new RegExp(`(?!\\n)[${controls}${invisible}${surrogates}]`, 'gu');

const visible = (char: string): string => {
  if (char === '\n') return '\\n';
  if (char === '\t') return '\\t';
  if (char === '\r') return '\\r';
  const code = char.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
};

/** One line: newlines too become visible. For cells, names, prompts and single-line messages. */
export const neutralise = (text: string): string => text.replace(acting, visible);

/** Several lines: newlines stay, everything else that acts becomes visible. */
export const neutraliseLines = (text: string): string => text.replace(actingButNewline, visible);

/**
 * Escapes what acts inside the text of a JSON document, keeping its data: such characters can only stand inside
 * strings, where `\uXXXX` means the same. Newlines between tokens stay.
 */
export const escapeJson = (json: string): string =>
  json.replace(actingButNewline, (char) =>
    [...Array(char.length).keys()].map((at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );

/** Whether a text contains nothing that acts, newlines included. */
export const isPlain = (text: string): boolean => text.search(acting) === -1;
