/** Whether values suit their attributes: type, list, bounds, length, form; and what dependencies have to say about it. */
import type { AttributeCheck, AttributeRule, AttributeValue, AttributeValues } from '../../ports/bmc.js';
import type { AttributeRegistry, Condition, Dependency } from './registry.js';

type Verdict = { readonly value: AttributeValue } | { readonly why: string };

export interface CheckQuestion {
  readonly wanted: AttributeValues;
  readonly current: AttributeValues;
  readonly pending: AttributeValues;
  /** Absent where the BMC has none: then the types of the current values are all there is to go by. */
  readonly registry: AttributeRegistry | undefined;
  /** Whether a change waits for a reset where no registry tells. */
  readonly needsReset: boolean;
}

/** Judges all values together; nothing stops at the first problem. */
export function checkAttributes(question: CheckQuestion): AttributeCheck {
  const { wanted, current, pending, registry } = question;
  const changes: Record<string, AttributeValue> = {};
  const problems: { name: string; why: string }[] = [];
  for (const [name, value] of Object.entries(wanted)) {
    const verdict = judge(question, name, value);
    if ('why' in verdict) problems.push({ name, why: verdict.why });
    else if (differs(verdict.value, effective(name, current, pending), registry?.rules.get(name))) {
      changes[name] = verdict.value;
    }
  }
  const warnings = registry === undefined ? [] : warningsOf(registry.dependencies, changes, { ...current, ...pending });
  const needsReset = Object.keys(changes).some((name) => registry?.rules.get(name)?.needsReset ?? question.needsReset);
  return { changes, problems, warnings, needsReset };
}

const effective = (name: string, current: AttributeValues, pending: AttributeValues): AttributeValue | undefined =>
  name in pending ? pending[name] : current[name];

/** iDRAC shows enumerations by their display names. */
function differs(value: AttributeValue, known: AttributeValue | undefined, rule: AttributeRule | undefined): boolean {
  if (known === undefined || value === known) return known === undefined;
  const entry = rule?.values?.find(({ name }) => name === value);
  if (entry !== undefined) return entry.display !== known;
  return !(rule?.type === 'Integer' && Number(known) === value);
}

function judge({ registry, current }: CheckQuestion, name: string, value: AttributeValue): Verdict {
  if (registry === undefined) return judgeByCurrent(name, value, current[name]);
  const rule = registry.rules.get(name);
  if (rule === undefined) return { why: 'the BMC knows no such attribute' };
  if (rule.isReadOnly) return { why: 'it is read-only' };
  if (rule.isHidden) return { why: 'it is hidden' };
  return judgeByRule(rule, value);
}

function judgeByCurrent(name: string, value: AttributeValue, known: AttributeValue | undefined): Verdict {
  if (known === undefined) return { why: `the BMC shows no ${name}` };
  if (typeof known === 'number') return toInteger(value);
  if (typeof known === 'boolean') return toBoolean(value);
  return known === null || typeof value === 'string' ? { value } : { why: 'it must be text' };
}

function judgeByRule(rule: AttributeRule, value: AttributeValue): Verdict {
  if (rule.type === 'Integer') return withinBounds(rule, toInteger(value));
  if (rule.type === 'Boolean') return toBoolean(value);
  if (rule.type === 'Enumeration') return listed(rule, value);
  if (rule.type === 'String') return wellFormed(rule, value);
  if (rule.type === 'Password') return { why: 'passwords are not set as attributes' };
  return { why: `attributes of the type ${rule.type} cannot be set` };
}

function toInteger(value: AttributeValue): Verdict {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value.trim()) ? Number(value) : value;
  return Number.isSafeInteger(number) ? { value: number } : { why: 'it must be a whole number' };
}

function toBoolean(value: AttributeValue): Verdict {
  if (typeof value === 'boolean') return { value };
  const isWord = typeof value === 'string' && /^(true|false)$/i.test(value);
  return isWord ? { value: value.toLowerCase() === 'true' } : { why: 'it must be true or false' };
}

