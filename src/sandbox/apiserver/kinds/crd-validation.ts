/** What makes a CustomResourceDefinition acceptable beside its schemas (apiextensions validation). */
import { immutable, invalidValue, notSupported, required } from '../field-errors.js';
import { label1035Errors, subdomainErrors } from '../resources/names.js';
import { ruleErrors } from '../schema/rule-errors.js';
import type { Schema } from '../schema/schema.js';
import { structuralErrors } from '../schema/structural.js';
import type { FieldError } from '../status.js';
import { parsePath } from '../tables/json-path.js';
import { equal } from '../types.js';
import { type Crd, type CrdNames, type CrdVersion, conditionStatus } from './crd-types.js';

const APPROVAL = 'api-approved.kubernetes.io';
const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];

/** Every error of a CRD that is created or replaced. */
export function validateCrd(crd: Crd, old: Crd | undefined): FieldError[] {
  const { spec } = crd;
  return [
    ...nameErrors(crd),
    ...groupErrors(spec.group, crd),
    ...scopeErrors(spec.scope),
    ...versionErrors(spec.versions ?? [], crd),
    ...namesErrors(spec.names),
    ...contentErrors(spec.versions ?? []),
    ...conversionErrors(crd),
    ...(spec.preserveUnknownFields === true
      ? [
          invalidValue(
            'spec.preserveUnknownFields',
            true,
            'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
          ),
        ]
      : []),
    ...(old === undefined ? [] : updateErrors(crd, old)),
  ];
}

function nameErrors({ metadata, spec }: Crd): FieldError[] {
  if (metadata.name === `${spec.names?.plural}.${spec.group}`) return [];
  return [invalidValue('metadata.name', metadata.name ?? '', 'must be spec.names.plural+"."+spec.group')];
}

function groupErrors(group: string, { metadata }: Crd): FieldError[] {
  if (!group) return [required('spec.group')];
  const errors = subdomainErrors(group).map((why) => invalidValue('spec.group', group, why));
  if (group.split('.').length < 2)
    errors.push(invalidValue('spec.group', group, 'should be a domain with at least one dot'));
  const isProtected = /(^|\.)(k8s|kubernetes)\.io$/.test(group);
  if (isProtected && !metadata.annotations?.[APPROVAL]) {
    const field = `metadata.annotations[${APPROVAL}]`;
    const why = `protected groups must have approval annotation "${APPROVAL}", see https://github.com/kubernetes/enhancements/pull/1111`;
    errors.push(required(field, why));
  }
  return errors;
}

const scopeErrors = (scope: string): FieldError[] =>
  scope === 'Cluster' || scope === 'Namespaced' ? [] : [notSupported('spec.scope', scope, ['Cluster', 'Namespaced'])];

/** A version as Go prints its struct, with what was hoisted out of it gone. */
const goVersion = (version: CrdVersion) => ({
  Name: version.name,
  Served: version.served,
  Storage: version.storage,
  Deprecated: version.deprecated ?? false,
  DeprecationWarning: version.deprecationWarning ?? null,
  Schema: null,
  Subresources: null,
  AdditionalPrinterColumns: null,
  SelectableFields: null,
});

function versionErrors(versions: readonly CrdVersion[], crd: Crd): FieldError[] {
  const errors: FieldError[] = [];
  versions.forEach((version, index) => {
    for (const why of label1035Errors(version.name))
      errors.push(invalidValue(`spec.versions[${index}].name`, version.name, why));
  });
  const [first] = versions;
  if (first !== undefined) {
    for (const why of label1035Errors(first.name)) errors.push(invalidValue('spec.version', first.name, why));
  }
  if (versions.filter((version) => version.storage).length !== 1) {
    const shown = JSON.stringify(versions.map(goVersion));
    const message = `Invalid value: ${shown}: must have exactly one version marked as storage version`;
    errors.push({ reason: 'FieldValueInvalid', field: 'spec.versions', message });
  }
  const names = versions.map(({ name }) => name);
  if (new Set(names).size < names.length) {
    const message = `Invalid value: ${JSON.stringify(versions.map(goVersion))}: must contain unique version names`;
    errors.push({ reason: 'FieldValueInvalid', field: 'spec.versions', message });
  }
  return [...errors, ...storedVersionErrors(crd)];
}

