/**
 * Keys on their way to the console: finds the escapes a person types after Enter. ssh has its own escape (~, after Enter),
 * of which only the break is wanted: every other ~ at the beginning of a line is doubled, which ssh sends as one.
 */

export type KeyEvent =
  /** Bytes for ssh. */
  { readonly send: string } | { readonly do: 'leave' | 'reset' | 'help' };

/** Parser of one console. `key` is one character; empty switches ours off. */
export class Keys {
  readonly #escape: string;
  #atLineStart = true;
  #isPending = false;

  constructor(key: string) {
    this.#escape = key;
  }

  /** What follows from what was typed. */
  typed(text: string): KeyEvent[] {
    const events: KeyEvent[] = [];
    let out = '';
    const flush = (): void => {
      if (out !== '') events.push({ send: out });
      out = '';
    };
    for (const char of text) {
      if (this.#isPending) {
        this.#isPending = false;
        const action = ({ '.': 'leave', R: 'reset', r: 'reset', '?': 'help' } as const)[char];
        if (action !== undefined) {
          flush();
          events.push({ do: action });
          // Nothing was sent, so ssh still thinks that a line begins.
          this.#atLineStart = true;
          continue;
        }
        if (char === 'B' || char === 'b') out += '~B';
        else out += this.#literal(this.#escape) + (char === this.#escape ? '' : char);
        this.#atLineStart = char === '\r' || char === '\n';
        continue;
      }
      if (this.#atLineStart && this.#escape !== '' && char === this.#escape) {
        this.#isPending = true;
        continue;
      }
      out += this.#atLineStart ? this.#literal(char) : char;
      this.#atLineStart = char === '\r' || char === '\n';
    }
    flush();
    return events;
  }

  #literal(char: string): string {
    return char === '~' ? '~~' : char;
  }
}
