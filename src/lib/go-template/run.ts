/** Nodes and a root value → text. Every value that is printed passes through the caller's hands. */
import { call, deciding, isTrue, type Value } from './functions.js';
import { type Block, type Node, type Operand, type Pipeline, TemplateError } from './syntax.js';

type Print = (value: Value) => string;

interface Scope {
  readonly dot: Value;
  readonly variables: Map<string, Value>;
  readonly print: Print;
}

/** @param print makes the text of a value, at the place where it stands. @throws TemplateError */
export const run = (nodes: readonly Node[], root: Value, print: Print): string =>
  runAll(nodes, { dot: root, variables: new Map([['$', root]]), print });

/** A block sees what was named before it, and what it names is forgotten at its end. */
const runAll = (nodes: readonly Node[], scope: Scope): string => {
  const own = { ...scope, variables: new Map(scope.variables) };
  return nodes.map((node) => runOne(node, own)).join('');
};

function runOne(node: Node, scope: Scope): string {
  if (node.is === 'text') return node.text;
  if (node.is !== 'print') return runBlock(node, scope);
  const value = evaluate(node.value, scope);
  const [name] = node.value.declares;
  if (name === undefined) return at(node.value, () => scope.print(value));
  scope.variables.set(name, value);
  return '';
}

function runBlock({ is, value: pipeline, body, otherwise }: Block, scope: Scope): string {
  const value = evaluate(pipeline, scope);
  if (!isTrue(value)) return runAll(otherwise, scope);
  const [first = '', second] = pipeline.declares;
  if (is !== 'range') {
    const named = first === '' ? scope : naming(scope, [[first, value]]);
    return runAll(body, is === 'with' ? { ...named, dot: value } : named);
  }
  if (!(value instanceof Map)) throw new TemplateError('range goes over maps alone', pipeline.line);
  const entries = [...(value as ReadonlyMap<string, Value>)].sort(([a], [b]) => (a < b ? -1 : 1));
  return entries
    .map(([key, item]) => {
      const names: [string, Value][] =
        second === undefined
          ? [[first, item]]
          : [
              [first, key],
              [second, item],
            ];
      return runAll(body, { ...naming(scope, names), dot: item });
    })
    .join('');
}

const naming = (scope: Scope, names: readonly [string, Value][]): Scope => ({
  ...scope,
  variables: new Map([...scope.variables, ...names]),
});

function evaluate(pipeline: Pipeline, scope: Scope): Value {
  return pipeline.commands.reduce<readonly Value[]>(
    (piped, command) => [at(pipeline, () => commanded(command, piped, scope))],
    [],
  )[0];
}

function commanded([first, ...others]: readonly Operand[], piped: readonly Value[], scope: Scope): Value {
  if (first === undefined) return undefined;
  if (first.is !== 'function') {
    if (piped.length > 0) throw new Error('a value is piped into what is no function');
    return operand(first, scope);
  }
  const stops = deciding[first.name];
  if (stops === undefined) return call(first.name, [...others.map((each) => operand(each, scope)), ...piped]);
  let value: Value;
  for (const next of [...others.map((each) => () => operand(each, scope)), ...piped.map((each) => () => each)]) {
    value = next();
    if (stops(value)) return value;
  }
  return value;
}

function operand(each: Operand, scope: Scope): Value {
  if (each.is === 'literal') return each.value;
  if (each.is === 'function') return call(each.name, []);
  return each.fields.reduce(field, start(each.from, scope));
}

function start(from: (Operand & { is: 'path' })['from'], { dot, variables, print }: Scope): Value {
  if (from === 'dot') return dot;
  if ('commands' in from) return evaluate(from, { dot, variables, print });
  if (!variables.has(from.variable)) throw new Error(`${from.variable} is not named before`);
  return variables.get(from.variable);
}

/** A field that is not there is an error, of a map too: a record with a hole in it is worse than none. */
function field(value: Value, name: string): Value {
  if (value instanceof Map) {
    if (!value.has(name)) throw new Error(`there is no "${name}" in this map`);
    return value.get(name);
  }
  if (typeof value !== 'object') throw new Error(`.${name} is asked of what has no fields`);
  if (!Object.hasOwn(value, name)) throw new Error(`there is no field .${name}`);
  return (value as Readonly<Record<string, Value>>)[name];
}

/** Adds the line to whatever goes wrong. */
function at<T>({ line }: Pipeline, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    throw new TemplateError(error instanceof Error ? error.message : String(error), line);
  }
}
