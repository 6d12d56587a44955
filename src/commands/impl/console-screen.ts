/**
 * What a console may do to the terminal it is shown on: text, colours and cursor. What reaches beyond the window is taken
 * out, however it is cut into chunks: strings to the operating system (clipboard, title, links), device control, and
 * questions the terminal would answer as if somebody had typed.
 */

/** Strings that end with ST or BEL: OSC, DCS, SOS, PM, APC, in their 7 and 8 bit forms. */
const opensString = /[\u0090\u0098\u009d\u009e\u009f]/;
const stringAfterEsc = new Set([']', 'P', 'X', '^', '_']);
/** Final bytes of CSI that ask the terminal something, move or resize its window, or set its modes beyond a screen. */
const askingCsi = new Set(['n', 'c', 't', 'q', 'x', 'p', 'i']);
const longestCsi = 64;

type Mode = 'text' | 'escape' | 'csi' | 'string' | 'string-escape';

/** A filter with memory: sequences may be cut anywhere. */
export class Screen {
  #mode: Mode = 'text';
  #csi = '';

  /** The part of the output that may be shown. */
  shown(text: string): string {
    let out = '';
    for (const char of text) out += this.#next(char);
    return out;
  }

  #next(char: string): string {
    switch (this.#mode) {
      case 'string':
        if (char === '\u0007' || char === '\u009c') this.#mode = 'text';
        else if (char === '\u001b') this.#mode = 'string-escape';
        return '';
      case 'string-escape':
        // Only ST ends it; another ESC may begin one.
        this.#mode = char === '\\' ? 'text' : char === '\u001b' ? 'string-escape' : 'string';
        return '';
      case 'escape':
        return this.#afterEscape(char);
      case 'csi':
        return this.#inCsi(char);
      default:
        return this.#inText(char);
    }
  }

  #inText(char: string): string {
    if (char === '\u001b') {
      this.#mode = 'escape';
      return '';
    }
    if (char === '\u009b') return this.#beginCsi();
    if (opensString.test(char)) {
      this.#mode = 'string';
      return '';
    }
    // ENQ is answered by terminals; the other controls are a screen's business.
    const code = char.codePointAt(0) ?? 0;
    return code === 5 || (code >= 0x7f && code <= 0x9f) ? '' : char;
  }

  #beginCsi(): string {
    this.#mode = 'csi';
    this.#csi = '';
    return '';
  }

  #afterEscape(char: string): string {
    if (char === '[') return this.#beginCsi();
    this.#mode = stringAfterEsc.has(char) ? 'string' : 'text';
    if (char === '\u001b') this.#mode = 'escape';
    // Save, restore, index and the like; character sets take one more byte, which is then shown as it is.
    return /[78DEMH=>]/.test(char) ? `\u001b${char}` : '';
  }

  #inCsi(char: string): string {
    this.#csi += char;
    if (this.#csi.length > longestCsi || /[^ -~]/.test(char)) {
      this.#mode = char === '\u001b' ? 'escape' : 'text';
      return '';
    }
    if (!/[@-~]/.test(char)) return '';
    this.#mode = 'text';
    const isPrivateAnswer = /^[>=<]/.test(this.#csi);
    return askingCsi.has(char) || isPrivateAnswer ? '' : `\u001b[${this.#csi}`;
  }
}

/** Text for a pipe: without colours and cursor, and without carriage returns. */
export const withoutSequences = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is removed
  text.replace(/\u001b(\[[ -?]*[@-~]|.)/g, '').replaceAll('\r', '');
