/** CustomResourceDefinitions as TypeScript sees them (apiextensions.k8s.io/v1). */
import type { Schema } from '../schema/schema.js';
import type { PrinterColumn } from '../tables/columns.js';
import type { ObjectMeta } from '../types.js';

export interface CrdNames {
  plural: string;
  singular?: string;
  kind: string;
  listKind?: string;
  shortNames?: string[];
  categories?: string[];
}

export interface CrdVersion {
  name: string;
  served: boolean;
  storage: boolean;
  deprecated?: boolean;
  deprecationWarning?: string;
  schema?: { openAPIV3Schema?: Schema };
  subresources?: {
    status?: object;
    scale?: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string };
  };
  additionalPrinterColumns?: PrinterColumn[];
  selectableFields?: { jsonPath: string }[];
}

export interface CrdCondition {
  type: string;
  status: string;
  lastTransitionTime?: string;
  reason?: string;
  message?: string;
}

export interface Crd {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  spec: {
    group: string;
    scope: string;
    names: CrdNames;
    versions: CrdVersion[];
    conversion?: { strategy?: string; webhook?: { clientConfig?: object; conversionReviewVersions?: string[] } };
    preserveUnknownFields?: boolean;
  };
  status?: {
    conditions?: CrdCondition[] | null;
    acceptedNames?: CrdNames;
    storedVersions?: string[] | null;
  };
}

/** The status of a condition, or undefined when it is not set. */
export const conditionStatus = (crd: Crd, type: string): string | undefined =>
  crd.status?.conditions?.find((condition) => condition.type === type)?.status;
