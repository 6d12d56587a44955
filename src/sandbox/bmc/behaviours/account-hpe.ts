/** What an iLO adds to an account: a name people read, and ten privileges that the standard's five do not tell apart. */

import type { Account } from '../http/sessions.js';
import { isObject, type Json, type JsonObject, objectAt, stringAt } from '../json.js';
import { type Check, wrongType } from './patching.js';

const ofReader = ['LoginPriv'];
const ofOperator = [
  ...ofReader,
  'RemoteConsolePriv',
  'VirtualMediaPriv',
  'VirtualPowerAndResetPriv',
  'HostBIOSConfigPriv',
  'HostNICConfigPriv',
  'HostStorageConfigPriv',
];
const ofAdministrator = [...ofOperator, 'UserConfigPriv', 'iLOConfigPriv', 'SystemRecoveryConfigPriv'];
const privilegesOf: Readonly<Record<string, readonly string[]>> = {
  Administrator: ofAdministrator,
  Operator: ofOperator,
  ReadOnly: ofReader,
};

/** `Oem.Hpe` of an account; privileges follow the role. */
export const hpeAccount = ({ username, loginName, role }: Account): JsonObject => ({
  '@odata.type': '#HpeiLOAccount.v2_4_0.HpeiLOAccount',
  LoginName: loginName ?? username,
  ServiceAccount: false,
  Privileges: Object.fromEntries(ofAdministrator.map((name) => [name, privilegesOf[role]?.includes(name) === true])),
});

/** `Oem` of a new account may name the one who uses it. */
export const isHpeOem: Check = (value, property) => {
  const { LoginName: name } = hpeOf(value);
  return name === undefined || typeof name === 'string' ? undefined : wrongType(name, `${property}/Hpe/LoginName`);
};

/** The name a request gives. */
export const loginNameIn = (body: JsonObject): string | undefined => stringAt(hpeOf(body.Oem ?? null), 'LoginName');

const hpeOf = (oem: Json): JsonObject => (isObject(oem) ? objectAt(oem, 'Hpe') : {});
