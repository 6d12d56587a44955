/** BMCSecret: credentials of a BMC. Shaped like a core Secret, with top-level fields. */
import { z } from 'zod';
import { AGE, DATE, defineKind } from '../../define-kind.js';
import type { ObjectOf } from '../../kind.js';
import { metalGroup } from './group.js';

const Bytes = z.string().meta({ format: 'byte' });

/**
 * BMCSecret (`bmcsec`), cluster-scoped.
 * *Hazard*: `stringData` is not write-only as it is in a Secret. A CRD cannot merge it into `data`, so it is stored and
 * served in plain text; readers look in `data` first, then in `stringData`.
 */
export const BMCSecret = defineKind({
  ...metalGroup,
  kind: 'BMCSecret',
  plural: 'bmcsecrets',
  shortNames: ['bmcsec'],
  scope: 'Cluster',
  summary: 'BMCSecret holds the credentials of a BMC.',
  fields: {
    data: z.record(z.string(), Bytes).optional().describe('Values in base64: username, password.'),
    stringData: z
      .record(z.string(), z.string())
      .optional()
      .describe('Values as text. They stay readable as written; prefer data.'),
    immutable: z.boolean().optional().describe('Refuses every later change of the values.'),
    type: z.string().optional().describe('Free word for programs. Not read.'),
  },
  columns: [['Age', AGE, DATE]],
});
export type BMCSecret = ObjectOf<typeof BMCSecret>;
