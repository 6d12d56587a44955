/** What must hold before an account is kept as its BMCUser says: ordered, as data, for the machine and `metalctl why`. */
import { annotations, bmcSecretKeys, operations } from '../../api/metal/v1alpha1/index.js';
import { type GateList, gate, gates } from '../runtime/gates.js';
import { factsOf, formerName, isOwnAccount, isProven, isRefused, periodMs, type UserFacts } from './facts.js';
import { changeOf, failedOf } from './notes.js';

export { factsOf, type UserFacts };

const nameOf = ({ user }: UserFacts): string => user.metadata.name;
const bmcName = ({ user }: UserFacts): string => user.spec?.bmcRef?.name ?? '';
const secretName = ({ user }: UserFacts): string => user.spec?.bmcSecretRef?.name ?? '';
const edit = (facts: UserFacts): string => `metalctl edit bmcuser ${nameOf(facts)}`;

const missingKeys = ({ secret }: UserFacts): string[] =>
  [bmcSecretKeys.password].filter(
    (key) => secret?.data?.[key] === undefined && secret?.stringData?.[key] === undefined,
  );

/** Nothing is done to the account before all of these hold. */
export const userGates: GateList<UserFacts> = gates<UserFacts>()([
  gate(
    'Ignored',
    'reconciliation is switched on',
    ({ user }) => user.metadata.annotations?.[annotations.operation] !== operations.ignore,
    () => 'reconciliation is switched off by annotation',
    (facts) => `metalctl annotate bmcuser ${nameOf(facts)} ${annotations.operation}-`,
  ),
  gate(
    'BeingDeleted',
    'exists, not being deleted',
    ({ user }) => user.metadata.deletionTimestamp === undefined,
    () => 'it is being deleted',
    (facts) => `metalctl wait bmcuser ${nameOf(facts)} --for delete`,
  ),
  gate(
    'NoBMC',
    'it names a BMC',
    (facts) => bmcName(facts) !== '',
    () => 'it names no BMC, so nothing is done',
    edit,
  ),
  gate(
    'ReferenceMissing',
    'its BMC exists',
    ({ bmc }) => bmc !== undefined,
    (facts) => `bmc/${bmcName(facts)} does not exist`,
    edit,
  ),
  gate(
    'BMCUnavailable',
    'its BMC is Enabled',
    ({ bmc }) => bmc?.status?.state === 'Enabled',
    (facts) => `bmc/${bmcName(facts)} is ${facts.bmc?.status?.state || 'not read yet'}`,
    (facts) => `metalctl why bmc ${bmcName(facts)}`,
  ),
  gate(
    'OwnAccount',
    'the account is not the one metalctl enters the BMC with',
    (facts) => !isOwnAccount(facts),
    (facts) =>
      `metalctl itself enters bmc/${bmcName(facts)} as ${facts.user.spec?.userName}, and would lock itself out`,
    edit,
  ),
  gate(
    'UserNameChanged',
    'the account has kept its name',
    (facts) => formerName(facts) === undefined,
    (facts) => `the account was made as ${formerName(facts)}; a new name is a new BMCUser`,
    edit,
  ),
  gate(
    'PeriodInvalid',
    'its rotation period is a duration',
    ({ user }) => !Number.isNaN(periodMs(user)),
    ({ user }) => `${JSON.stringify(user.spec?.rotationPeriod)} is no duration such as 720h`,
    edit,
  ),
  gate(
    'SecretMissing',
    'the BMCSecret it names exists',
    ({ user, secret }) => !user.spec?.bmcSecretRef?.name || secret !== undefined,
    (facts) => `bmcsecret/${secretName(facts)} does not exist`,
    edit,
  ),
  gate(
    'SecretIncomplete',
    'its BMCSecret has a password',
    (facts) => facts.secret === undefined || missingKeys(facts).length === 0,
    (facts) => `bmcsecret/${secretName(facts)} has no ${missingKeys(facts).join(' and no ')}`,
    (facts) => `kubectl edit bmcsecret ${secretName(facts)}`,
  ),
  gate(
    'PasswordRefused',
    'the BMC took its password',
    (facts) => !isRefused(facts),
    (facts) =>
      `the BMC did not take the password of bmcsecret/${secretName(facts)}; it is not tried again until that changes`,
    (facts) => `kubectl edit bmcsecret ${secretName(facts)}`,
  ),
]);

/** What is left to do once nothing stands in the way; `metalctl why` tells it after the gates. */
export const userProgress: GateList<UserFacts> = gates<UserFacts>()([
  gate(
    'ChangingPassword',
    'no password change is under way',
    ({ user }) => changeOf(user) === undefined,
    ({ user }) => `the password of bmcsecret/${changeOf(user)?.secret} is being set and proven`,
    () => 'metalctl reconcile --once --settle',
  ),
  gate(
    'RotationFailed',
    'the BMC took the last password it was given',
    ({ user }) => failedOf(user) === undefined,
    ({ user }) =>
      `the BMC did not take the password of bmcsecret/${failedOf(user)?.secret}, and it is tried again after a day`,
    (facts) =>
      `metalctl annotate bmcuser ${nameOf(facts)} ${annotations.operation}=${operations.rotateCredentials} --overwrite`,
  ),
  gate(
    'NotProven',
    'the account logs in with its BMCSecret',
    (facts) => isProven(facts),
    (facts) =>
      secretName(facts) === ''
        ? 'no password was made yet'
        : `nobody has seen it log in with bmcsecret/${secretName(facts)}`,
    () => 'metalctl reconcile --once --settle',
  ),
]);
