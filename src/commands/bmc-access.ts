/** `metalctl bmc credentials` and `bmc users`: with what metalctl enters a BMC, and who else may. */
import { defineCommand } from './define.js';
import { duration, integer, one, rest, text, toggle } from './flags.js';

const args = { targets: rest('BMC|SERVER', 'Names; a Server means its BMC.', { complete: 'servers' }) };
const target = one('BMC|SERVER', 'Name; a Server means its BMC.', { complete: 'servers' });
const user = one('USER', 'Name of the account.');
const choosing = {
  selector: text('SEL', 'BMCs with these labels.', { short: 'l' }),
  all: toggle('All BMCs.'),
} as const;
const common = { group: 'Day 2', stability: 'stable' } as const;
const exits = [
  'NOT_FOUND',
  'UNSUPPORTED',
  'CONFLICT',
  'PARTIAL',
  'NEEDS_INPUT',
  'BMC_AUTH',
  'BMC_UNREACHABLE',
] as const;

export const bmcCredentialsRotateCommand = defineCommand({
  ...common,
  name: 'bmc credentials rotate',
  summary: 'Give BMCs new passwords, and keep the old ones until the new are proven.',
  details:
    'The new BMCSecret is written first, the password on the BMC second, the reference third; the old secret goes last, if nothing else uses it. Interrupted at any point, the same command finishes: it asks the BMC which password it took. No machine restarts.',
  args,
  flags: {
    ...choosing,
    length: integer('N', 'Characters; default 24, or as many as the BMC takes.'),
    wave: integer('N', 'BMCs at a time.', { fallback: '10' }),
    keepOld: toggle('Leave the old BMCSecrets where they are.'),
  },
  examples: [
    ['metalctl bmc credentials rotate node-07', 'Asks first.'],
    ['metalctl bmc credentials rotate -l location=fra --wave 10 --yes', 'A site, ten at a time.'],
    ['metalctl bmc credentials rotate node-07 --length 20', 'For a BMC with a shorter limit.'],
  ],
  needs: ['cluster', 'clock'],
  exits,
  dryRun: 'client',
  related: ['bmc credentials test', 'bmc users list'],
  run: () => import('./impl/bmc-credentials-rotate.js'),
});

export const bmcCredentialsTestCommand = defineCommand({
  ...common,
  name: 'bmc credentials test',
  summary: 'Log in to BMCs once with what their BMCSecrets say.',
  args,
  flags: choosing,
  examples: [
    ['metalctl bmc credentials test node-07', 'Accepted or not, with role and lockout.'],
    ['metalctl bmc credentials test --all -o csv', 'The fleet.'],
    ['metalctl bmc credentials test --all -o json', 'For a script; exit 19 if all are refused.'],
  ],
  needs: ['cluster'],
  exits,
  related: ['bmc credentials rotate', 'bmc credentials set'],
  run: () => import('./impl/bmc-credentials-test.js'),
});

export const bmcCredentialsShowCommand = defineCommand({
  ...common,
  name: 'bmc credentials show',
  summary: 'Show which account a BMC is entered with.',
  details: 'The password is shown with --reveal only, on a terminal only, and in no machine form.',
  args: { target },
  flags: { reveal: toggle('The password too.') },
  examples: [
    ['metalctl bmc credentials show node-07', 'BMCSecret and user name.'],
    ['metalctl bmc credentials show node-07 -o json', 'For a script; the password is <redacted>.'],
    ['metalctl bmc credentials show node-07 --reveal', 'To log in by hand.'],
  ],
  needs: ['cluster'],
  exits: ['NOT_FOUND', 'NEEDS_INPUT'],
  related: ['bmc credentials test'],
  run: () => import('./impl/bmc-credentials-show.js'),
});

export const bmcCredentialsSetCommand = defineCommand({
  ...common,
  name: 'bmc credentials set',
  summary: 'Enter a BMC with another account or password from now on.',
  details:
    'Nothing is changed on the BMC: the login is proven first, then a new BMCSecret takes the place of the old one.',
  args: { target },
  flags: {
    username: text('U', 'Default: as before.'),
    passwordStdin: toggle('Read the password from stdin.'),
    passwordFile: text('F', 'File with the password.', { complete: 'files' }),
    keepOld: toggle('Leave the old BMCSecret where it is.'),
  },
  examples: [
    ['metalctl bmc credentials set node-07 --password-stdin < ./password', 'Somebody changed it on the BMC.'],
    ['metalctl bmc credentials set node-07 --username metalctl --password-file ./password', 'Another account.'],
    ['metalctl bmc credentials test node-07', 'Whether it holds.'],
  ],
  needs: ['cluster'],
  exits,
  dryRun: 'client',
  related: ['bmc credentials rotate'],
  run: () => import('./impl/bmc-credentials-set.js'),
});

