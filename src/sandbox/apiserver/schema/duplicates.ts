/** Duplicate keys of a JSON text that is known to parse: `JSON.parse` keeps the last one and says nothing. */
import { isObject, type Json } from '../types.js';
import { below } from './schema.js';

const QUOTE = 34;
const BACKSLASH = 92;
const COLON = 58;

/** Paths of keys that occur more than once in their object, each once, in the order met; `value` is the text parsed. */
export function duplicateKeys(text: string, value: Json): string[] {
  // Nearly always there are none, and counting is ten times cheaper than naming.
  if (keysIn(text) === keysOf(value)) return [];
  const scanner = new Scanner(text);
  scanner.value();
  return [...scanner.found];
}

/** Texts followed by a colon: the keys as they are written. */
function keysIn(text: string): number {
  let keys = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at)) {
    at += 1;
    for (let code = text.charCodeAt(at); code !== QUOTE; code = text.charCodeAt(at)) at += code === BACKSLASH ? 2 : 1;
    at += 1;
    while (text.charCodeAt(at) <= 32) at += 1;
    if (text.charCodeAt(at) === COLON) keys += 1;
  }
  return keys;
}

/** The keys that parsing kept. */
function keysOf(value: Json): number {
  let keys = 0;
  if (Array.isArray(value)) {
    for (const item of value) keys += keysOf(item);
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) keys += 1 + keysOf(value[key] as Json);
  }
  return keys;
}

class Scanner {
  readonly found = new Set<string>();
  readonly #text: string;
  /** Where the scanner is: a path is made of it only when a key is found twice. */
  readonly #steps: (string | number)[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): void {
    this.#skipSpace();
    const first = this.#text[this.#at];
    if (first === '{') this.#object();
    else if (first === '[') this.#array();
    else if (first === '"') this.#string();
    else this.#scalar();
  }

  #object(): void {
    const keys = new Set<string>();
    this.#at += 1;
    for (;;) {
      this.#skipSpace();
      if (this.#text[this.#at] !== '"') break;
      const raw = this.#string();
      const key = raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1);
      this.#steps.push(key);
      if (keys.has(key)) this.found.add(this.#steps.reduce<string>(below, ''));
      keys.add(key);
      this.#skipSpace();
      this.#at += 1; // the colon
      this.value();
      this.#steps.pop();
      this.#skipSpace();
      if (this.#text[this.#at] !== ',') break;
      this.#at += 1;
    }
    this.#at += 1;
  }

  #array(): void {
    this.#at += 1;
    this.#skipSpace();
    for (let index = 0; this.#at < this.#text.length && this.#text[this.#at] !== ']'; index++) {
      this.#steps.push(index);
      this.value();
      this.#steps.pop();
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
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      this.#at += code === BACKSLASH ? 2 : 1;
      if (code === QUOTE) break;
    }
    return this.#text.slice(start, this.#at);
  }

  #scalar(): void {
    while (this.#at < this.#text.length && !/[\s,\]}]/.test(this.#text[this.#at] as string)) this.#at += 1;
  }

  #skipSpace(): void {
    while (this.#text.charCodeAt(this.#at) <= 32) this.#at += 1;
  }
}
