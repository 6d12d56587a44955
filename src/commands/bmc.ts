/** `metalctl bmc`: what a BMC is, how it does, who is in it, and its own restart. Accounts and secrets are in bmc-access.ts. */
import { defineCommand } from './define.js';
import { choice, duration, integer, list, one, rest, some, text, toggle } from './flags.js';

const args = { targets: rest('BMC|SERVER', 'Names; a Server means its BMC.', { complete: 'servers' }) };
const target = one('BMC|SERVER', 'Name; a Server means its BMC.', { complete: 'servers' });
const choosing = {
  selector: text('SEL', 'BMCs with these labels.', { short: 'l' }),
  all: toggle('All BMCs.'),
} as const;
const common = { group: 'Day 2', stability: 'stable' } as const;
const exits = ['NOT_FOUND', 'UNSUPPORTED', 'PARTIAL', 'BMC_AUTH', 'BMC_UNREACHABLE'] as const;

export const bmcInfoCommand = defineCommand({
  ...common,
  name: 'bmc info',
  summary: 'Show what BMCs say they are.',
  args,
  flags: choosing,
  examples: [
    ['metalctl bmc info node-07', 'Model, firmware, state and systems, as the BMC says now.'],
    ['metalctl bmc info --all -o csv', 'The fleet, for a spreadsheet.'],
    ['metalctl bmc info server/node-07-system-0 -o json', 'The BMC behind a Server.'],
  ],
  needs: ['cluster'],
  exits,
  related: ['bmc ping', 'bmc inventory', 'describe'],
  run: () => import('./impl/bmc-info.js'),
});

export const bmcPingCommand = defineCommand({
  ...common,
  name: 'bmc ping',
  summary: 'Ask BMCs for a sign of life, without a credential.',
  details: 'TCP, TLS and the service root. With --login the credential is proven too, once.',
  args,
  flags: {
    ...choosing,
    login: toggle('Log in as well, and out again.'),
    timeout: duration('Limit of one answer.', { fallback: '5s' }),
  },
  examples: [
    ['metalctl bmc ping node-07', 'Whether it answers, how fast, and whether its certificate is trusted.'],
    ['metalctl bmc ping --all', 'Exit 17 if some do not answer, 20 if none does.'],
    ['metalctl bmc ping node-07 --login', 'Whether the BMCSecret is right.'],
  ],
  needs: ['cluster', 'clock', 'identification'],
  exits,
  related: ['bmc info', 'bmc credentials test'],
  run: () => import('./impl/bmc-ping.js'),
});

export const bmcSensorsCommand = defineCommand({
  ...common,
  name: 'bmc sensors',
  summary: 'Show temperatures, fans, power and voltages.',
  args,
  flags: {
    ...choosing,
    only: choice(['all', 'warn'], 'warn: those that are not well, or near a limit.', { fallback: 'all' }),
    kind: list('KIND', 'Temperature, Rotational, Power, Voltage.'),
    watch: toggle('Show changes as they come.', { short: 'w' }),
    interval: duration('With --watch: between two readings.', { fallback: '10s' }),
    prometheus: toggle('In the text form of Prometheus.'),
  },
  examples: [
    ['metalctl bmc sensors node-07 --only warn', 'What needs a look.'],
    ['metalctl bmc sensors --all --kind Temperature -o json', 'For a script.'],
    ['metalctl bmc sensors --all --prometheus > /var/lib/node_exporter/bmc.prom', 'For a textfile collector.'],
  ],
  needs: ['cluster', 'clock'],
  exits: [...exits, 'CHECKS_FAILED'],
  related: ['bmc logs', 'bmc info'],
  run: () => import('./impl/bmc-sensors.js'),
});

export const bmcInventoryCommand = defineCommand({
  ...common,
  name: 'bmc inventory',
  summary: 'List processors, drives, volumes and firmware as BMCs see them.',
  args,
  flags: { ...choosing, firmware: toggle('Firmware too: slow on some BMCs.') },
  examples: [
    ['metalctl bmc inventory node-07', 'What is in it.'],
    ['metalctl bmc inventory node-07 --firmware -o json', 'With versions, for a script.'],
    ['metalctl bmc inventory -l rack=r12 -o csv', 'A rack, for a spreadsheet.'],
  ],
  needs: ['cluster'],
  exits,
  related: ['inventory', 'describe', 'bmc info'],
  run: () => import('./impl/bmc-inventory.js'),
});

