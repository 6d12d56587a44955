/** Field selectors (`metadata.name=x,type!=y`) over the few fields a resource offers. */
import { badRequest } from '../status.js';

/** The fields of one object that selectors may name. */
export type SelectableFields = Readonly<Record<string, string>>;

export interface FieldSelector {
  matches(fields: SelectableFields): boolean;
  /** The only value a field can have, when the selector demands one: lets a list read one key. */
  exact(field: string): string | undefined;
}

interface Requirement {
  readonly field: string;
  readonly value: string;
  readonly negated: boolean;
}

/** Parse a selector whose fields must satisfy `check`, which throws for a field that is not offered. @throws StatusError 400 */
export function parseFieldSelector(text: string, check: (field: string) => void): FieldSelector {
  const requirements = split(text).map((part) => parsePart(text, part));
  for (const { field } of requirements) check(field);
  return {
    matches: (fields) =>
      requirements.every(({ field, value, negated }) => ((fields[field] ?? '') === value) !== negated),
    exact: (field) => requirements.find((part) => part.field === field && !part.negated)?.value,
  };
}

/** Split at commas that are not escaped. */
const split = (text: string): string[] => (text.match(/(?:\\.|[^,\\])+/g) ?? []).filter((part) => part.trim() !== '');

function parsePart(whole: string, part: string): Requirement {
  const match = /^((?:\\.|[^=!\\])*)(!=|==|=)((?:\\.|[^\\])*)$/s.exec(part);
  if (match === null) throw badRequest(`invalid selector: '${whole}'; can't understand '${part}'`);
  const [, field = '', operator, value = ''] = match;
  return { field: field.trim(), value: value.replace(/\\(.)/gs, '$1'), negated: operator === '!=' };
}
