/** Texts that act on a terminal when they are printed as they are, and what tells that one still acts. */

const esc = String.fromCharCode(27);
const attacks = [
  `${esc}]8;;http://evil${esc}\\x${esc}]8;;${esc}\\`,
  `${esc}]52;c;ZXZpbA==${String.fromCharCode(7)}`,
  `${esc}]0;title${String.fromCharCode(7)}`,
  `${esc}[2J${esc}[H`,
  'safe\rroot',
  'a\nb',
  'a\tb',
  'a\u202eb',
  'a\u2066b',
  'zero\u200bwidth',
  '\ufeffbom',
  'line\u2028break',
  '\ud800lone',
  'tag\u{e0041}',
];
const controls = [...Array(32).keys(), ...[...Array(33).keys()].map((at) => at + 0x7f)].map((code) =>
  String.fromCharCode(code),
);
const bases = ['', 'R660', 'node-07 ', '機'];

/** More than two hundred of them, short ones. */
export const hostileTexts: readonly string[] = [
  ...attacks.flatMap((attack) => bases.map((base) => base + attack)),
  ...controls.flatMap((char) => [`x${char}y`, char, `${char}${char}`]),
];

/** And one that is long. */
export const longHostileText = `${esc}[31m${'x'.repeat(1_000_000)}`;

/** Characters a terminal obeys, and those that hide or reorder text. */
export const acts = (text: string): boolean => firstActing(text) !== undefined;

/** Code point of the first of them. */
export function firstActing(text: string): number | undefined {
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (
      (code < 0x20 && char !== '\n') ||
      (code >= 0x7f && code <= 0x9f) ||
      (code >= 0x200b && code <= 0x200f) ||
      (code >= 0x2028 && code <= 0x202e) ||
      (code >= 0x2060 && code <= 0x206f) ||
      code === 0xfeff ||
      (code >= 0xd800 && code <= 0xdfff) ||
      (code >= 0xe0000 && code <= 0xe007f)
    )
      return code;
  }
  return undefined;
}
