/** `docs/reference/api/*.md`: a page per kind with every field, from the same schemas as the CRDs. */
import { allKinds, schemaOf } from '../../src/api/crd/index.js';
import type { CustomKind } from '../../src/api/define-kind.js';
import type { CrdSchema } from '../../src/api/kubernetes.js';
import { generatedMark } from './module.js';

export async function generate(): Promise<Map<string, string>> {
  const pages = allKinds.map((kind): [string, string] => [pathOf(kind), page(kind)]);
  return new Map([['docs/reference/api/README.md', index()], ...pages]);
}

const pathOf = (kind: CustomKind): string => `docs/reference/api/${kind.singular}.md`;

const index = (): string => `${generatedMark}
# API reference

| Kind | Group | Scope | Short name | What it is |
|---|---|---|---|---|
${allKinds
  .map(
    (kind) =>
      `| [${kind.kind}](${kind.singular}.md) | ${kind.group}/${kind.version} | ${kind.scope} | ${kind.shortNames.join(', ') || '–'} | ${kind.summary} |`,
  )
  .join('\n')}
`;

function page(kind: CustomKind): string {
  const schema = schemaOf(kind);
  const own = Object.keys(kind.shape).map((name): [string, CrdSchema, boolean] => [
    name,
    schema.properties?.[name] ?? {},
    schema.required?.includes(name) === true,
  ]);
  const warning = kind.deprecated === undefined ? [] : [`> Deprecated: ${kind.deprecated}.`, ''];
  return [
    generatedMark,
    `# ${kind.kind}`,
    '',
    kind.summary,
    '',
    ...warning,
    `\`${kind.group}/${kind.version}\` · ${kind.scope === 'Cluster' ? 'cluster-scoped' : 'namespaced'} · \`${[kind.plural, ...kind.shortNames].join('`, `')}\``,
    '',
    '| Field | Type | | Meaning |',
    '|---|---|---|---|',
    ...own.flatMap(([name, child, isRequired]) => rows(name, child, isRequired)),
    '',
    ...columnLines(kind),
  ].join('\n');
}

/** The field's row and those of everything below it. */
function rows(path: string, schema: CrdSchema, isRequired: boolean): string[] {
  const own = `| \`${path}\` | ${typeOf(schema)} | ${notes(schema, isRequired)} | ${(schema.description ?? '').replaceAll('|', '\\|')} |`;
  const inner = schema.items ?? schema;
  const prefix = schema.items ? `${path}[]` : path;
  const below = Object.entries(inner.properties ?? {}).flatMap(([name, child]) =>
    rows(`${prefix}.${name}`, child, inner.required?.includes(name) === true),
  );
  return [own, ...below];
}

function typeOf(schema: CrdSchema): string {
  if (schema['x-kubernetes-int-or-string']) return 'quantity';
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {})}`;
  if (typeof schema.additionalProperties === 'object') return `map of ${typeOf(schema.additionalProperties)}`;
  return schema.format ? `${schema.type} (${schema.format})` : (schema.type ?? 'any');
}

function notes(schema: CrdSchema, isRequired: boolean): string {
  const rules = (schema['x-kubernetes-validations'] ?? []).map((rule) => rule.message ?? `\`${rule.rule}\``);
  const values = schema.enum ? [`one of ${schema.enum.map((value) => `\`${value}\``).join(', ')}`] : [];
  const byDefault = schema.default === undefined || schema.default === '' ? [] : [`default \`${schema.default}\``];
  return [...(isRequired ? ['required'] : []), ...values, ...byDefault, ...rules].join('; ').replaceAll('|', '\\|');
}

const columnLines = (kind: CustomKind): string[] =>
  kind.columns.length === 0
    ? []
    : [
        '## Columns',
        '',
        ...kind.columns.map(
          (column) => `- ${column.name} \`${column.jsonPath}\`${column.priority ? ' (with `-o wide`)' : ''}`,
        ),
        '',
      ];
