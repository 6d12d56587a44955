/** Walks the steps of a path through a value; every walk is bounded. */
import { JsonPathError, type Operand, type PathStep } from './parse.js';

const mostResults = 1_000_000;

/** All values a path reaches below a value; a missing member is no value. */
export function select(steps: readonly PathStep[], value: unknown, root: unknown = value): unknown[] {
  let found: unknown[] = [value];
  for (const step of steps) {
    found = found.flatMap((each) => walk(step, each, root));
    if (found.length > mostResults) throw new JsonPathError('the expression reaches too many values');
  }
  return found;
}

/** The first value a path reaches. Most paths name one member after the other: those are walked without lists. */
export function first(steps: readonly PathStep[], value: unknown): unknown {
  let at = value;
  for (const step of steps) {
    const name = step.kind === 'field' && step.names.length === 1 ? step.names[0] : undefined;
    if (name === undefined) return select(steps, value)[0];
    if (!isObject(at) || !Object.hasOwn(at, name)) return undefined;
    at = at[name];
  }
  return at;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function walk(step: PathStep, value: unknown, root: unknown): unknown[] {
  if (!isObject(value)) return [];
  switch (step.kind) {
    case 'field':
      return step.names.filter((name) => Object.hasOwn(value, name)).map((name) => value[name]);
    case 'index':
      return Array.isArray(value)
        ? step.at.filter((at) => at < value.length && at >= -value.length).map((at) => value.at(at))
        : [];
    case 'slice':
      return Array.isArray(value) ? value.slice(step.from, step.to).filter((_, at) => at % step.step === 0) : [];
    case 'all':
      return Object.values(value);
    case 'deep':
      return descend(value);
    case 'filter':
      return Object.values(value).filter((each) => holds(step, each, root));
  }
}

function descend(value: unknown): unknown[] {
  const found: unknown[] = [];
  const queue: unknown[] = [value];
  for (let next = queue.shift(); next !== undefined && found.length < mostResults; next = queue.shift()) {
    found.push(next);
    if (isObject(next)) queue.push(...Object.values(next));
  }
  return found;
}

function holds(filter: Extract<PathStep, { kind: 'filter' }>, value: unknown, root: unknown): boolean {
  const left = evaluated(filter.left, value, root);
  if (filter.operator === undefined || filter.right === undefined) return left.length > 0;
  const [a] = left;
  const [b] = evaluated(filter.right, value, root);
  if (filter.operator === '==') return a === b;
  if (filter.operator === '!=') return a !== b;
  if (typeof a !== typeof b || (typeof a !== 'number' && typeof a !== 'string')) return false;
  const [x, y] = [a, b] as [number, number];
  if (filter.operator === '<') return x < y;
  if (filter.operator === '>') return x > y;
  return filter.operator === '<=' ? x <= y : x >= y;
}

const evaluated = (operand: Operand, value: unknown, root: unknown): unknown[] =>
  'literal' in operand ? [operand.literal] : select(operand.path, operand.isRoot ? root : value, root);
