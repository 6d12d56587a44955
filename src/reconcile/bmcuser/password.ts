/**
 * Step: the account has the password its Secret says, and that is proven before anything is let go of.
 * Reads   accounts and password rules of the BMC; a login, once, after a password was sent.
 * Asks    new Secret first, account second, reference third; the old Secret goes last.
 * Source  upstream §7, steps 6–10; §15: an existing account is given its password too; the request annotation goes only
 *         with the rotation it asked for; the period counts from the last rotation; an expiry is believed once.
 *
 * A BMC account has one password, so between "the BMC took it" and "the reference moved" the Secret that logs in is the
 * one the note names. Killed anywhere, the note tells the next process which two it may be, and it sends the new one
 * once more: harmless, and no login is risked before the BMC has taken it.
 *
 * | note         | what is known                       | done                                                     |
 * | none         | nothing is wanted                   | nothing                                                  |
 * | none         | a password is wanted                | make the Secret, if it must be made; write the note; send |
 * | there        | sent or not                         | send again                                               |
 * | sent/refused | the BMC took it, or has it already? | log in: yes → reference, note away; no → put the old back |
 * | reverting    | the old one was sent or not         | send the old again; note away, failure remembered        |
 */
import { annotations, BMCSecret } from '../../api/metal/v1alpha1/index.js';
import type { AccountInfo } from '../../ports/bmc.js';
import { accessThrough, credentialsOf } from '../access.js';
import { create, type Effect, patchSelf, warn } from '../effects.js';
import { timestamp } from '../runtime/conditions.js';
import { type Decision, stay } from '../runtime/decision.js';
import { isProven, isRefused, rotationDueMs, wantsRotation } from './facts.js';
import type { UserInput } from './machine.js';
import { type Cause, changeOf, failedOf, noting, type PasswordChange, type Proven } from './notes.js';
import { newSecret, nextSecret, versionOf } from './secrets.js';

/** A rotation that the BMC did not take is tried again after this long, or when somebody asks. */
const retryMs = 24 * 3_600_000;

export async function keepPassword(input: UserInput, account: AccountInfo | undefined): Promise<Decision | undefined> {
  const change = changeOf(input.user);
  if (change !== undefined) return goOn(change, input, account);
  const cause = wanted(input, account);
  if (cause === undefined) return undefined;
  const named = input.user.spec?.bmcSecretRef?.name;
  if (named !== undefined && (cause === 'Changed' || cause === 'Missing')) return send(named, cause, input, account);
  const { name, present } = nextSecret(input);
  if (present !== undefined) return send(name, cause, input, account);
  const rules = await input.read.bmc(accessOf(input)).passwordRules();
  const effects = [create(BMCSecret, newSecret(name, rules, input))];
  return stay('CreatingSecret', { message: `Password for ${input.user.spec?.userName} made`, effects, recheckMs: 1 });
}

const accessOf = (input: UserInput) => accessThrough(input.user.spec?.bmcRef?.name ?? '', input);

/** Why a password has to be set, if it has to. */
export function wanted({ user, secret, now }: UserInput, account: AccountInfo | undefined): Cause | undefined {
  if (isRefused({ user, secret })) return undefined;
  if (!user.spec?.bmcSecretRef?.name) return isWaiting(user, now) ? undefined : 'New';
  if (account === undefined) return 'Missing';
  if (!isProven({ user, secret })) return 'Changed';
  const due = rotationDueMs(user, account.passwordExpiration, now);
  return due !== undefined && due <= 0 && !isWaiting(user, now) ? 'Rotation' : undefined;
}

/** After a failure nothing is made by itself for a while; a request of a person counts at once. */
function isWaiting(user: UserInput['user'], now: Date): boolean {
  const failed = failedOf(user);
  return failed !== undefined && !wantsRotation(user) && now.getTime() - Date.parse(failed.at) < retryMs;
}

function send(secret: string, cause: Cause, input: UserInput, account: AccountInfo | undefined): Decision {
  return sending({ secret, cause, at: timestamp(input.now) }, input, account);
}

