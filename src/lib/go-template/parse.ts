/** Text → nodes. Recursive descent; a function nobody knows and a block nobody ends are found here, not at the first use. */
import { isFunction } from './functions.js';
import { pipelineOf } from './pipeline.js';
import { type Piece, scan, type Token } from './scan.js';
import { type Block, type Node, type Pipeline, TemplateError } from './syntax.js';

/** @throws TemplateError */
export function parse(template: string): Node[] {
  const reader = new Reader(scan(template));
  const { nodes, ended } = reader.nodes();
  if (ended !== undefined) throw new TemplateError(`{{${ended.word}}} ends no block`, ended.line);
  return nodes;
}

interface Ending {
  readonly word: 'end' | 'else';
  readonly rest: readonly Token[];
  readonly line: number;
}

const blocks = new Set(['if', 'with', 'range']);
/** Actions of Go that are not known here: a clear refusal, and not a function of that name. */
const absent = new Set(['define', 'template', 'block', 'break', 'continue']);

class Reader {
  readonly #pieces: readonly Piece[];
  #at = 0;

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  /** Nodes up to the word that ends this block, or to the end of the template. */
  nodes(): { nodes: Node[]; ended?: Ending } {
    const nodes: Node[] = [];
    for (let piece = this.#pieces[this.#at]; piece !== undefined; piece = this.#pieces[this.#at]) {
      this.#at += 1;
      if (piece.is === 'text') {
        nodes.push(piece);
        continue;
      }
      const [first, ...rest] = piece.tokens;
      const { line } = piece;
      const word = first?.is === 'word' ? first.text : '';
      if (word === 'end' || word === 'else') return { nodes, ended: { word, rest, line } };
      if (absent.has(word)) throw new TemplateError(`{{${word}}} is not known here`, line);
      nodes.push(
        blocks.has(word)
          ? this.#block(word as Block['is'], rest, line)
          : { is: 'print', value: checked(pipelineOf(piece.tokens, line)) },
      );
    }
    return { nodes };
  }

  #block(is: Block['is'], tokens: readonly Token[], line: number): Block {
    const value = checked(pipelineOf(tokens, line));
    const most = is === 'range' ? 2 : 1;
    if (value.declares.length > most) throw new TemplateError(`${is} names too many variables`, line);
    const { nodes: body, ended } = this.nodes();
    if (ended === undefined) throw new TemplateError(`{{${is}}} has no {{end}}`, line);
    return { is, value, body, otherwise: ended.word === 'else' ? this.#otherwise(ended, line) : [] };
  }

  /** `else`, or `else if …` and `else with …`, which share one `end` with what they follow. */
  #otherwise({ rest, line }: Ending, opened: number): Node[] {
    const [next, ...tokens] = rest;
    if (next?.is === 'word' && (next.text === 'if' || next.text === 'with'))
      return [this.#block(next.text, tokens, line)];
    if (next !== undefined) throw new TemplateError('else takes nothing but if or with', line);
    const { nodes, ended } = this.nodes();
    if (ended?.word !== 'end') throw new TemplateError('{{else}} has no {{end}}', opened);
    return nodes;
  }
}

function checked(pipeline: Pipeline): Pipeline {
  for (const operand of pipeline.commands.flat()) {
    if (operand.is === 'function' && !isFunction(operand.name))
      throw new TemplateError(`there is no function "${operand.name}"`, pipeline.line);
    if (operand.is === 'path' && typeof operand.from === 'object' && 'commands' in operand.from) checked(operand.from);
  }
  return pipeline;
}
