/** Columns that many kinds share, and those a CRD describes. */
import type { Column } from '../resources/resource.js';
import type { Json, KubeObject } from '../types.js';
import { ageOf } from './age.js';
import { DESCRIPTIONS } from './descriptions.js';
import { parsePath } from './json-path.js';

/** Make a column; the type is string unless said otherwise. */
export function column(
  name: string,
  description: string,
  value: Column['value'],
  options: { readonly type?: string; readonly format?: string; readonly priority?: number } = {},
): Column {
  return {
    name,
    description,
    value,
    type: options.type ?? 'string',
    format: options.format ?? '',
    priority: options.priority ?? 0,
  };
}

export const nameColumn = column('Name', DESCRIPTIONS.name, (object) => object.metadata.name ?? '', { format: 'name' });

export const ageColumn = column('Age', DESCRIPTIONS.creationTimestamp, (object, now) =>
  ageOf(object.metadata.creationTimestamp, now),
);

/** `spec.versions[].additionalPrinterColumns[]` of a CRD. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  readonly jsonPath: string;
}

/** A column read by a JSON path. */
export function printerColumn(spec: PrinterColumn): Column {
  const read = parsePath(spec.jsonPath) ?? (() => []);
  const description = spec.description ?? `Custom resource definition column (in JSONPath format): ${spec.jsonPath}`;
  return {
    name: spec.name,
    type: spec.type,
    format: spec.format ?? '',
    description,
    priority: spec.priority ?? 0,
    value: (object: KubeObject, now) => cell(read(object), spec.type, now),
  };
}

function cell(found: readonly Json[], type: string, now: Date): Json {
  const [first] = found;
  if (first === undefined || first === null) return null;
  switch (type) {
    case 'integer':
      return typeof first === 'number' ? Math.trunc(first) : null;
    case 'number':
      return typeof first === 'number' ? first : null;
    case 'boolean':
      return typeof first === 'boolean' ? first : null;
    case 'date':
      return typeof first === 'string' && !Number.isNaN(Date.parse(first)) ? ageOf(first, now) : '<invalid>';
    default:
      return typeof first === 'string' ? first : JSON.stringify(first);
  }
}
