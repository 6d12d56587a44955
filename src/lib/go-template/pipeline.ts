/** Tokens of one action → a pipeline: `$x := printf "%s-bmc" .Name | len`. */
import type { Token } from './scan.js';
import { type Operand, type Pipeline, TemplateError } from './syntax.js';

/** @throws TemplateError */
export function pipelineOf(tokens: readonly Token[], line: number): Pipeline {
  const reader = new Reader(tokens, line);
  const pipeline = reader.pipeline(reader.declares());
  reader.mustEnd();
  return pipeline;
}

const words: Readonly<Record<string, true | false | undefined>> = { true: true, false: false, nil: undefined };

class Reader {
  readonly #tokens: readonly Token[];
  readonly #line: number;
  #at = 0;

  constructor(tokens: readonly Token[], line: number) {
    this.#tokens = tokens;
    this.#line = line;
  }

  /** `$x :=` or `$k, $v :=`; assignment to what is there (`=`) is not known here. */
  declares(): string[] {
    const sign = this.#tokens.findIndex(({ is, text }) => is === 'mark' && (text === ':=' || text === '='));
    if (sign < 0) return [];
    const before = this.#tokens.slice(0, sign);
    const isList = before.every(({ is, text }, at) => (at % 2 === 0 ? is === 'variable' : text === ','));
    const isDeclaration = this.#tokens[sign]?.text === ':=' && before.length % 2 === 1 && isList;
    if (!isDeclaration) this.#fail('only $name := value can be said');
    this.#at = sign + 1;
    return before.filter(({ is }) => is === 'variable').map(({ text }) => text);
  }

  pipeline(declares: readonly string[] = []): Pipeline {
    const commands = [this.#command()];
    while (this.#takes('|')) commands.push(this.#command());
    return { line: this.#line, declares, commands };
  }

  mustEnd(): void {
    const left = this.#tokens[this.#at];
    if (left !== undefined) this.#fail(`"${left.text}" is one too many`);
  }

  #command(): Operand[] {
    const operands: Operand[] = [];
    for (let next = this.#tokens[this.#at]; next !== undefined; next = this.#tokens[this.#at]) {
      if (next.is === 'mark' && next.text !== '(' && next.text !== '.') break;
      operands.push(this.#operand(next));
    }
    if (operands.length === 0) this.#fail('a value is missing');
    if (operands.length > 1 && operands[0]?.is !== 'function') this.#fail('only a function takes arguments');
    return operands;
  }

  #operand({ is, text }: Token): Operand {
    this.#at += 1;
    if (is === 'string') return { is: 'literal', value: this.#string(text) };
    if (is === 'number') return { is: 'literal', value: Number(text) };
    if (is === 'variable') return { is: 'path', from: { variable: text }, fields: this.#fields() };
    if (is === 'field') return { is: 'path', from: 'dot', fields: [text.slice(1), ...this.#fields()] };
    if (is === 'word') {
      return Object.hasOwn(words, text) ? { is: 'literal', value: words[text] } : { is: 'function', name: text };
    }
    if (text === '.') return { is: 'path', from: 'dot', fields: [] };
    const from = this.pipeline();
    if (!this.#takes(')')) this.#fail('a parenthesis is not closed');
    return { is: 'path', from, fields: this.#fields() };
  }

  /** Fields that hang on what was just read, without a space between. */
  #fields(): string[] {
    const fields: string[] = [];
    for (let next = this.#tokens[this.#at]; next?.is === 'field' && !next.isApart; next = this.#tokens[this.#at]) {
      fields.push(next.text.slice(1));
      this.#at += 1;
    }
    return fields;
  }

  #string(text: string): string {
    if (text.startsWith('`')) return text.slice(1, -1);
    try {
      return JSON.parse(text) as string;
    } catch {
      return this.#fail(`${text} holds an escape that is not known`);
    }
  }

  #takes(mark: string): boolean {
    const next = this.#tokens[this.#at];
    if (next?.is !== 'mark' || next.text !== mark) return false;
    this.#at += 1;
    return true;
  }

  #fail(problem: string): never {
    throw new TemplateError(problem, this.#line);
  }
}