const logChoice = text('NAME', 'sel, lifecycle, manager, or the Id of a log; default the event log of the system.');

export const bmcLogsCommand = defineCommand({
  ...common,
  name: 'bmc logs',
  summary: 'Read the logs of a BMC, newest first.',
  args: { target },
  flags: {
    log: logChoice,
    since: duration('Entries of the last so long.'),
    severity: choice(['ok', 'warn', 'critical'], 'At least this.', { fallback: 'ok' }),
    limit: integer('N', 'Entries at most.', { fallback: '100' }),
    watch: toggle('Go on with what happens from now on.', { short: 'w' }),
    list: toggle('Only which logs there are.'),
  },
  examples: [
    ['metalctl bmc logs node-07 --severity warn --since 7d', 'What went wrong this week.'],
    ['metalctl bmc logs node-07 --log lifecycle -o jsonl', 'One JSON line per entry.'],
    ['metalctl bmc logs node-07 -w', 'Follow it; Ctrl-C ends.'],
  ],
  needs: ['cluster', 'clock'],
  exits,
  related: ['bmc logs clear', 'bmc sensors', 'events'],
  run: () => import('./impl/bmc-logs.js'),
});

export const bmcLogsClearCommand = defineCommand({
  ...common,
  name: 'bmc logs clear',
  summary: 'Clear a log of a BMC.',
  args: { target },
  flags: { log: logChoice, save: text('FILE', 'Write its entries here first (JSON).', { complete: 'files' }) },
  examples: [
    ['metalctl bmc logs clear node-07', 'Asks first; a full event log may hold a machine up.'],
    ['metalctl bmc logs clear node-07 --save sel.json --yes', 'Keeps the entries.'],
    ['metalctl bmc logs clear node-07 --dry-run', 'Which log it would be.'],
  ],
  needs: ['cluster'],
  exits: [...exits, 'NEEDS_INPUT'],
  dryRun: 'client',
  related: ['bmc logs'],
  run: () => import('./impl/bmc-logs-clear.js'),
});

export const bmcResetCommand = defineCommand({
  ...common,
  name: 'bmc reset',
  summary: 'Restart BMCs; the machines behind them run on.',
  details:
    'The operator is asked by the operation annotation: it writes the restart down before it is sent, so that it happens once. One that answers Redfish with errors of its own is restarted over SSH (Dell, HPE, Lenovo), --over-ssh does so at once; its host key must be accepted first. With --direct the BMC is told by this command, and --force restarts it without waiting for what it does.',
  args,
  flags: {
    ...choosing,
    direct: toggle('Tell the BMC itself.'),
    force: toggle('With --direct: a forced restart.'),
    overSsh: toggle('By the command of its vendor over SSH, for a BMC whose Redfish service is broken.'),
    wait: toggle('Until it is back.'),
    timeout: duration('Longest time to wait.', { fallback: '15m' }),
    driver: choice(['auto', 'cluster', 'local', 'none'], 'Who reconciles while waiting.', { fallback: 'auto' }),
    takeOver: toggle('Drive locally beside a live controller.'),
  },
  examples: [
    ['metalctl bmc reset node-07', 'The next pass restarts it.'],
    ['metalctl bmc reset node-07 --wait', 'Returns when it answers again.'],
    ['metalctl bmc reset node-07 --direct --force --yes', 'At once, for a BMC that hangs.'],
    ['metalctl bmc reset node-07 --over-ssh --wait', 'When Redfish answers nothing but errors.'],
  ],
  needs: ['cluster', 'clock'],
  exits: [...exits, 'NEEDS_INPUT', 'WAITING', 'CONFLICT'],
  dryRun: 'client',
  related: ['bmc ping', 'bmc hostkey accept', 'wait'],
  run: () => import('./impl/bmc-reset.js'),
});

