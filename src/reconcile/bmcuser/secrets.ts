/**
 * BMCSecrets of a BMCUser. Those made here have names that can be told in advance, so that a process that died right
 * after making one is not the cause of a second.
 */
import { apiVersionOf } from '../../api/kind.js';
import { BMCSecret, bmcSecretKeys } from '../../api/metal/v1alpha1/index.js';
import { newPassword, passwordLength } from '../../lib/password.js';
import type { PasswordRules } from '../../ports/bmc.js';
import { ownerOf } from '../server/discovery-boot.js';
import type { UserInput } from './machine.js';

/** Made by us for this very user: another of the same name before it had another UID. */
export const isOurs = (secret: BMCSecret, { user }: UserInput): boolean =>
  secret.metadata.ownerReferences?.some(({ uid }) => uid !== undefined && uid === user.metadata.uid) ?? false;

/** Identifies the content of a Secret: its generation follows the values, not the labels. */
export const versionOf = ({ metadata }: BMCSecret): string =>
  `${metadata.uid}/${metadata.generation ?? metadata.resourceVersion}`;

/** The Secret of the next password: `<user>-<n>`, one that is there already if it is ours and unused. */
export function nextSecret(input: UserInput): { readonly name: string; readonly present: BMCSecret | undefined } {
  const { user, read } = input;
  const used = [user.spec?.bmcSecretRef?.name ?? '', user.status?.effectiveBMCSecretRef?.name ?? ''];
  for (let n = numberAfter(used, user.metadata.name); ; n += 1) {
    const name = `${user.metadata.name}-${n}`;
    const present = read.get(BMCSecret, { name });
    if (present === undefined || (isOurs(present, input) && !used.includes(name))) return { name, present };
  }
}

function numberAfter(names: readonly string[], user: string): number {
  const numbers = names.map((name) =>
    name.startsWith(`${user}-`) ? Number(/^\d{1,9}$/.exec(name.slice(user.length + 1))?.[0] ?? 0) : 0,
  );
  return Math.max(0, ...numbers) + 1;
}

/** A Secret with a new password of the BMC's kind, owned by the user it is for. */
export function newSecret(name: string, rules: PasswordRules, { user, ids }: UserInput): BMCSecret {
  const password = newPassword(passwordLength(rules), rules, (limit) => ids.below(limit));
  return {
    apiVersion: apiVersionOf(BMCSecret),
    kind: BMCSecret.kind,
    metadata: { name, ownerReferences: [ownerOf(user)] },
    immutable: true,
    data: {
      [bmcSecretKeys.username]: encoded(user.spec?.userName ?? ''),
      [bmcSecretKeys.password]: encoded(password),
    },
  };
}

const encoded = (value: string): string => Buffer.from(value).toString('base64');

/** Secrets made for this user that nothing on it names any more. */
export function leftovers(input: UserInput, named: readonly (string | undefined)[]): BMCSecret[] {
  const own = input.read.by(BMCSecret, 'owner', input.user.metadata.uid ?? '');
  return own.filter(
    (secret) => secret.metadata.deletionTimestamp === undefined && !named.includes(secret.metadata.name),
  );
}