export const bmcUsersListCommand = defineCommand({
  ...common,
  name: 'bmc users list',
  summary: 'List the accounts of BMCs.',
  args,
  flags: choosing,
  examples: [
    ['metalctl bmc users list node-07', 'Role, state and the BMCUser behind each.'],
    ['metalctl bmc users list --all -o csv', 'Who may enter, over the fleet.'],
    ['metalctl bmc users list node-07 -o json', 'For a script.'],
  ],
  needs: ['cluster'],
  exits,
  related: ['bmc users add', 'bmc users delete'],
  run: () => import('./impl/bmc-users-list.js'),
});

export const bmcUsersAddCommand = defineCommand({
  ...common,
  name: 'bmc users add',
  summary: 'Want an account on a BMC: creates a BMCUser.',
  details: 'The operator makes the account and its password; kubectl get bmcusers shows where the password is kept.',
  args: { target, user },
  flags: {
    role: text('ROLE', 'Redfish role: Administrator, Operator, ReadOnly, or one of the vendor.', {
      fallback: 'ReadOnly',
    }),
    secret: text('BMCSECRET', 'Its password is in this BMCSecret; default: one is made.'),
    rotate: duration('Change the password so often.'),
    name: text('NAME', 'Of the BMCUser; default BMC-USER.'),
  },
  examples: [
    ['metalctl bmc users add node-07 monitoring', 'Read only.'],
    ['metalctl bmc users add node-07 ops --role Operator --rotate 30d', 'With a new password every month.'],
    ['metalctl bmc users add node-07 ops --role Operator --dry-run -o yaml', 'The object, for Git.'],
  ],
  needs: ['cluster'],
  exits,
  dryRun: 'client',
  related: ['bmc users list', 'get'],
  run: () => import('./impl/bmc-users-add.js'),
});

export const bmcUsersDeleteCommand = defineCommand({
  ...common,
  name: 'bmc users delete',
  summary: 'Remove an account of a BMC, and the BMCUser behind it.',
  args: { target, user },
  flags: {},
  examples: [
    ['metalctl bmc users delete node-07 monitoring', 'Asks first.'],
    ['metalctl bmc users delete node-07 monitoring --yes', 'In a script.'],
    ['metalctl bmc users delete node-07 monitoring --dry-run', 'What would go.'],
  ],
  needs: ['cluster'],
  exits,
  dryRun: 'client',
  related: ['bmc users list'],
  run: () => import('./impl/bmc-users-delete.js'),
});

export const bmcUsersRoleCommand = defineCommand({
  ...common,
  name: 'bmc users role',
  summary: 'Give an account of a BMC another role.',
  details: 'Where a BMCUser stands for the account that object is changed; otherwise the account itself.',
  args: { target, user, role: one('ROLE', 'Administrator, Operator, ReadOnly, or one of the vendor.') },
  flags: {},
  examples: [
    ['metalctl bmc users role node-07 monitoring ReadOnly', 'Less than before.'],
    ['metalctl bmc users role node-07 ops Operator --yes', 'Without the question.'],
    ['metalctl bmc users role node-07 ops Operator --dry-run', 'Which object or account it would be.'],
  ],
  needs: ['cluster'],
  exits,
  dryRun: 'client',
  related: ['bmc users list', 'bmc users enable'],
  run: () => import('./impl/bmc-users-role.js'),
});

export const bmcUsersEnableCommand = defineCommand({
  ...common,
  name: 'bmc users enable',
  summary: 'Enable or disable an account of a BMC.',
  args: { target, user },
  flags: { disable: toggle('Disable it instead.') },
  examples: [
    ['metalctl bmc users enable node-07 ops', 'It may log in again.'],
    ['metalctl bmc users enable node-07 ops --disable', 'Not any more.'],
    ['metalctl bmc users enable node-07 ops --disable --dry-run', 'Which account it would be.'],
  ],
  needs: ['cluster'],
  exits,
  dryRun: 'client',
  related: ['bmc users list', 'bmc users role'],
  run: () => import('./impl/bmc-users-enable.js'),
});
