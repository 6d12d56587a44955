/** AccountService v1_16_0 and ManagerAccount v1_13_0 (DSP8010 2025.2), as far as managing accounts needs them. */
import { z } from 'zod';
import { link, number, text, uri } from './lenient.js';

const flag = z.boolean().optional().catch(undefined);

export const AccountService = z.looseObject({
  Accounts: link,
  MinPasswordLength: number,
  MaxPasswordLength: number,
});

export const ManagerAccount = z.looseObject({
  '@odata.id': uri,
  Id: text,
  UserName: text,
  RoleId: text,
  Enabled: flag,
  Locked: flag,
  PasswordExpiration: text,
});

export type ManagerAccount = z.output<typeof ManagerAccount>;
