/** Turns one declaration of a custom kind, in zod, into the definition everything else is derived from. */
import type { z } from 'zod';
import type { Column, KindDef, KubeObject } from './kind.js';

/** Printer column as declared: header, JSONPath, and whatever differs from a plain string column. */
export type ColumnRow = readonly [name: string, jsonPath: string, more?: Omit<Column, 'name' | 'jsonPath'>];

/** `columns: [..., ['Age', AGE, DATE]]`: the path every kind shows last. */
export const AGE = '.metadata.creationTimestamp';

/** Column options of a time: shown as an age. */
export const DATE = { type: 'date' } as const;

/** Column options of what only `-o wide` shows. */
export const WIDE = { priority: 100 } as const;

/** CEL rule of a schema (`x-kubernetes-validations`). Upstream leaves some messages to the API server. */
export interface CelRule {
  readonly rule: string;
  readonly message?: string;
}

type Shape = Readonly<Record<string, z.ZodType>>;
type SpecOf<S> = S extends z.ZodType ? { spec?: z.infer<S> } : unknown;
type RequiredSpecOf<S> = S extends z.ZodType ? { spec: z.infer<S> } : unknown;
type StatusOf<S> = S extends z.ZodType ? { status?: z.infer<S> } : unknown;
type FieldsOf<F> = F extends Shape
  ? { -readonly [K in keyof z.infer<z.ZodObject<F>>]: z.infer<z.ZodObject<F>>[K] }
  : unknown;

/** What an object of a declared kind looks like in TypeScript. */
export type DeclaredObject<Spec, Status, Fields, Required> = KubeObject &
  (Required extends true ? RequiredSpecOf<Spec> : SpecOf<Spec>) &
  StatusOf<Status> &
  FieldsOf<Fields>;

/** The declaration of a custom kind (house rule: one definition, many derivatives). */
export interface KindDeclaration<Spec, Status, Fields, Required> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly scope: 'Cluster' | 'Namespaced';
  /** One sentence: the description of the kind in CRD, reference and `explain`. */
  readonly summary: string;
  readonly shortNames?: readonly string[];
  readonly spec?: Spec;
  readonly status?: Status;
  /** Top-level fields beside metadata, for kinds without spec (BMCSecret). */
  readonly fields?: Fields;
  /** Objects without `spec` are refused. Default: they pass, and its inner rules are not evaluated. */
  readonly specRequired?: Required;
  readonly columns: readonly ColumnRow[];
  /** Warning the API server sends with every answer about a deprecated kind. */
  readonly deprecated?: string;
}

/** A custom kind: the definition ports work with, and the schemas CRDs, validation and docs are made from. */
export interface CustomKind<T extends KubeObject = KubeObject> extends KindDef<T> {
  readonly summary: string;
  readonly deprecated: string | undefined;
  readonly specRequired: boolean;
  /** Top-level properties beside apiVersion, kind and metadata, in order. */
  readonly shape: Shape;
}

/**
 * Declares a kind. The object's TypeScript type is derived from the schemas; ask for it with `ObjectOf<typeof Kind>`.
 * *Caveat*: fields the API server defaults are typed as absent-able where a reader may meet older objects.
 */
export function defineKind<
  Spec extends z.ZodType | undefined = undefined,
  Status extends z.ZodType | undefined = undefined,
  Fields extends Shape | undefined = undefined,
  Required extends boolean = false,
>(
  declared: KindDeclaration<Spec, Status, Fields, Required>,
): CustomKind<DeclaredObject<Spec, Status, Fields, Required>> {
  return {
    group: declared.group,
    version: declared.version,
    kind: declared.kind,
    plural: declared.plural,
    singular: declared.kind.toLowerCase(),
    shortNames: declared.shortNames ?? [],
    scope: declared.scope,
    // Upstream declares the subresource for every kind, even for BMCSecret, whose schema has no status.
    hasStatus: true,
    columns: declared.columns.map(([name, jsonPath, more]) => ({ name, jsonPath, ...more })),
    summary: declared.summary,
    deprecated: declared.deprecated,
    specRequired: declared.specRequired ?? false,
    shape: shapeOf(declared),
  };
}

function shapeOf(declared: { fields?: Shape; spec?: z.ZodType; status?: z.ZodType }): Shape {
  const shape: Record<string, z.ZodType> = { ...declared.fields };
  if (declared.spec) shape.spec = declared.spec;
  if (declared.status) shape.status = declared.status;
  return shape;
}
