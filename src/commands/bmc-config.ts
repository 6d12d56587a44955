/** `metalctl bmc`: how a BMC itself is set up: network, clock, settings, subscriptions, and back to the factory. */
import { defineCommand } from './define.js';
import { choice, list, one, rest, some, text } from './flags.js';

const target = one('BMC|SERVER', 'Name; a Server means its BMC.', { complete: 'servers' });
const common = { group: 'Day 2', stability: 'stable' } as const;
const exits = ['NOT_FOUND', 'UNSUPPORTED', 'BMC_AUTH', 'BMC_UNREACHABLE'] as const;
const changing = [...exits, 'NEEDS_INPUT'] as const;
const values = rest('NAME=VALUE', 'Settings and what they are to be.');
const file = text('FILE', 'A map of settings to values, YAML or JSON; - for stdin.', {
  short: 'f',
  complete: 'files',
});

export const bmcDefaultsCommand = defineCommand({
  ...common,
  name: 'bmc defaults',
  summary: 'Set a BMC back to its factory settings.',
  details:
    'Everything on the BMC that somebody set is lost, but what --keep names. Without its users or its network it is not reached any more by what the cluster knows: onboard it again. Machines run on.',
  args: { target },
  flags: {
    keep: choice(['network-and-users', 'network', 'nothing'], 'What stays.', { fallback: 'network-and-users' }),
  },
  examples: [
    ['metalctl bmc defaults node-07', 'Asks for the name; network and users stay.'],
    ['metalctl bmc defaults node-07 --keep nothing --confirm node-07', 'As it came from the factory.'],
    ['metalctl bmc defaults node-07 --dry-run', 'What it would concern.'],
  ],
  needs: ['cluster'],
  exits: changing,
  dryRun: 'client',
  related: ['bmc reset', 'onboard'],
  run: () => import('./impl/bmc-defaults.js'),
});

export const bmcNetGetCommand = defineCommand({
  ...common,
  name: 'bmc net get',
  summary: 'Show the network of a BMC: names, addresses, name and time servers.',
  args: { target },
  flags: {},
  examples: [
    ['metalctl bmc net get node-07', 'As the BMC says now.'],
    ['metalctl bmc net get node-07 -o json', 'For a script.'],
    ['metalctl bmc net get server/node-07-system-0', 'The BMC behind a Server.'],
  ],
  needs: ['cluster'],
  exits,
  related: ['bmc net set', 'bmc time sync'],
  run: () => import('./impl/bmc-net-get.js'),
});

export const bmcNetSetCommand = defineCommand({
  ...common,
  name: 'bmc net set',
  summary: 'Set the host name and the time servers of a BMC.',
  details: 'Only what differs is sent. Addresses are not set here: a BMC that moved is a BMC that was lost.',
  args: { target },
  flags: {
    hostname: text('NAME', 'Host name of the BMC.'),
    ntp: list('HOST', 'Time servers, in order; turns the protocol on.'),
  },
  examples: [
    ['metalctl bmc net set node-07 --hostname node-07-bmc', 'Asks first.'],
    ['metalctl bmc net set node-07 --ntp 10.0.0.1,10.0.0.2 --yes', 'In a script.'],
    ['metalctl bmc net set node-07 --ntp 10.0.0.1 --dry-run', 'What would change.'],
  ],
  needs: ['cluster'],
  exits: changing,
  dryRun: 'client',
  related: ['bmc net get', 'bmc time sync'],
  run: () => import('./impl/bmc-net-set.js'),
});

export const bmcTimeSyncCommand = defineCommand({
  ...common,
  name: 'bmc time sync',
  summary: 'Set the clock of a BMC by that of this machine.',
  details: 'A clock that is right to the second is left alone. Where the BMC follows time servers it may refuse.',
  args: { target },
  flags: {},
  examples: [
    ['metalctl bmc time sync node-07', 'Tells how far it was off.'],
    ['metalctl bmc time sync node-07 --dry-run', 'Only how far it is off.'],
    ['metalctl bmc time sync node-07 -o json', 'For a script.'],
  ],
  needs: ['cluster', 'clock'],
  exits: changing,
  dryRun: 'client',
  related: ['bmc net set'],
  run: () => import('./impl/bmc-time-sync.js'),
});

