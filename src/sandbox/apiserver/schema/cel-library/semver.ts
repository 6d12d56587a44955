/** Semantic versions in rules (semver.org 2.0.0): `semver('1.2.3').isLessThan(…)`. */
import type { Environment } from '@marcbachmann/cel-js';

class Semver {
  constructor(
    readonly numbers: readonly bigint[],
    readonly prerelease: readonly string[],
  ) {}
}

const NUMBER = '(0|[1-9]\\d*)';
const GRAMMAR = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-([0-9A-Za-z.-]+))?(?:\\+[0-9A-Za-z.-]+)?$`);

function read(text: string): Semver | undefined {
  const match = GRAMMAR.exec(text);
  const prerelease = match?.[4]?.split('.') ?? [];
  if (match === null || prerelease.some((part) => part === '' || /^0\d+$/.test(part))) return undefined;
  return new Semver(
    [match[1], match[2], match[3]].map((part) => BigInt(part ?? 0)),
    prerelease,
  );
}

function semver(text: string): Semver {
  const found = read(text);
  if (found === undefined) throw new Error(`semver parse error during conversion from string: ${JSON.stringify(text)}`);
  return found;
}

function compare(a: Semver, b: Semver): bigint {
  for (const [index, number] of a.numbers.entries()) {
    const other = b.numbers[index] ?? 0n;
    if (number !== other) return number < other ? -1n : 1n;
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0) return BigInt(b.prerelease.length - a.prerelease.length);
  return comparePrerelease(a.prerelease, b.prerelease);
}

/** Numbers by value and before words, words by their bytes, and the longer one wins (semver.org, item 11). */
function comparePrerelease(a: readonly string[], b: readonly string[]): bigint {
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1n;
    if (part === other) continue;
    const [isNumber, isOtherNumber] = [/^\d+$/.test(part), /^\d+$/.test(other)];
    if (isNumber && isOtherNumber) return BigInt(part) < BigInt(other) ? -1n : 1n;
    if (isNumber !== isOtherNumber) return isNumber ? -1n : 1n;
    return part < other ? -1n : 1n;
  }
  return a.length < b.length ? -1n : 0n;
}

const signOf = (value: bigint): bigint => (value < 0n ? -1n : value > 0n ? 1n : 0n);

export function registerSemver(environment: Environment): void {
  const type = 'kubernetes.Semver';
  environment.registerType(type, { ctor: Semver, fields: {} });
  environment.registerFunction('isSemver(string): bool', (text: string) => read(text) !== undefined);
  environment.registerFunction(`semver(string): ${type}`, semver);
  environment.registerOperator(`${type} == ${type}`, (a: Semver, b: Semver) => compare(a, b) === 0n);
  for (const [index, name] of ['major', 'minor', 'patch'].entries())
    environment.registerFunction(`${type}.${name}(): int`, ({ numbers }: Semver) => numbers[index] ?? 0n);
  environment.registerFunction(`${type}.compareTo(${type}): int`, (a: Semver, b: Semver) => signOf(compare(a, b)));
  environment.registerFunction(`${type}.isLessThan(${type}): bool`, (a: Semver, b: Semver) => compare(a, b) < 0n);
  environment.registerFunction(`${type}.isGreaterThan(${type}): bool`, (a: Semver, b: Semver) => compare(a, b) > 0n);
}
