/** Lists of things with an order, and sets: `isSorted`, `sum`, `min`, `max`, `indexOf`, `sets.contains`, … */
import type { Environment } from '@marcbachmann/cel-js';

type Ordered = string | number | bigint;

const isSorted = (list: Ordered[]): boolean =>
  list.every((item, index) => index === 0 || (list[index - 1] as Ordered) <= item);

const sum = (list: unknown[]) =>
  list.reduce<bigint | number>((a, b) => (typeof b === 'bigint' ? BigInt(a) + b : Number(a) + Number(b)), 0n);

const extreme = (name: string, isBetter: (a: Ordered, b: Ordered) => boolean) => (list: Ordered[]) => {
  if (list.length === 0) throw new Error(`${name} called on empty list`);
  return list.reduce((best, item) => (isBetter(item, best) ? item : best));
};

const isEqual = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === typeof b && typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));
const has = (list: unknown[], item: unknown): boolean => list.some((one) => isEqual(one, item));
const containsAll = (list: unknown[], sub: unknown[]): boolean => sub.every((item) => has(list, item));

class Sets {}

export function registerLists(environment: Environment): void {
  const add = (signature: string, run: (...values: never[]) => unknown) =>
    environment.registerFunction(signature, run as (...values: unknown[]) => unknown);
  add('list.isSorted(): bool', isSorted);
  add('list.sum(): dyn', sum);
  add(
    'list.min(): dyn',
    extreme('min', (a, b) => a < b),
  );
  add(
    'list.max(): dyn',
    extreme('max', (a, b) => a > b),
  );
  add('list.indexOf(dyn): int', (list: unknown[], item: unknown) =>
    BigInt(list.findIndex((one) => isEqual(one, item))),
  );
  add('list.lastIndexOf(dyn): int', (list: unknown[], item: unknown) =>
    BigInt(list.findLastIndex((one) => isEqual(one, item))),
  );
  environment.registerType('kubernetes.Sets', { ctor: Sets, fields: {} });
  environment.registerConstant('sets', 'kubernetes.Sets', new Sets());
  add('kubernetes.Sets.contains(list, list): bool', (_: Sets, list: unknown[], sub: unknown[]) =>
    containsAll(list, sub),
  );
  add(
    'kubernetes.Sets.equivalent(list, list): bool',
    (_: Sets, a: unknown[], b: unknown[]) => containsAll(a, b) && containsAll(b, a),
  );
  add('kubernetes.Sets.intersects(list, list): bool', (_: Sets, a: unknown[], b: unknown[]) =>
    a.some((item) => has(b, item)),
  );
}