export const bmcSettingsGetCommand = defineCommand({
  ...common,
  name: 'bmc settings get',
  summary: 'Show settings of a BMC, and what waits.',
  details:
    'Names are attributes of the BMC. iLO and XCC have none: there a name is PATCH and a path, and all of them cannot be listed.',
  args: { target, names: rest('NAME', 'Default: all.') },
  flags: {},
  examples: [
    ['metalctl bmc settings get node-07', 'All of them, where the BMC has a list.'],
    ['metalctl bmc settings get node-07 NTPConfigGroup.1.NTP1', 'One of an iDRAC.'],
    ['metalctl bmc settings get node-08 "PATCH /redfish/v1/Managers/1/NetworkProtocol" -o json', 'Of an iLO.'],
  ],
  needs: ['cluster'],
  exits,
  related: ['bmc settings diff', 'bmc settings set'],
  run: () => import('./impl/bmc-settings-get.js'),
});

export const bmcSettingsDiffCommand = defineCommand({
  ...common,
  name: 'bmc settings diff',
  summary: 'Compare settings of a BMC with what they are to be.',
  details: 'Values are checked against the registry of the BMC. Exit 10 if something differs.',
  args: { target, values },
  flags: { file },
  examples: [
    ['metalctl bmc settings diff node-07 -f bmc.yaml', 'What apply would change.'],
    ['metalctl bmc settings diff node-07 NTPConfigGroup.1.NTPEnable=Enabled', 'One of them.'],
    ['metalctl bmc settings diff node-07 -f bmc.yaml -o json', 'For a script.'],
  ],
  needs: ['cluster'],
  exits: [...exits, 'CHANGES'],
  related: ['bmc settings get', 'bmc settings apply'],
  run: () => import('./impl/bmc-settings-diff.js'),
});

export const bmcSettingsSetCommand = defineCommand({
  ...common,
  name: 'bmc settings set',
  summary: 'Change settings of a BMC.',
  details: 'All values are checked against the registry of the BMC before any is sent; only what differs is sent.',
  args: { target, values: some('NAME=VALUE', 'Settings and what they are to be.') },
  flags: {},
  examples: [
    ['metalctl bmc settings set node-07 NTPConfigGroup.1.NTPEnable=Enabled', 'Asks first.'],
    ['metalctl bmc settings set node-07 SysLog.1.Server1=10.0.0.5 --yes', 'In a script.'],
    ['metalctl bmc settings set node-07 SysLog.1.Server1=10.0.0.5 --dry-run', 'Checks only.'],
  ],
  needs: ['cluster'],
  exits: changing,
  dryRun: 'client',
  related: ['bmc settings diff', 'bmc settings apply'],
  run: () => import('./impl/bmc-settings-set.js'),
});

export const bmcSettingsApplyCommand = defineCommand({
  ...common,
  name: 'bmc settings apply',
  summary: 'Change settings of a BMC to those of a file.',
  args: { target },
  flags: { file },
  examples: [
    ['metalctl bmc settings apply node-07 -f bmc.yaml', 'Asks first; a second time nothing is sent.'],
    ['metalctl bmc settings apply node-07 -f bmc.yaml --dry-run', 'Checks only.'],
    ['metalctl bmc settings get node-07 -o json | jq .current > bmc.json', 'Where such a file comes from.'],
  ],
  needs: ['cluster'],
  exits: changing,
  dryRun: 'client',
  related: ['bmc settings diff', 'bmc settings set'],
  run: () => import('./impl/bmc-settings-apply.js'),
});

export const bmcSubscribeListCommand = defineCommand({
  ...common,
  name: 'bmc subscribe list',
  summary: 'Show who a BMC sends its events to.',
  details: 'Destinations are shown without the part that lets events in.',
  args: { target },
  flags: {},
  examples: [
    ['metalctl bmc subscribe list node-07', 'Host, context and form.'],
    ['metalctl bmc subscribe list node-07 -o name', 'For delete.'],
    ['metalctl bmc subscribe list node-07 -o json', 'For a script.'],
  ],
  needs: ['cluster'],
  exits,
  related: ['bmc subscribe delete'],
  run: () => import('./impl/bmc-subscribe-list.js'),
});

export const bmcSubscribeDeleteCommand = defineCommand({
  ...common,
  name: 'bmc subscribe delete',
  summary: 'End event subscriptions of a BMC.',
  details: 'One that a reconciler wants is made again by its next pass.',
  args: { target, subscriptions: some('ID', 'Ids of subscriptions, or all.') },
  flags: {},
  examples: [
    ['metalctl bmc subscribe delete node-07 3', 'Somebody forgot it.'],
    ['metalctl bmc subscribe delete node-07 all --yes', 'When the table is full.'],
    ['metalctl bmc subscribe delete node-07 all --dry-run', 'Which it would be.'],
  ],
  needs: ['cluster'],
  exits: changing,
  dryRun: 'client',
  related: ['bmc subscribe list'],
  run: () => import('./impl/bmc-subscribe-delete.js'),
});
