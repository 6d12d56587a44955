/**
 * BMCUser (deprecated upstream): an account on a BMC, its password kept in a BMCSecret and changed by period, expiry or
 * request. No states of its own; the steps run in order until one asks for a change or must wait.
 * Source  upstream §7 and §15; reliability R-BMC-16.
 */
import { BMC, BMCSecret, BMCUser, finalizers, ownAnnotations } from '../../api/metal/v1alpha1/index.js';
import { may } from '../../api/rbac.js';
import { type Effect, patchSelf, warn } from '../effects.js';
import { finalizer, ignored } from '../interrupts.js';
import type { Visit } from '../reads.js';
import { bmcBackoff } from '../runtime/backoff.js';
import { type Decision, rest, stay } from '../runtime/decision.js';
import type { Interrupt, StepMachine } from '../runtime/machine.js';
import { indexOf, type Registration, wakes } from '../runtime/registration.js';
import { cleanUp, findAccount, keepRole, record } from './account.js';
import { factsOf, isProven, lastRotationMs, periodMs, rotationDueMs, type UserFacts } from './facts.js';
import { userGates } from './gates.js';
import { changeOf, failedOf } from './notes.js';
import { keepPassword, wanted } from './password.js';
import { leftovers } from './secrets.js';

export interface UserInput extends Visit, UserFacts {}

const userOf = ({ user }: UserInput): BMCUser => user;

/** Without a BMC there is nothing to do, and nothing to clean up later. */
const unassigned: Interrupt<UserInput> = {
  name: 'unassigned',
  to: [],
  run: ({ user }) =>
    user.spec?.bmcRef?.name || user.metadata.deletionTimestamp !== undefined
      ? undefined
      : rest('NoBMC', { message: 'It names no BMC, so nothing is done' }),
};

/** Reasons that go by themselves, or with something else: the visit is repeated. The others wait for a person. */
const passing = new Set(['BMCUnavailable']);

/** Its status has no conditions: an annotation says what a person must do, and an event does once. */
async function gated(input: UserInput): Promise<Decision | undefined> {
  const shut = userGates.firstShut(input);
  const before = input.user.metadata.annotations?.[ownAnnotations.waiting];
  const waiting = (value: string | null) =>
    patchSelf({ metadata: { annotations: { [ownAnnotations.waiting]: value } } });
  if (shut === undefined)
    return before === undefined ? undefined : stay('GoingOn', { effects: [waiting(null)], recheckMs: 1 });
  const message = shut.because ?? shut.must;
  if (passing.has(shut.reason)) return stay(shut.reason, { message, recheckMs: input.settings.bmcResyncMs });
  const told = `${shut.reason}: ${message}`;
  const effects = before === told ? [] : [waiting(told), warn(shut.reason, 'Reconcile', message)];
  return rest(shut.reason, { message, needsPerson: true, effects });
}

/** What was read lately will do while nothing is wanted; what is acted upon is read again. */
async function keep(input: UserInput): Promise<Decision | undefined> {
  const { user, settings, now } = input;
  const isBusy =
    changeOf(user) !== undefined ||
    !isProven(input) ||
    (rotationDueMs(user, user.status?.passwordExpiration, now) ?? 1) <= 0;
  let account = await findAccount(input, isBusy ? 0 : settings.managerMaxAgeMs);
  if (!isBusy && wanted(input, account) !== undefined) account = await findAccount(input, 0);
  const decision = await keepPassword(input, account);
  if (decision !== undefined || account === undefined) return decision;
  return record(input, account) ?? keepRole(input, account);
}

/** Secrets of former passwords, once nothing names them: the new one has logged in by then. */
async function tidy(input: UserInput): Promise<Decision | undefined> {
  const { spec, status } = input.user;
  const named = [spec?.bmcSecretRef?.name, status?.effectiveBMCSecretRef?.name, changeOf(input.user)?.secret];
  const effects = leftovers(input, named).map(
    ({ metadata }): Effect => ({
      do: 'delete',
      kind: BMCSecret,
      key: { name: metadata.name },
      uid: metadata.uid ?? '',
    }),
  );
  if (effects.length === 0) return undefined;
  return stay('Tidying', { message: 'Secrets of former passwords go', effects, recheckMs: 1 });
}

function settled(input: UserInput): Decision {
  const { user, now, settings } = input;
  const failed = failedOf(user);
  const due = rotationDueMs(user, user.status?.passwordExpiration, now);
  const recheckMs = Math.max(
    1,
    Math.min(settings.bmcResyncMs, due !== undefined && due > 0 ? due : settings.bmcResyncMs),
  );
  if (failed !== undefined) {
    const message = `The BMC did not take the password of bmcsecret/${failed.secret}; the one before it is in force`;
    return rest('PasswordRefused', { message, needsPerson: true, recheckMs });
  }
  const every = periodMs(user) === undefined ? '' : `, rotated ${new Date(lastRotationMs(user)).toISOString()}`;
  return rest('AccountKept', { message: `The account is as it should be${every}`, recheckMs });
}

const machine: StepMachine<UserInput> = {
  interrupts: [ignored(userOf), unassigned, finalizer(finalizers.bmcUser, userOf, cleanUp)],
  steps: [
    { name: 'gates', run: gated },
    { name: 'account', run: keep },
    { name: 'tidy', run: tidy },
  ],
  settled,
};

const named =
  (index: string) => (object: { metadata: { name: string } }, store: Parameters<Parameters<typeof wakes>[1]>[1]) =>
    store.by(BMCUser, index, object.metadata.name).map(({ metadata }) => ({ name: metadata.name }));

export const bmcUserRegistration: Registration<BMCUser, UserInput> = {
  name: 'bmcuser',
  kind: BMCUser,
  backoff: bmcBackoff,
  machine,
  input: (user, visit) => ({ ...visit, ...factsOf(user, visit.read) }),
  indexes: [
    indexOf(BMCUser, 'bmc', (user) => [user.spec?.bmcRef?.name ?? '']),
    indexOf(BMCUser, 'secret', (user) => [user.spec?.bmcSecretRef?.name ?? '']),
    indexOf(BMCSecret, 'owner', ({ metadata }) => metadata.ownerReferences?.map(({ uid = '' }) => uid) ?? []),
  ],
  watches: [wakes(BMC, named('bmc')), wakes(BMCSecret, named('secret'))],
  asks: [may(BMCUser, 'get patch'), may(BMCUser, 'patch', 'status'), may(BMCSecret, 'get create delete')],
};
