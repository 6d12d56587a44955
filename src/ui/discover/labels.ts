/** Labels as a person types them into one field: `location=fra rack=r12 team=db`. Pure. */

export type LabelText = Readonly<Record<string, string>>;

/** Reads the field; the first word that is no label is the problem. What keys and values may be is judged by the plan. */
export function readLabelText(text: string): { readonly labels: LabelText } | { readonly problem: string } {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  const bad = words.find((word) => word.indexOf('=') < 1);
  if (bad !== undefined) return { problem: `"${bad}" is not KEY=VALUE` };
  const pairs = words.map((word): [string, string] => [
    word.slice(0, word.indexOf('=')),
    word.slice(word.indexOf('=') + 1),
  ]);
  return { labels: Object.fromEntries(pairs) };
}
