/** The part of Go's text/template that upstream's manifests use: fields, if, with, range, variables, pipes, functions. */
export type { Value } from './functions.js';
export { textOf } from './functions.js';
export { parse } from './parse.js';
export { run } from './run.js';
export { type Node, TemplateError } from './syntax.js';
