/**
 * Names of the kinds, without their schemas: what commands and completion need at start. Imports no zod; a test keeps
 * it equal to the definitions.
 */

export interface KindNames {
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  /** As the CRD declares them. */
  readonly shortNames: readonly string[];
  /** metalctl's own, understood by commands alone. */
  readonly aliases: readonly string[];
  readonly scope: 'Cluster' | 'Namespaced';
}

type Row = readonly [kind: string, plural: string, scope: KindNames['scope'], short?: string, ...aliases: string[]];

const metal = (rows: readonly Row[]): readonly KindNames[] =>
  rows.map(([kind, plural, scope, short, ...aliases]) => ({
    kind,
    group: 'metal.ironcore.dev',
    version: 'v1alpha1',
    plural,
    singular: kind.toLowerCase(),
    shortNames: short ? [short] : [],
    aliases,
    scope,
  }));

/** Every kind metalctl serves, in the order people expect them listed. */
export const kindNames: readonly KindNames[] = metal([
  ['Server', 'servers', 'Cluster', 'srv'],
  ['ServerClaim', 'serverclaims', 'Namespaced', 'scl', 'claims', 'claim'],
  ['BMC', 'bmcs', 'Cluster'],
  ['BMCSecret', 'bmcsecrets', 'Cluster', 'bmcsec'],
  ['BMCUser', 'bmcusers', 'Cluster', 'bmcu'],
  ['Endpoint', 'endpoints', 'Cluster', 'mep'],
  ['ServerBootConfiguration', 'serverbootconfigurations', 'Namespaced', 'sbc'],
  ['ServerReadinessRule', 'serverreadinessrules', 'Cluster', undefined, 'srr'],
]);

/**
 * The kind a person means: plural, singular, kind, short name or alias, any case, each with an optional `.group` or
 * `.version.group`. Undefined when no kind is called so.
 */
export function resolveKind(text: string): KindNames | undefined {
  const [name = '', ...rest] = text.toLowerCase().split('.');
  const qualifier = rest.join('.');
  return kindNames.find((kind) => wordsOf(kind).includes(name) && isQualifiedAs(kind, qualifier));
}

/** The name in a word that may carry its kind, as `-o name` prints it: `x`, `srv/x`, `server.metal.ironcore.dev/x`. */
export function bareName(word: string, kind: string): string {
  const at = word.indexOf('/');
  return at > 0 && resolveKind(word.slice(0, at))?.kind === kind ? word.slice(at + 1) : word;
}

/** Every word that resolves to the kind, the plural first. */
export const wordsOf = (kind: KindNames): readonly string[] => [
  kind.plural,
  kind.singular,
  ...kind.shortNames,
  ...kind.aliases,
];

const isQualifiedAs = (kind: KindNames, qualifier: string): boolean =>
  qualifier === '' || qualifier === kind.group || qualifier === `${kind.version}.${kind.group}`;
