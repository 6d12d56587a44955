/**
 * What the BMC says of the account, as status; its role; and its end.
 * Source  upstream §7 step 5 and deletion; §15: an account that is gone already is no failure, an expiry that is not told
 *         any more is cleared, and the role follows the spec.
 */
import { finalizers, ownAnnotations } from '../../api/metal/v1alpha1/index.js';
import { isMetalError } from '../../errors/classes.js';
import { effectivePatch } from '../../lib/merge-patch.js';
import type { AccountInfo } from '../../ports/bmc.js';
import { accessThrough } from '../access.js';
import { type Effect, patchSelf, warn } from '../effects.js';
import { type Decision, stay } from '../runtime/decision.js';
import { isOwnAccount } from './facts.js';
import type { UserInput } from './machine.js';
import { changeOf, provenOf } from './notes.js';

const accessOf = (input: UserInput) => accessThrough(input.user.spec?.bmcRef?.name ?? '', input);

/** The account of the name asked for. `maxAgeMs` accepts what was read that recently. */
export async function findAccount(input: UserInput, maxAgeMs: number): Promise<AccountInfo | undefined> {
  const accounts = await input.read.bmc(accessOf(input)).accounts(maxAgeMs);
  return accounts.find(({ userName }) => userName === input.user.spec?.userName);
}

/** Status as it should read, where it does not. */
export function record({ user }: UserInput, account: AccountInfo): Decision | undefined {
  const proven = provenOf(user);
  const isNewer = proven !== undefined && !(Date.parse(user.status?.lastRotation ?? '') >= Date.parse(proven.at));
  const status = {
    id: account.id,
    passwordExpiration: rfc3339(account.passwordExpiration) ?? null,
    ...(proven === undefined ? {} : { effectiveBMCSecretRef: { name: proven.secret } }),
    ...(isNewer ? { lastRotation: proven.at } : {}),
  };
  if (effectivePatch(user.status ?? {}, status) === undefined) return undefined;
  return stay('Recording', { message: `Account ${account.id} was seen`, status, recheckMs: 1 });
}

/** To the second, as the API keeps times. */
function rfc3339(text: string | undefined): string | undefined {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) || ms <= 0 ? undefined : new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Asked for once: a BMC that goes on showing another role is not asked on every visit. */
export function keepRole(input: UserInput, account: AccountInfo): Decision | undefined {
  const { user } = input;
  const role = user.spec?.roleID ?? '';
  const asked = user.metadata.annotations?.[ownAnnotations.roleAsked];
  const memory = (value: string | null) => ({ metadata: { annotations: { [ownAnnotations.roleAsked]: value } } });
  if (account.roleId === undefined || account.roleId === role) {
    if (asked === undefined) return undefined;
    return stay('RoleKept', { message: `The account is ${role}`, effects: [patchSelf(memory(null))], recheckMs: 1 });
  }
  if (asked === role) return undefined;
  const effect: Effect = {
    do: 'setRole',
    access: accessOf(input),
    account: account.id,
    roleId: role,
    intent: memory(role),
    withdraw: memory(null),
    refuse: memory(role),
  };
  return stay('ChangingRole', { message: `The account becomes ${role}`, effects: [effect], recheckMs: 1 });
}

/**
 * Takes the account off the BMC: only the one this object has made or taken over. A BMC that is gone or says nothing
 * until the grace is over does not keep the object; what is left behind is said.
 */
export async function cleanUp(input: UserInput): Promise<Decision | undefined> {
  const { user, bmc } = input;
  const isOnBmc = user.status?.id !== undefined || changeOf(user) !== undefined || provenOf(user) !== undefined;
  if (!user.spec?.bmcRef?.name || bmc === undefined || !isOnBmc || isOwnAccount(input)) return undefined;
  try {
    const account = await findAccount(input, 0);
    const isAnother = user.status?.id !== undefined && user.status.id !== account?.id;
    if (account === undefined || isAnother) return undefined;
    const effects: Effect[] = [{ do: 'deleteAccount', access: accessOf(input), account: account.id }];
    return stay('DeletingAccount', { message: `Account ${account.userName} is being deleted`, effects, recheckMs: 1 });
  } catch (error) {
    return leftBehind(input, error);
  }
}

/** Spacing of looks at a BMC that does not answer, while an object waits to be deleted. */
const graceLookMs = 60_000;

/** Waits for the BMC while there is time, then lets go. @throws what is no failure of the BMC */
function leftBehind({ user, now, settings }: UserInput, error: unknown): Decision | undefined {
  if (!isMetalError(error) || error.class === 'conflict') throw error;
  const since = Date.parse(user.metadata.deletionTimestamp ?? '');
  const leftMs = since + settings.deletionGraceMs - now.getTime();
  if (leftMs > 0) {
    const message = `The account is still on the BMC: ${error.message}`;
    return stay('DeletingAccount', { message, recheckMs: Math.min(leftMs, graceLookMs) });
  }
  const note = `Account ${user.spec?.userName} was left on bmc/${user.spec?.bmcRef?.name}: ${error.message}`;
  const others = (user.metadata.finalizers ?? []).filter((name) => name !== finalizers.bmcUser);
  return stay('AccountLeftBehind', {
    message: note,
    effects: [warn('AccountLeftBehind', 'Delete', note), patchSelf({ metadata: { finalizers: others } })],
  });
}