function storedVersionErrors({ spec, status }: Crd): FieldError[] {
  const stored = status?.storedVersions ?? [];
  if (stored.length === 0) {
    return [invalidValue('status.storedVersions', null, 'must have at least one stored version')];
  }
  const storage = spec.versions.findLast((version) => version.storage)?.name;
  if (storage !== undefined && !stored.includes(storage)) {
    return [invalidValue('status.storedVersions', stored, `must have the storage version ${storage}`)];
  }
  return stored.flatMap((version, index) => {
    if (spec.versions.some(({ name }) => name === version)) return [];
    const why = `missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`;
    return [invalidValue(`status.storedVersions[${index}]`, version, why)];
  });
}

function namesErrors(names: CrdNames): FieldError[] {
  const at = (field: string, value: string | undefined) =>
    label1035Errors(value ?? '').map((why) => invalidValue(`spec.names.${field}`, value ?? '', why));
  const kindAt = (field: string, value: string | undefined) =>
    label1035Errors((value ?? '').toLowerCase()).map((why) =>
      invalidValue(`spec.names.${field}`, value ?? '', `may have mixed case, but should otherwise match: ${why}`),
    );
  const listAt = (field: string, values: readonly string[] = []) =>
    values.flatMap((value, index) => at(`${field}[${index}]`, value));
  return [
    ...at('plural', names.plural),
    ...at('singular', names.singular),
    ...kindAt('kind', names.kind),
    ...kindAt('listKind', names.listKind),
    ...listAt('shortNames', names.shortNames),
    ...listAt('categories', names.categories),
    ...(names.kind === names.listKind
      ? [invalidValue('spec.names.listKind', names.listKind, 'kind and listKind may not be the same')]
      : []),
  ];
}

/** What all versions share is checked once, under the spec, as a real server's internal form has it. */
function contentErrors(versions: readonly CrdVersion[]): FieldError[] {
  const [first] = versions;
  if (first === undefined) return [];
  const shares = (part: (version: CrdVersion) => unknown) =>
    versions.every((version) => equal(part(version), part(first)));
  const errors: FieldError[] = [];
  const each = (hoisted: boolean, check: (version: CrdVersion, path: string) => FieldError[]) => {
    if (hoisted) errors.push(...check(first, 'spec'));
    else for (const [index, version] of versions.entries()) errors.push(...check(version, `spec.versions[${index}]`));
  };
  each(
    shares((version) => version.schema),
    schemaErrors,
  );
  each(
    shares((version) => version.subresources),
    scaleErrors,
  );
  each(
    shares((version) => version.additionalPrinterColumns),
    columnErrors,
  );
  each(
    shares((version) => version.selectableFields),
    selectableErrors,
  );
  return errors;
}

function schemaErrors(version: CrdVersion, path: string): FieldError[] {
  const schema = version.schema?.openAPIV3Schema;
  if (schema === undefined) {
    const place = path === 'spec' ? 'spec.versions[0]' : path;
    return [required(`${place}.schema.openAPIV3Schema`)];
  }
  const at = `${path === 'spec' ? 'spec.validation' : `${path}.schema`}.openAPIV3Schema`;
  const errors = structuralErrors(schema, at);
  return errors.length > 0 ? errors : ruleErrors(schema, at);
}

const isSimplePath = (text: string | undefined) => text?.startsWith('.') === true && parsePath(text) !== undefined;
const SIMPLE = 'must be a simple json path starting with .';

function scaleErrors(version: CrdVersion, path: string): FieldError[] {
  const scale = version.subresources?.scale;
  if (scale === undefined) return [];
  const check = (field: keyof typeof scale, root: string): FieldError[] => {
    const at = `${path}.subresources.scale.${field}`;
    const value = scale[field];
    if (value === undefined) return [];
    if (value === '') return [required(at)];
    if (!isSimplePath(value)) return [invalidValue(at, value, SIMPLE)];
    return value.startsWith(`${root}.`) ? [] : [invalidValue(at, value, `should be a json path under ${root}`)];
  };
  return [
    ...check('specReplicasPath', '.spec'),
    ...check('statusReplicasPath', '.status'),
    ...selectorPath(check, scale.labelSelectorPath),
  ];
}

