/** ServerBootConfiguration: what a Server boots next, made ready by a boot operator. */
import { z } from 'zod';
import { AGE, DATE, defineKind } from '../../define-kind.js';
import { Conditions, LocalRef, open } from '../../fields.js';
import type { ObjectOf } from '../../kind.js';
import { metalGroup } from './group.js';

export const ServerBootConfigurationSpec = z
  .object({
    serverRef: LocalRef.describe('Server this is for.'),
    image: z.string().optional().describe('Image to boot.'),
    ignitionSecretRef: LocalRef.optional().describe('Secret in the same namespace with the ignition.'),
  })
  .describe('What to boot.');

export const ServerBootConfigurationStatus = z
  .object({
    state: open<'Pending' | 'Ready' | 'Error'>()
      .optional()
      .describe('Pending from this operator; Ready or Error from a boot operator.'),
    conditions: Conditions.optional().describe('Observations about the boot.'),
  })
  .describe('Whether it can be booted.');

/** ServerBootConfiguration (`sbc`), namespaced. */
export const ServerBootConfiguration = defineKind({
  ...metalGroup,
  kind: 'ServerBootConfiguration',
  plural: 'serverbootconfigurations',
  shortNames: ['sbc'],
  scope: 'Namespaced',
  summary: 'ServerBootConfiguration is what a Server boots next.',
  spec: ServerBootConfigurationSpec,
  status: ServerBootConfigurationStatus,
  columns: [
    ['ServerRef', '.spec.serverRef.name'],
    ['Image', '.spec.image'],
    ['IgnitionRef', '.spec.ignitionSecretRef.name'],
    ['State', '.status.state'],
    ['Age', AGE, DATE],
  ],
});
export type ServerBootConfiguration = ObjectOf<typeof ServerBootConfiguration>;
