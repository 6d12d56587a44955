/** Quantities (`1.5Gi`, `250m`) in rules: compared and added exactly, to the billionth, as resource.Quantity does. */
import type { Environment } from '@marcbachmann/cel-js';

const NANO = 1_000_000_000n;
const GRAMMAR = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3})|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei))?$/;
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** A quantity in billionths; what is finer is rounded away from zero. */
class Quantity {
  constructor(readonly nanos: bigint) {}
}

function parse(text: string): Quantity | undefined {
  const match = GRAMMAR.exec(text);
  if (match === null || `${match[2] ?? ''}${match[3] ?? ''}` === '') return undefined;
  const [, sign, whole = '', fraction = '', exponent, suffix = ''] = match;
  const tens = Number(exponent ?? DECIMAL[suffix] ?? 0) - fraction.length + 9;
  const digits = BigInt(`${whole}${fraction}`) * 1024n ** BigInt(BINARY.indexOf(suffix) + 1);
  const size = tens >= 0 ? digits * 10n ** BigInt(tens) : roundUp(digits, 10n ** BigInt(-tens));
  return new Quantity(sign === '-' ? -size : size);
}

const roundUp = (value: bigint, by: bigint): bigint => (value + by - 1n) / by;

function quantity(text: string): Quantity {
  const found = parse(text);
  if (found === undefined) throw new Error(`quantity ${JSON.stringify(text)} must match ${GRAMMAR.source}`);
  return found;
}

function asInteger({ nanos }: Quantity): bigint {
  if (nanos % NANO !== 0n) throw new Error('cannot convert value to integer');
  return nanos / NANO;
}

const compare = (a: Quantity, b: Quantity): bigint => (a.nanos < b.nanos ? -1n : a.nanos > b.nanos ? 1n : 0n);
const sum = (a: Quantity, b: Quantity | bigint, by = 1n): Quantity =>
  new Quantity(a.nanos + by * (typeof b === 'bigint' ? b * NANO : b.nanos));

export function registerQuantity(environment: Environment): void {
  const type = 'kubernetes.Quantity';
  environment.registerType(type, { ctor: Quantity, fields: {} });
  environment.registerFunction('isQuantity(string): bool', (text: string) => parse(text) !== undefined);
  environment.registerFunction(`quantity(string): ${type}`, quantity);
  environment.registerFunction(`${type}.isInteger(): bool`, ({ nanos }: Quantity) => nanos % NANO === 0n);
  environment.registerFunction(`${type}.asInteger(): int`, asInteger);
  environment.registerFunction(`${type}.asApproximateFloat(): double`, ({ nanos }: Quantity) => Number(nanos) / 1e9);
  environment.registerFunction(`${type}.sign(): int`, (a: Quantity) => compare(a, new Quantity(0n)));
  environment.registerFunction(`${type}.compareTo(${type}): int`, compare);
  environment.registerFunction(`${type}.isLessThan(${type}): bool`, (a: Quantity, b: Quantity) => a.nanos < b.nanos);
  environment.registerFunction(`${type}.isGreaterThan(${type}): bool`, (a: Quantity, b: Quantity) => a.nanos > b.nanos);
  environment.registerOperator(`${type} == ${type}`, (a: Quantity, b: Quantity) => a.nanos === b.nanos);
  for (const other of [type, 'int']) {
    environment.registerFunction(`${type}.add(${other}): ${type}`, (a: Quantity, b: Quantity | bigint) => sum(a, b));
    environment.registerFunction(`${type}.sub(${other}): ${type}`, (a: Quantity, b: Quantity | bigint) =>
      sum(a, b, -1n),
    );
  }
}
