/** Label selectors (`app=x,tier in (a,b),!legacy`), parsed with the messages of k8s.io/apimachinery's labels package. */

import { labelKeyErrors, labelValueErrors } from '../resources/names.js';
import { badRequest } from '../status.js';

export type Matcher = (labels: Readonly<Record<string, string>>) => boolean;

type Operator = '' | '!' | '=' | '!=' | 'in' | 'notin' | '>' | '<';

const WORD_END = /[\s=!(),<>]/;
const OPERATORS = ['in', 'notin', '=', '==', '!=', 'gt', 'lt'];

/** Parse a selector; an empty one matches everything. @throws StatusError 400 */
export function parseLabelSelector(text: string): Matcher {
  const parser = new Parser(tokens(text));
  const requirements = parser.requirements();
  return (labels) => requirements.every((matches) => matches(labels));
}

function tokens(text: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; ) {
    const symbol = /^(?:==|!=|[=!(),<>])/.exec(text.slice(at));
    if (/\s/.test(text[at] as string)) at += 1;
    else if (symbol !== null) {
      found.push(symbol[0]);
      at += symbol[0].length;
    } else {
      const start = at;
      while (at < text.length && !WORD_END.test(text[at] as string)) at += 1;
      found.push(text.slice(start, at));
    }
  }
  return found;
}

const isSymbol = (token: string) => /^(?:==|!=|[=!(),<>])?$/.test(token);
const isWord = (token: string) => !isSymbol(token);
const unparsable = (why: string) => badRequest(`unable to parse requirement: ${why}`);

class Parser {
  readonly #tokens: string[];
  #at = 0;

  constructor(tokens: string[]) {
    this.#tokens = tokens;
  }

  get #next(): string {
    return this.#tokens[this.#at] ?? '';
  }

  #take(): string {
    const token = this.#next;
    this.#at += 1;
    return token;
  }

  requirements(): Matcher[] {
    const found: Matcher[] = [];
    while (this.#next !== '') {
      if (!isWord(this.#next) && this.#next !== '!') {
        throw badRequest(`found '${this.#next}', expected: !, identifier, or 'end of string'`);
      }
      found.push(this.#requirement());
      const separator = this.#take();
      if (separator === '') break;
      if (separator !== ',') throw badRequest(`found '${separator}', expected: ',' or 'end of string'`);
      if (!isWord(this.#next) && this.#next !== '!') {
        throw badRequest(`found '${this.#next}', expected: identifier after ','`);
      }
    }
    return found;
  }

  #requirement(): Matcher {
    const negated = this.#next === '!';
    if (negated) this.#take();
    const key = this.#take();
    if (!isWord(key)) throw unparsable(`found '${key}', expected: identifier`);
    checkKey(key);
    if (negated) return matcher(key, '!', []);
    if (this.#next === '' || this.#next === ',') return matcher(key, '', []);
    const operator = this.#operator();
    return matcher(key, operator, operator === 'in' || operator === 'notin' ? this.#values() : [this.#value()]);
  }

  #operator(): Operator {
    const token = this.#take();
    if (token === '==') return '=';
    if (token === 'gt') return '>';
    if (token === 'lt') return '<';
    if (['=', '!=', 'in', 'notin', '>', '<'].includes(token)) return token as Operator;
    throw unparsable(`found '${token}', expected: ${OPERATORS.join(', ')}`);
  }

  #value(): string {
    if (this.#next === '' || this.#next === ',') return '';
    const value = this.#take();
    if (!isWord(value)) throw unparsable(`found '${value}', expected: identifier`);
    return checkValue(value);
  }

  #values(): string[] {
    const open = this.#take();
    if (open !== '(') throw unparsable(`found '${open}' expected: '('`);
    const values: string[] = [];
    for (;;) {
      if (isWord(this.#next)) values.push(checkValue(this.#take()));
      else values.push('');
      const separator = this.#take();
      if (separator === ')') return values;
      if (separator !== ',') throw unparsable(`found '${separator}', expected: ',' or ')'`);
    }
  }
}

function checkKey(key: string): void {
  const [problem] = labelKeyErrors(key);
  if (problem !== undefined) throw unparsable(`<nil>: Invalid value: ${JSON.stringify(key)}: ${problem}`);
}

function checkValue(value: string): string {
  const [problem] = labelValueErrors(value);
  if (problem !== undefined) throw unparsable(`<nil>: Invalid value: ${JSON.stringify(value)}: ${problem}`);
  return value;
}

function matcher(key: string, operator: Operator, values: readonly string[]): Matcher {
  const [value = ''] = values;
  switch (operator) {
    case '':
      return (labels) => labels[key] !== undefined;
    case '!':
      return (labels) => labels[key] === undefined;
    case '=':
      return (labels) => labels[key] === value;
    case '!=':
      return (labels) => labels[key] !== value;
    case 'in':
      return (labels) => labels[key] !== undefined && values.includes(labels[key]);
    case 'notin':
      return (labels) => labels[key] === undefined || !values.includes(labels[key]);
    case '>':
      return (labels) => isInteger(labels[key]) && Number(labels[key]) > Number(value);
    case '<':
      return (labels) => isInteger(labels[key]) && Number(labels[key]) < Number(value);
  }
}

const isInteger = (text: string | undefined) => text !== undefined && /^-?\d+$/.test(text);
