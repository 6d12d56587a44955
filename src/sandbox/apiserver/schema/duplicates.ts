/** Duplicate keys of a JSON text that is known to parse: `JSON.parse` keeps the last one and says nothing. */
import { below } from './schema.js';

/** Paths of keys that occur more than once in their object, each once, in the order met. */
export function duplicateKeys(text: string): string[] {
  const scanner = new Scanner(text);
  scanner.value('');
  return [...scanner.found];
}

class Scanner {
  readonly found = new Set<string>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(path: string): void {
    this.#skipSpace();
    const first = this.#text[this.#at];
    if (first === '{') this.#object(path);
    else if (first === '[') this.#array(path);
    else if (first === '"') this.#string();
    else this.#scalar();
  }

  #object(path: string): void {
    const keys = new Set<string>();
    this.#at += 1;
    for (;;) {
      this.#skipSpace();
      if (this.#text[this.#at] !== '"') break;
      const raw = this.#string();
      const key = raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1);
      const here = below(path, key);
      if (keys.has(key)) this.found.add(here);
      keys.add(key);
      this.#skipSpace();
      this.#at += 1; // the colon
      this.value(here);
      this.#skipSpace();
      if (this.#text[this.#at] !== ',') break;
      this.#at += 1;
    }
    this.#at += 1;
  }

  #array(path: string): void {
    this.#at += 1;
    this.#skipSpace();
    for (let index = 0; this.#at < this.#text.length && this.#text[this.#at] !== ']'; index++) {
      this.value(below(path, index));
      this.#skipSpace();
      if (this.#text[this.#at] === ',') this.#at += 1;
      this.#skipSpace();
    }
    this.#at += 1;
  }

  /** The raw text of a string with its quotes. */
  #string(): string {
    const start = this.#at;
    this.#at += 1;
    while (this.#text[this.#at] !== '"') this.#at += this.#text[this.#at] === '\\' ? 2 : 1;
    this.#at += 1;
    return this.#text.slice(start, this.#at);
  }

  #scalar(): void {
    while (this.#at < this.#text.length && !/[\s,\]}]/.test(this.#text[this.#at] as string)) this.#at += 1;
  }

  #skipSpace(): void {
    while (this.#text.charCodeAt(this.#at) <= 32) this.#at += 1;
  }
}
