/**
 * CRDs, made from the kinds: `crdManifest(kind)` for one, `allCrds()` for everything metalctl installs. Used when
 * `config/crd` is generated, by `metalctl install crds`, and by the sandbox. Imports zod: load it late.
 */
import type { CustomKind } from '../define-kind.js';
import type { CustomResourceDefinition } from '../kubernetes.js';
import { metalKinds } from '../metal/v1alpha1/index.js';
import { crdManifest } from './manifest.js';

export { type SchemaFault, schemaFaults } from './faults.js';
export { crdManifest, crdName, schemaOf } from './manifest.js';
export { structuralProblems } from './problems.js';
export { structuralSchema } from './structural.js';

/** Every kind metalctl defines, in the order a round visits them. */
export const allKinds: readonly CustomKind[] = [...metalKinds];

/** The CRD of every kind metalctl defines. */
export const allCrds = (): CustomResourceDefinition[] => allKinds.map(crdManifest);
