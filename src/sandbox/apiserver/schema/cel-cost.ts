/**
 * A coarse estimate of what a CEL rule can cost, so that rules which could stall the server are refused when the CRD
 * is written. A real server computes bounds per function; this one counts nested loops over lists and maps, and
 * texts made from unbounded values.
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import { parseExpression } from './cel.js';
import type { Schema } from './schema.js';

const BUDGET = 1e9;
/** Items of a list, or bytes of a text, that names no limit. */
const UNBOUNDED_ITEMS = 1e5;
const LOOPS = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);

/** True when one rule, run `times` times, may cost far more than its share. */
export function exceedsBudget(expression: string, schema: Schema, times: number): boolean {
  try {
    const { ast } = parseExpression(expression);
    return costOf(ast, largestList(schema)) * times > BUDGET;
  } catch {
    return false; // an expression that does not parse is refused elsewhere
  }
}

/** The longest list or map anywhere below; loops nest over no more than that. */
function largestList(schema: Schema): number {
  let largest = 1;
  const visit = (at: Schema) => {
    if (at.type === 'array') largest = Math.max(largest, at.maxItems ?? UNBOUNDED_ITEMS);
    if (typeof at.additionalProperties === 'object') {
      largest = Math.max(largest, at.maxProperties ?? UNBOUNDED_ITEMS);
      visit(at.additionalProperties);
    }
    if (at.items !== undefined) visit(at.items);
    Object.values(at.properties ?? {}).forEach(visit);
  };
  visit(schema);
  return largest;
}

function costOf(node: ASTNode, loopLength: number): number {
  if (node.op === 'rcall' && LOOPS.has(node.args[0])) {
    const [, receiver, body] = node.args;
    return costOf(receiver, loopLength) + loopLength * sum(body, loopLength);
  }
  // Turning an integer into text is estimated as if the integer were as long as a request.
  if (node.op === 'call' && node.args[0] === 'string') return BUDGET * 2;
  return 1 + sum(childrenOf(node), loopLength);
}

const sum = (nodes: readonly ASTNode[], loopLength: number) =>
  nodes.reduce((total, node) => total + costOf(node, loopLength), 0);

const isNode = (value: unknown): value is ASTNode => typeof value === 'object' && value !== null && 'op' in value;

function childrenOf(node: ASTNode): ASTNode[] {
  const found: ASTNode[] = [];
  const visit = (value: unknown): void => {
    if (isNode(value)) found.push(value);
    else if (Array.isArray(value)) value.forEach(visit);
  };
  visit(node.args);
  return found;
}
