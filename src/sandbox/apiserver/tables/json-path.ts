/** The simple JSON paths of printer columns, scale paths and selectable fields: `.a.b[0].c`, `.a[?(@.type=="X")].s`. */
import { isObject, type Json } from '../types.js';

type Step =
  | { readonly field: string }
  | { readonly index: number }
  | { readonly all: true }
  | { readonly where: readonly string[]; readonly equals: string };

const STEP =
  /^(?:\.([A-Za-z_$][\w$-]*)|\.?\['([^']*)'\]|\[(-?\d+)\]|(\[\*\]|\.\*)|\[\?\(@((?:\.[\w-]+)+)\s*==\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+))\)\])/;

/** Parse a path; undefined when it is not one of the simple forms. */
export function parsePath(text: string): ((value: unknown) => Json[]) | undefined {
  const steps: Step[] = [];
  let rest = text.replaceAll('\\.', '\u0000');
  while (rest !== '') {
    const match = STEP.exec(rest.replaceAll('\u0000', '_'));
    if (match === null) return undefined;
    steps.push(toStep(match, rest));
    rest = rest.slice(match[0].length);
  }
  return (value) => steps.reduce<Json[]>((found, step) => found.flatMap((item) => take(item, step)), [value as Json]);
}

function toStep(match: RegExpExecArray, rest: string): Step {
  const [whole, field, quoted, index, all, where, ...values] = match;
  if (field !== undefined) return { field: rest.slice(1, whole.length).replaceAll('\u0000', '.') };
  if (quoted !== undefined) return { field: quoted };
  if (index !== undefined) return { index: Number(index) };
  if (all !== undefined) return { all: true };
  return { where: (where ?? '').slice(1).split('.'), equals: values.find((value) => value !== undefined) ?? '' };
}

function take(value: Json, step: Step): Json[] {
  if ('field' in step) {
    const found = isObject(value) ? value[step.field] : undefined;
    return found === undefined ? [] : [found];
  }
  if ('all' in step) return Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  if (!Array.isArray(value)) return [];
  if ('index' in step) {
    const found = value.at(step.index);
    return found === undefined ? [] : [found];
  }
  return value.filter((item) => {
    const found = step.where.reduce<Json | undefined>((at, key) => (isObject(at) ? at[key] : undefined), item);
    return found !== undefined && String(found) === step.equals;
  });
}