const selectorPath = (check: (field: 'labelSelectorPath', root: string) => FieldError[], value: string | undefined) =>
  value?.startsWith('.spec') ? check('labelSelectorPath', '.spec') : check('labelSelectorPath', '.status');

function columnErrors(version: CrdVersion, path: string): FieldError[] {
  return (version.additionalPrinterColumns ?? []).flatMap((column, index) => {
    const at = `${path}.additionalPrinterColumns[${index}]`;
    return [
      ...(column.name ? [] : [required(`${at}.name`)]),
      ...(column.type ? [] : [required(`${at}.type`)]),
      ...(column.type && !COLUMN_TYPES.includes(column.type)
        ? [invalidValue(`${at}.type`, column.type, `must be one of ${COLUMN_TYPES.join(',')}`)]
        : []),
      ...(column.jsonPath ? [] : [required(`${at}.JSONPath`)]),
      ...(column.jsonPath && !column.jsonPath.startsWith('.')
        ? [invalidValue(`${at}.JSONPath`, column.jsonPath, SIMPLE)]
        : []),
    ];
  });
}

const SELECTABLE = ['string', 'integer', 'boolean'];
const NOT_SELECTABLE =
  'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';

function selectableErrors(version: CrdVersion, path: string): FieldError[] {
  const seen = new Set<string>();
  return (version.selectableFields ?? []).flatMap(({ jsonPath }, index) => {
    const at = `${path}.selectableFields[${index}].jsonPath`;
    const found = schemaAt(version.schema?.openAPIV3Schema, jsonPath);
    const repeated = seen.has(jsonPath);
    seen.add(jsonPath);
    if (repeated) {
      return [{ reason: 'FieldValueDuplicate', field: at, message: `Duplicate value: ${JSON.stringify(jsonPath)}` }];
    }
    if (jsonPath.startsWith('.metadata')) return [invalidValue(at, jsonPath, 'must not point to fields in metadata')];
    if (!isSimplePath(jsonPath))
      return [invalidValue(at, jsonPath, `is an invalid path: expected [ or . but got: ${jsonPath}`)];
    if (found === undefined) return [invalidValue(at, jsonPath, 'is an invalid path: does not refer to a valid field')];
    return SELECTABLE.includes(found.type ?? '') ? [] : [invalidValue(at, jsonPath, NOT_SELECTABLE)];
  });
}

/** The schema a plain dotted path leads to. */
const schemaAt = (schema: Schema | undefined, path: string): Schema | undefined =>
  path
    .slice(1)
    .split('.')
    .reduce<Schema | undefined>((at, key) => at?.properties?.[key], schema);

function conversionErrors({ spec }: Crd): FieldError[] {
  const strategy = spec.conversion?.strategy ?? 'None';
  if (strategy === 'None') return [];
  if (strategy !== 'Webhook') return [notSupported('spec.conversion.strategy', strategy, ['None', 'Webhook'])];
  const { webhook } = spec.conversion ?? {};
  return [
    ...(webhook?.clientConfig === undefined
      ? [required('spec.conversion.webhookClientConfig', 'required when strategy is set to Webhook')]
      : []),
    ...(webhook?.conversionReviewVersions === undefined ? [required('spec.conversion.conversionReviewVersions')] : []),
  ];
}

/** Once established, scope and kind stay. */
function updateErrors(crd: Crd, old: Crd): FieldError[] {
  const errors: FieldError[] = [];
  if (conditionStatus(old, 'Established') === 'True') {
    if (crd.spec.scope !== old.spec.scope) errors.push(immutable('spec.scope', crd.spec.scope));
    if (crd.spec.names.kind !== old.spec.names.kind) errors.push(immutable('spec.names.kind', crd.spec.names.kind));
  }
  if (crd.spec.group !== old.spec.group) errors.push(immutable('spec.group', crd.spec.group));
  if (crd.spec.names.plural !== old.spec.names.plural)
    errors.push(immutable('spec.names.plural', crd.spec.names.plural));
  return errors;
}
