/**
 * How deep a body may be nested. Whatever walks a value walks it by recursion, and where a stack ends the process may
 * end with it: a regular expression that is compiled there is fatal. A real server stops at 10,000 levels; no object
 * that anybody uses has fifty.
 */
import { engines } from '../engines.js';
import type { Json } from '../types.js';

const MAX_DEPTH = 500;

const tooDeep = () => new Error('exceeded max depth');

const QUOTE = 34;
const BACKSLASH = 92;

/** Counts brackets outside of strings. @throws Error for JSON that is nested too deep */
export function checkNesting(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === 123 || code === 91) {
      depth += 1;
      if (depth > MAX_DEPTH) throw tooDeep();
    } else if (code === 125 || code === 93) depth -= 1;
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) break;
  }
  return at;
}

const OPENS = new Set(['flow-seq-start', 'flow-map-start']);
const CLOSES = new Set(['flow-seq-end', 'flow-map-end']);
const INDICATORS = new Set(['seq-item-ind', 'explicit-key-ind', 'map-value-ind']);

/**
 * Each level of YAML costs a bracket, an indicator on the same line, or a column of indentation; so the three together
 * bound the depth without building anything. @throws Error for YAML that may be nested too deep
 */
export function checkYamlNesting(text: string): void {
  const { CST, Lexer } = engines().yaml;
  let brackets = 0;
  let onLine = 0;
  for (const lexeme of new Lexer().lex(text)) {
    const type = CST.tokenType(lexeme) ?? '';
    if (lexeme.includes('\n'))
      onLine = 0; // ends of lines, and texts that hold some
    else if (type === 'space') onLine += onLine === 0 ? lexeme.length : 0;
    else if (OPENS.has(type)) brackets += 1;
    else if (CLOSES.has(type)) brackets -= 1;
    else if (INDICATORS.has(type)) onLine += 1;
    if (brackets + onLine > MAX_DEPTH) throw tooDeep();
  }
}

/** Whether a value is nested too deep; walked without recursion. */
export function isTooDeep(value: Json): boolean {
  let level: Json[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((held) => (typeof held === 'object' && held !== null ? Object.values(held) : []));
  }
  return false;
}