export const bmcSessionsListCommand = defineCommand({
  ...common,
  name: 'bmc sessions list',
  summary: 'Show who is logged in to a BMC.',
  args: { target },
  flags: {},
  examples: [
    ['metalctl bmc sessions list node-07', 'User, type and origin, as far as the BMC tells.'],
    ['metalctl bmc sessions list node-07 -o name', 'Ids, for kill.'],
    ['metalctl bmc sessions list node-07 -o json', 'For a script.'],
  ],
  needs: ['cluster'],
  exits,
  related: ['bmc sessions kill'],
  run: () => import('./impl/bmc-sessions-list.js'),
});

export const bmcSessionsKillCommand = defineCommand({
  ...common,
  name: 'bmc sessions kill',
  summary: 'End sessions of a BMC.',
  args: { target, sessions: some('ID', 'Ids of sessions, or all (but the one of this command).') },
  flags: {},
  examples: [
    ['metalctl bmc sessions kill node-07 12', 'Somebody forgot to leave.'],
    ['metalctl bmc sessions kill node-07 all --yes', 'When the table is full.'],
    ['metalctl bmc sessions kill node-07 all --dry-run', 'Whom it would concern.'],
  ],
  needs: ['cluster'],
  exits: [...exits, 'NEEDS_INPUT'],
  dryRun: 'client',
  related: ['bmc sessions list'],
  run: () => import('./impl/bmc-sessions-kill.js'),
});

export const bmcCertShowCommand = defineCommand({
  ...common,
  name: 'bmc cert show',
  summary: 'Show the certificates BMCs serve, and whether they are trusted.',
  args,
  flags: { ...choosing, expires: duration('Only those that end within so long.') },
  examples: [
    ['metalctl bmc cert show node-07', 'Subject, issuer, end and fingerprint.'],
    ['metalctl bmc cert show --all --expires 30d', 'What has to be renewed.'],
    ['metalctl bmc cert show node-07 -o json', 'For a script.'],
  ],
  needs: ['cluster', 'clock', 'identification'],
  exits,
  related: ['bmc cert renew', 'bmc cert install'],
  run: () => import('./impl/bmc-cert-show.js'),
});

export const bmcCertRenewCommand = defineCommand({
  ...common,
  name: 'bmc cert renew',
  summary: 'Have a BMC make a new key and a request to sign.',
  details:
    'The request is printed, or written to --out; the key never leaves the BMC. Have it signed, then install it with bmc cert install. What the BMC serves until then does not change.',
  args: { target },
  flags: {
    commonName: text('CN', 'Default: the host name of the BMC, else its address.'),
    san: list('NAME', 'Further DNS names and addresses.'),
    organization: text('O', 'Organisation.'),
    out: text('FILE', 'Write the request here.', { complete: 'files' }),
  },
  examples: [
    ['metalctl bmc cert renew node-07 > node-07.csr', 'A request to sign.'],
    ['metalctl bmc cert renew node-07 --common-name node-07.oob.example --san 10.20.0.11', 'With names of your own.'],
    ['metalctl bmc cert install node-07 node-07.pem', 'The next step.'],
  ],
  needs: ['cluster'],
  exits: [...exits, 'NEEDS_INPUT'],
  dryRun: 'client',
  related: ['bmc cert install', 'bmc cert show'],
  run: () => import('./impl/bmc-cert-renew.js'),
});

export const bmcCertInstallCommand = defineCommand({
  ...common,
  name: 'bmc cert install',
  summary: 'Give a BMC a signed certificate, and trust it from then on.',
  details:
    'Where the BMC is pinned, the pin moves to the new certificate after the BMC was seen serving it. If this is interrupted in between, run it again: an installed certificate is only pinned then.',
  args: { target, file: one('FILE', 'Certificate, PEM.', { complete: 'files' }) },
  flags: {},
  examples: [
    ['metalctl bmc cert install node-07 node-07.pem', 'Asks first: the web server of the BMC restarts.'],
    ['metalctl bmc cert install node-07 node-07.pem --yes', 'In a script.'],
    ['metalctl bmc cert show node-07', 'What it serves now.'],
  ],
  needs: ['cluster', 'clock', 'identification'],
  exits: [...exits, 'NEEDS_INPUT', 'WAITING'],
  dryRun: 'client',
  related: ['bmc cert renew', 'bmc cert show'],
  run: () => import('./impl/bmc-cert-install.js'),
});
