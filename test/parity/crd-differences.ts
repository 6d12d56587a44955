/**
 * Where our CRDs differ from upstream's on purpose: one line each, with its reason. The parity test fails for every
 * difference that has no line here, and for every line that no longer differs.
 */

export interface Allowed {
  /** Plural of the kind. */
  readonly kind: string;
  /** Path in the CRD, as the test prints it. A whole added field is one difference. */
  readonly path: string;
  readonly reason: string;
}

const schema = 'spec.versions[v1alpha1].schema.openAPIV3Schema.properties';

export const allowedDifferences: readonly Allowed[] = [
  {
    kind: 'servers',
    path: `${schema}.spec.properties.serverMaintenanceRef`,
    reason: 'upstream v0.7.0 has it: a ServerMaintenance holds the Server through it',
  },
  {
    kind: 'servers',
    path: `${schema}.spec.properties.maintenanceBootConfigurationRef`,
    reason: 'upstream v0.7.0 has it: the boot configuration of a maintenance is stored in it',
  },
  {
    kind: 'servers',
    path: `${schema}.spec.properties.biosSettingsRef`,
    reason: 'upstream v0.7.0 has it: objects written for that release keep the field, nothing reads it',
  },
];
