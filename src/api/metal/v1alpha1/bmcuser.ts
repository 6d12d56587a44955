/** BMCUser: an account on a BMC, with rotation of its password. Deprecated upstream. */
import { z } from 'zod';
import { AGE, DATE, defineKind } from '../../define-kind.js';
import { LocalRef, Time } from '../../fields.js';
import type { ObjectOf } from '../../kind.js';
import { metalGroup } from './group.js';

export const BMCUserSpec = z
  .object({
    userName: z.string().describe('Name of the account on the BMC.'),
    roleID: z.string().describe('Redfish RoleId of the account.'),
    description: z.string().optional().describe('Words for people. Not read.'),
    rotationPeriod: z.string().optional().describe('How often the password changes, as 720h; absent means never.'),
    bmcSecretRef: LocalRef.optional().describe('BMCSecret to use; absent lets the operator make a password.'),
    bmcRef: LocalRef.optional().describe('BMC the account is on; absent means the object is ignored.'),
  })
  .describe('The account as it should be.');

export const BMCUserStatus = z
  .object({
    effectiveBMCSecretRef: LocalRef.optional().describe('BMCSecret that was last proven to work.'),
    lastRotation: Time.optional().describe('When the password last changed.'),
    passwordExpiration: Time.optional().describe('When the BMC lets the password expire.'),
    id: z.string().optional().describe('Id of the account on the BMC; empty until it was seen.'),
  })
  .describe('The account as it is.');

/** BMCUser (`bmcu`), cluster-scoped, deprecated. */
export const BMCUser = defineKind({
  ...metalGroup,
  kind: 'BMCUser',
  plural: 'bmcusers',
  shortNames: ['bmcu'],
  scope: 'Cluster',
  summary: 'BMCUser is an account on a BMC. Deprecated upstream.',
  spec: BMCUserSpec,
  status: BMCUserStatus,
  columns: [
    ['ID', '.status.id'],
    ['UserName', '.spec.userName'],
    ['RoleID', '.spec.roleID'],
    ['LastRotation', '.status.lastRotation', DATE],
    ['PasswordExpiration', '.status.passwordExpiration', DATE],
    ['Age', AGE, DATE],
  ],
  deprecated: 'metal.ironcore.dev/v1alpha1 BMCUser is deprecated',
});
export type BMCUser = ObjectOf<typeof BMCUser>;