/** The note first, then the BMC; that the BMC took it is noted at once, so that only a crash in between sends it twice. */
function sending(change: PasswordChange, input: UserInput, account: AccountInfo | undefined): Decision {
  const { came: _, ...begun } = change;
  const effects: Effect[] = [
    {
      ...toAccount(begun.secret, input, account),
      intent: noting({ change: begun }),
      withdraw: noting({ change: null }),
      refuse: noting({ change: { ...begun, came: 'refused' } }),
    },
    patchSelf(noting({ change: { ...begun, came: 'sent' } })),
  ];
  return stay('ChangingPassword', {
    message: `Password of bmcsecret/${begun.secret} is being set`,
    effects,
    recheckMs: 1,
  });
}

function toAccount(secret: string, input: UserInput, account: AccountInfo | undefined) {
  const { userName = '', roleID = '' } = input.user.spec ?? {};
  const { password } = credentialsOf(secret, input);
  return {
    do: 'setPassword' as const,
    access: accessOf(input),
    userName,
    roleId: roleID,
    password,
    ...(account === undefined ? {} : { account: account.id }),
  };
}

async function goOn(change: PasswordChange, input: UserInput, account: AccountInfo | undefined): Promise<Decision> {
  const secret = input.read.get(BMCSecret, { name: change.secret });
  if (secret === undefined) {
    const message = `bmcsecret/${change.secret} is gone: the password change begins anew`;
    return stay('SecretMissing', { message, effects: [patchSelf(noting({ change: null }))], recheckMs: 1 });
  }
  if (change.came === 'reverting') return revert(change, secret, input, account);
  if (change.came === undefined || account === undefined) return sending(change, input, account);
  const { username, password } = { username: input.user.spec?.userName ?? '', ...passwordOf(change.secret, input) };
  if (await input.read.bmc(accessOf(input)).admits(username, password)) return proven(change, secret, input, account);
  return revert(change, secret, input, account);
}

const passwordOf = (secret: string, input: UserInput) => ({ password: credentialsOf(secret, input).password });

/** The reference moves, and the request that asked for it goes, in one write. */
function proven(change: PasswordChange, secret: BMCSecret, input: UserInput, account: AccountInfo): Decision {
  const { user, now } = input;
  const at = timestamp(now);
  const proof: Proven = { secret: change.secret, version: versionOf(secret), userName: account.userName, at };
  const answered: Record<string, null> =
    change.cause === 'Rotation' && wantsRotation(user) ? { [annotations.operation]: null } : {};
  const effects = [
    patchSelf({
      ...noting({ change: null, proven: proof, failed: null }, answered),
      spec: { bmcSecretRef: { name: change.secret } },
    }),
    announced(change),
  ];
  return stay('PasswordProven', {
    message: `The account logs in with bmcsecret/${change.secret}`,
    effects,
    status: { id: account.id, effectiveBMCSecretRef: { name: change.secret }, lastRotation: at },
    recheckMs: 1,
  });
}

const announced = ({ cause, secret }: PasswordChange): Effect => ({
  do: 'announce',
  event: {
    type: 'Normal',
    reason: cause === 'Rotation' ? 'PasswordRotated' : 'PasswordSet',
    action: 'RotateCredentials',
    note: `The account logs in with bmcsecret/${secret}`,
  },
});

/** The new password does not log in: the one that did goes back, and the failure is remembered before the note goes. */
function revert(
  change: PasswordChange,
  secret: BMCSecret,
  input: UserInput,
  account: AccountInfo | undefined,
): Decision {
  const { user, now, read } = input;
  const failed = { secret: change.secret, version: versionOf(secret), cause: change.cause, at: timestamp(now) };
  const note = `The BMC does not let ${user.spec?.userName} in with the new password of bmcsecret/${change.secret}`;
  const answered: Record<string, null> = wantsRotation(user) ? { [annotations.operation]: null } : {};
  const over = noting({ change: null, failed }, answered);
  const old = user.status?.effectiveBMCSecretRef?.name;
  const isBack = old !== undefined && old !== change.secret && read.get(BMCSecret, { name: old }) !== undefined;
  const back: Effect[] =
    isBack && account !== undefined
      ? [
          {
            ...toAccount(old, input, account),
            intent: noting({ change: { ...change, came: 'reverting' } }),
            withdraw: noting({ change: { ...change, came: 'reverting' } }),
            refuse: over,
          },
        ]
      : [];
  const effects = [...back, patchSelf(over), warn('PasswordRefused', 'RotateCredentials', note)];
  return stay('PasswordRefused', { message: note, effects, recheckMs: 1 });
}
