/**
 * Label selectors in kubectl's text form: `a=b,c!=d,e in (f,g),h,!i`. Equality, sets and existence.
 *
 * Source: Kubernetes documentation, "Labels and Selectors".
 */

export type Requirement =
  | { readonly key: string; readonly operator: 'in' | 'notin'; readonly values: readonly string[] }
  | { readonly key: string; readonly operator: 'exists' }
  | { readonly key: string; readonly operator: 'absent' };

const keyText = String.raw`((?:[A-Za-z0-9](?:[-A-Za-z0-9.]{0,251}[A-Za-z0-9])?\/)?[A-Za-z0-9](?:[-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?)`;
const valueText = `((?:[A-Za-z0-9](?:[-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?)?)`;
const set = new RegExp(String.raw`^${keyText}\s+(in|notin)\s*\(([^()]*)\)$`);
const equality = new RegExp(String.raw`^${keyText}\s*(==|=|!=)\s*${valueText}$`);
const existence = new RegExp(String.raw`^(!?)\s*${keyText}$`);
const value = new RegExp(`^${valueText}$`);

/** The requirements of a selector, all of which must hold; undefined when the text is not a selector. */
export function parseSelector(text: string): readonly Requirement[] | undefined {
  if (text.trim() === '') return [];
  const parsed = splitOutsideParentheses(text).map((part) => requirementOf(part.trim()));
  return parsed.some((each) => each === undefined) ? undefined : (parsed as Requirement[]);
}

/** Whether labels meet every requirement. */
export const matchesLabels = (
  requirements: readonly Requirement[],
  labels: Readonly<Record<string, string>> = {},
): boolean =>
  requirements.every((each) => {
    const has = Object.hasOwn(labels, each.key);
    if (each.operator === 'exists') return has;
    if (each.operator === 'absent') return !has;
    const isIn = has && each.values.includes(labels[each.key] ?? '');
    return (each.operator === 'in') === isIn;
  });

function requirementOf(part: string): Requirement | undefined {
  const inSet = set.exec(part);
  if (inSet !== null) return setRequirement(inSet);
  const equal = equality.exec(part);
  if (equal !== null) {
    const [, key = '', operator = '', one = ''] = equal;
    return { key, operator: operator === '!=' ? 'notin' : 'in', values: [one] };
  }
  const exists = existence.exec(part);
  if (exists === null) return undefined;
  const key = exists[2] ?? '';
  return exists[1] === '!' ? { key, operator: 'absent' } : { key, operator: 'exists' };
}

function setRequirement(match: RegExpExecArray): Requirement | undefined {
  const values = (match[3] ?? '').split(',').map((each) => each.trim());
  if (!values.every((each) => value.test(each))) return undefined;
  return { key: match[1] ?? '', operator: match[2] as 'in' | 'notin', values };
}

function splitOutsideParentheses(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (text[at] !== ',' || depth !== 0) continue;
    parts.push(text.slice(start, at));
    start = at + 1;
  }
  return [...parts, text.slice(start)];
}
