/** What a template is made of, once it is read: a tree of nodes, and pipelines of commands inside them. */

/** A template that cannot be read, or that asks for what is not there. `line` is the line of the template. */
export class TemplateError extends Error {
  readonly line: number;
  constructor(problem: string, line: number) {
    super(`line ${line}: ${problem}`);
    this.name = 'TemplateError';
    this.line = line;
  }
}

export type Operand =
  | { readonly is: 'literal'; readonly value: string | number | boolean | undefined }
  /** `.A.B`, `$x.A`, `(…).A`: where it starts, and the fields below. */
  | { readonly is: 'path'; readonly from: 'dot' | { readonly variable: string } | Pipeline; readonly fields: string[] }
  | { readonly is: 'function'; readonly name: string };

export interface Pipeline {
  readonly line: number;
  /** `$x := …`: a pipeline that names its value prints nothing. */
  readonly declares: readonly string[];
  /** The value of each is the last argument of the next. */
  readonly commands: readonly (readonly Operand[])[];
}

export type Node =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'print'; readonly value: Pipeline }
  | Block;

export interface Block {
  readonly is: 'if' | 'with' | 'range';
  readonly value: Pipeline;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}
