/** Names from templates: `{vendor}-{serial}` filled from facts, and any text made a DNS label (RFC 1123). */

export interface Filled {
  readonly text: string;
  /** Fields the template names that do not exist. */
  readonly unknown: readonly string[];
  /** Fields that exist but have no value here. */
  readonly empty: readonly string[];
}

/** Replaces `{field}` by its value. Which fields exist is told by the keys of `values`. */
export function fillTemplate(template: string, values: Readonly<Record<string, string | undefined>>): Filled {
  const unknown: string[] = [];
  const empty: string[] = [];
  const text = template.replace(/\{([^{}]*)\}/g, (_, field: string) => {
    if (!Object.hasOwn(values, field)) unknown.push(field);
    else if (!values[field]) empty.push(field);
    return (Object.hasOwn(values, field) ? values[field] : '') ?? '';
  });
  return { text, unknown, empty };
}

/** Longest DNS label. */
const labelLimit = 63;

/** Makes a DNS label of any text: lower case, other characters to `-`, no `-` at the ends. May be empty. */
export const toDnsLabel = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, labelLimit)
    .replace(/-$/, '');