function withinBounds({ lowerBound, upperBound, increment }: AttributeRule, verdict: Verdict): Verdict {
  if ('why' in verdict) return verdict;
  const number = Number(verdict.value);
  if (lowerBound !== undefined && number < lowerBound) return { why: `it must be at least ${lowerBound}` };
  if (upperBound !== undefined && number > upperBound) return { why: `it must be at most ${upperBound}` };
  const isOffGrid = increment !== undefined && (number - (lowerBound ?? 0)) % increment !== 0;
  return isOffGrid ? { why: `it must be a step of ${increment} from ${lowerBound ?? 0}` } : verdict;
}

/** Names decide; the name people see will do and is sent as the name. */
function listed({ values = [] }: AttributeRule, value: AttributeValue): Verdict {
  const entry = values.find(({ name }) => name === value) ?? values.find(({ display }) => display === value);
  if (entry !== undefined) return { value: entry.name };
  const names = values.slice(0, 20).map(({ name }) => name);
  return { why: `it must be one of ${names.join(', ')}${values.length > 20 ? ', …' : ''}` };
}

function wellFormed({ minLength = 0, maxLength, expression }: AttributeRule, value: AttributeValue): Verdict {
  if (typeof value !== 'string') return { why: 'it must be text' };
  if (value.length < minLength) return { why: `it must have at least ${minLength} characters` };
  if (maxLength !== undefined && value.length > maxLength)
    return { why: `it must have at most ${maxLength} characters` };
  const pattern = expression === undefined ? undefined : safePattern(expression);
  const isOdd = pattern !== undefined && value.length <= 256 && !pattern.test(value);
  return isOdd ? { why: `it must have the form ${expression}` } : { value };
}

/**
 * The expression comes from the BMC, and a backtracking one could hold the process up for ever. Only those without groups,
 * alternatives and back references, and with at most two quantifiers, are tried: their cost is bounded by the length
 * squared. The others are the BMC's to judge.
 */
function safePattern(expression: string): RegExp | undefined {
  if (expression.length > 200) return undefined;
  const bare = expression.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  const quantifiers = bare.match(/[*+?]|\{[^}]*\}/g) ?? [];
  if (/[()|]|\\[1-9k]/.test(bare) || quantifiers.length > 2) return undefined;
  try {
    return new RegExp(`^(?:${expression})$`, 'u');
  } catch {
    return undefined;
  }
}

/** Properties whose dependencies keep a value from taking effect. */
const obstacles = ['GrayOut', 'ReadOnly', 'Hidden', 'Immutable'];

function warningsOf(dependencies: readonly Dependency[], changes: AttributeValues, before: AttributeValues): string[] {
  const after = { ...before, ...changes };
  return dependencies
    .filter(({ attribute, property, value }) => attribute in changes && obstacles.includes(property) && value === true)
    .filter(({ conditions }) => hold(conditions, after))
    .map(
      ({ attribute, property, conditions }) =>
        `${attribute} is ${words[property]} while ${conditions.map(spell).join(' ')}`,
    );
}

const words: Readonly<Record<string, string>> = {
  GrayOut: 'greyed out',
  ReadOnly: 'read-only',
  Hidden: 'hidden',
  Immutable: 'immutable',
};

/** Left to right, as the registry lists them (DSP0268 AttributeRegistry, MapTerms). */
const hold = (conditions: readonly Condition[], values: AttributeValues): boolean =>
  conditions.reduce((sofar, condition, index) => {
    const holds = holdsOne(condition, values[condition.attribute]);
    if (index === 0) return holds;
    return condition.term === 'OR' ? sofar || holds : sofar && holds;
  }, false);

function holdsOne({ operator, value }: Condition, actual: AttributeValue | undefined): boolean {
  if (actual === undefined) return false;
  if (operator === 'EQU') return actual === value;
  if (operator === 'NEQ') return actual !== value;
  const [a, b] = [Number(actual), Number(value)];
  if (operator === 'GTR') return a > b;
  if (operator === 'GEQ') return a >= b;
  if (operator === 'LSS') return a < b;
  return operator === 'LEQ' && a <= b;
}

const signs: Readonly<Record<string, string>> = { EQU: 'is', NEQ: 'is not', GTR: '>', GEQ: '>=', LSS: '<', LEQ: '<=' };

const spell = ({ attribute, operator, value, term }: Condition, index: number): string =>
  `${index === 0 ? '' : `${term.toLowerCase()} `}${attribute} ${signs[operator] ?? operator} ${String(value)}`;
