/** Colour and glyphs: when a stream gets them, and what each state looks like. Meaning is never colour alone. */

export type Tone = 'good' | 'busy' | 'waiting' | 'neutral' | 'bad' | 'off';

/** Only the sixteen basic colours, so that the user's palette rules. */
const codes: Readonly<Record<Tone | 'dim' | 'bold' | 'plus' | 'minus' | 'change', readonly [number, number]>> = {
  good: [32, 39],
  busy: [36, 39],
  waiting: [33, 39],
  neutral: [34, 39],
  bad: [31, 39],
  off: [2, 22],
  dim: [2, 22],
  bold: [1, 22],
  plus: [32, 39],
  minus: [31, 39],
  change: [33, 39],
};

const glyphs: Readonly<Record<Tone, readonly [unicode: string, ascii: string]>> = {
  good: ['✔', '[ok]'],
  busy: ['◐', '[..]'],
  waiting: ['◆', '[wait]'],
  neutral: ['●', '[use]'],
  bad: ['✖', '[fail]'],
  off: ['○', '[--]'],
};

const tones: Readonly<Record<string, Tone>> = {
  Available: 'good',
  Bound: 'good',
  Applied: 'good',
  Completed: 'good',
  Enabled: 'good',
  Ready: 'good',
  On: 'good',
  Initial: 'busy',
  Discovery: 'busy',
  InProgress: 'busy',
  PoweringOn: 'busy',
  PoweringOff: 'busy',
  Pending: 'waiting',
  Unbound: 'waiting',
  Parked: 'waiting',
  Maintenance: 'waiting',
  Released: 'waiting',
  Reserved: 'neutral',
  Error: 'bad',
  Failed: 'bad',
  Off: 'off',
  Unknown: 'off',
};

/** Tone of a state, phase or power word; undefined for words without one. */
export const toneOf = (state: string): Tone | undefined => (Object.hasOwn(tones, state) ? tones[state] : undefined);

/** How one stream is drawn on. */
export interface Style {
  readonly colour: boolean;
  readonly ascii: boolean;
  paint(tone: keyof typeof codes, text: string): string;
  glyph(tone: Tone): string;
  /** `✔ Available`, coloured; a word without a tone as it is. */
  state(word: string): string;
}

/** @param colour whether escape sequences may be written · @param ascii whether glyphs must be ASCII */
export function styleOf(colour: boolean, ascii: boolean): Style {
  const paint: Style['paint'] = (tone, text) =>
    colour ? `\u001b[${codes[tone][0]}m${text}\u001b[${codes[tone][1]}m` : text;
  const glyph: Style['glyph'] = (tone) => glyphs[tone][ascii ? 1 : 0];
  const state: Style['state'] = (word) => {
    const tone = toneOf(word);
    return tone === undefined ? word : paint(tone, `${glyph(tone)} ${word}`);
  };
  return { colour, ascii, paint, glyph, state };
}

export interface StyleWish {
  /** `--color`. */
  readonly color: 'auto' | 'always' | 'never';
  readonly accessible: boolean;
  readonly isTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform?: string;
}

/** Decides for one stream: `--color` beats FORCE_COLOR beats NO_COLOR beats CLICOLOR and TERM. */
export const decideStyle = (wish: StyleWish): Style => styleOf(wantsColour(wish), wantsAscii(wish));

function wantsColour({ color, isTTY, env }: StyleWish): boolean {
  if (color !== 'auto') return color === 'always';
  const force = env.FORCE_COLOR;
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  return isTTY && env.CLICOLOR !== '0' && env.TERM !== 'dumb';
}

function wantsAscii({ accessible, env, platform = process.platform }: StyleWish): boolean {
  if (accessible) return true;
  if (platform === 'win32' || platform === 'darwin') return false;
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((each) => each !== undefined && each !== '');
  return !/utf-?8/i.test(locale ?? '');
}
