/** `metalctl redfish`: the BMC's own API, for what metalctl has no word for. Reads are free, changes are asked about. */
import { defineCommand } from './define.js';
import { choice, duration, integer, list, one, optional, some, text, toggle } from './flags.js';

const path = one('PATH', 'On the BMC: Systems/1, or /redfish/v1/Systems/1.');
const from = optional('PATH', 'Where to begin; default the service root.');
/** Whose BMC. */
export const reach = {
  server: text('SERVER', 'The BMC of this Server.', { complete: 'servers' }),
  bmc: text('BMC', 'The BMC of this name.'),
  host: text('HOST[:PORT]', 'A host, whether the cluster knows it or not; needs an account.'),
  scheme: choice(['https', 'http'], 'With --host; http is never tried unless asked for.', { fallback: 'https' }),
  bmcUsername: text('U', 'Account for --host.'),
  bmcPasswordFile: text('F', 'File with its password.', { complete: 'files' }),
  bmcPasswordStdin: toggle('Read its password from stdin.'),
  bmcSecret: text('NAME', 'BMCSecret with the account for --host.'),
} as const;
const change = {
  ...reach,
  data: text('JSON|@FILE|-', 'Body: JSON, a file, or stdin.', { short: 'd' }),
  etag: text('auto|none|VALUE', 'If-Match: a tag read first, none, or this one.', { fallback: 'auto' }),
  waitTask: toggle('Wait for the task the BMC starts, and end as it ends.'),
  timeout: duration('With --wait-task: how long.', { fallback: '30m' }),
  allowSensitive: toggle('Also what decides who may enter: accounts, sessions, certificates, keys.'),
} as const;
const common = {
  group: 'Plumbing',
  stability: 'stable',
  needs: ['clock'],
} as const;
const readExits = ['FORBIDDEN', 'NOT_FOUND', 'UNSUPPORTED', 'CONFLICT', 'BMC_AUTH', 'BMC_UNREACHABLE'] as const;
const changeExits = [...readExits, 'NEEDS_INPUT', 'FAILED_STATE', 'WAITING'] as const;
const changeDetails =
  'Asked about first, with the Servers and claims behind the BMC; what erases or resets to defaults wants the name of the BMC typed. A reconciler may undo the change. One session is opened and closed again.';

export const redfishGetCommand = defineCommand({
  ...common,
  name: 'redfish get',
  summary: 'Read a resource of a BMC.',
  details:
    'As a table, members are one line each, nested ones with dots; -o json gives the resource as the BMC does. One session is opened and closed again.',
  args: { path },
  flags: {
    ...reach,
    expand: integer('N', 'Levels the BMC expands ($expand).'),
    select: list('A,B', 'Properties the BMC gives ($select).'),
    follow: text('PROPERTY', 'Read what its links lead to, in their place: Members, Links.Chassis.'),
  },
  examples: [
    ['metalctl redfish get Systems/1 --server node-07', 'A ComputerSystem, as a table.'],
    [
      "metalctl redfish get Systems/1 --bmc node-07 -o jsonpath='{.Boot.BootSourceOverrideTarget}'",
      'One value, for a script.',
    ],
    ['metalctl redfish get Systems --bmc node-07 --follow Members -o json', 'A collection with its members.'],
  ],
  exits: readExits,
  related: ['redfish ls', 'redfish tree', 'redfish patch'],
  run: () => import('./impl/redfish-get.js'),
});

export const redfishHeadCommand = defineCommand({
  ...common,
  name: 'redfish head',
  summary: 'Show the headers of a resource of a BMC.',
  args: { path },
  flags: reach,
  examples: [
    ['metalctl redfish head Systems/1 --bmc node-07', 'ETag and Allow, among others.'],
    ["metalctl redfish head Systems/1 --bmc node-07 -o jsonpath='{.headers.etag}'", 'The ETag alone.'],
    ['metalctl redfish head / --host 10.20.0.11 --bmc-secret oob', 'Of a BMC the cluster does not know.'],
  ],
  exits: readExits,
  related: ['redfish get'],
  run: () => import('./impl/redfish-head.js'),
});

export const redfishPatchCommand = defineCommand({
  ...common,
  name: 'redfish patch',
  summary: 'Change members of a resource of a BMC.',
  details: changeDetails,
  args: { path },
  flags: change,
  examples: [
    [`metalctl redfish patch Systems/1 --bmc node-07 -d '{"AssetTag":"A-1"}'`, 'Reads the ETag, asks, sends.'],
    ['metalctl redfish patch Systems/1 --bmc node-07 -d @tag.json --yes', 'Without the question.'],
    [`metalctl redfish patch Systems/1 --bmc node-07 -d '{"AssetTag":"A-1"}' --dry-run`, 'What would be sent.'],
  ],
  dryRun: 'client',
  exits: changeExits,
  related: ['redfish get', 'redfish post'],
  run: () => import('./impl/redfish-patch.js'),
});

export const redfishPostCommand = defineCommand({
  ...common,
  name: 'redfish post',
  summary: 'Call an action of a BMC, or create a resource.',
  details: changeDetails,
  args: { path },
  flags: change,
  examples: [
    [
      `metalctl redfish post Systems/1/Actions/ComputerSystem.Reset --bmc node-07 -d '{"ResetType":"Nmi"}'`,
      'An action metalctl has a word for too.',
    ],
    [
      'metalctl redfish post Systems/1/LogServices/SEL/Actions/LogService.ClearLog --bmc node-07 --yes',
      'Without a body.',
    ],
    [
      'metalctl redfish post UpdateService/Actions/UpdateService.SimpleUpdate --bmc node-07 -d @update.json --wait-task',
      'Ends when the task does.',
    ],
  ],
  dryRun: 'client',
  exits: changeExits,
  related: ['redfish task wait', 'power on'],
  run: () => import('./impl/redfish-post.js'),
});

export const redfishPutCommand = defineCommand({
  ...common,
  name: 'redfish put',
  summary: 'Replace a resource of a BMC as a whole.',
  details: changeDetails,
  args: { path },
  flags: change,
  examples: [
    ['metalctl redfish put Systems/1/Oem/Boot --bmc node-07 -d @boot.json', 'Few services offer PUT.'],
    ['metalctl redfish put Systems/1/Oem/Boot --bmc node-07 -d - --yes', 'The body from stdin.'],
    ['metalctl redfish put Systems/1/Oem/Boot --bmc node-07 -d @boot.json --etag none', 'Without If-Match.'],
  ],
  dryRun: 'client',
  exits: changeExits,
  related: ['redfish patch'],
  run: () => import('./impl/redfish-put.js'),
});

export const redfishDeleteCommand = defineCommand({
  ...common,
  name: 'redfish delete',
  summary: 'Delete a resource of a BMC.',
  details: changeDetails,
  args: { path },
  flags: change,
  examples: [
    ['metalctl redfish delete TaskService/Tasks/7 --bmc node-07', 'A task that is over.'],
    ['metalctl redfish delete EventService/Subscriptions/3 --bmc node-07 --yes', 'A subscription nobody owns.'],
    ['metalctl redfish delete SessionService/Sessions/9 --bmc node-07 --allow-sensitive', 'Somebody leaves.'],
  ],
  dryRun: 'client',
  exits: changeExits,
  related: ['bmc sessions kill', 'redfish get'],
  run: () => import('./impl/redfish-delete.js'),
});

export const redfishLsCommand = defineCommand({
  ...common,
  name: 'redfish ls',
  summary: 'List the members of a collection, or where a resource leads.',
  args: { path: from },
  flags: reach,
  examples: [
    ['metalctl redfish ls --bmc node-07', 'What the service offers.'],
    ['metalctl redfish ls Systems --bmc node-07', 'The systems.'],
    ['metalctl redfish ls Systems/1 --bmc node-07 -o name', 'Paths alone.'],
  ],
  exits: readExits,
  related: ['redfish tree', 'redfish get'],
  run: () => import('./impl/redfish-ls.js'),
});

const walk = {
  depth: integer('N', 'Levels below the beginning.', { fallback: '4' }),
  limit: integer('N', 'Requests at most.', { fallback: '500' }),
} as const;

export const redfishTreeCommand = defineCommand({
  ...common,
  name: 'redfish tree',
  summary: 'Draw the resources below a path, and count what it took.',
  args: { path: from },
  flags: { ...reach, ...walk },
  examples: [
    ['metalctl redfish tree --bmc node-07', 'Everything, four levels deep.'],
    ['metalctl redfish tree Systems/1 --bmc node-07 --depth 2', 'A system and what it has.'],
    ['metalctl redfish tree --bmc node-07 -o json', 'Paths and types for a script.'],
  ],
  exits: [...readExits, 'PARTIAL'],
  related: ['redfish find', 'redfish ls'],
  run: () => import('./impl/redfish-tree.js'),
});

export const redfishFindCommand = defineCommand({
  ...common,
  name: 'redfish find',
  summary: 'Find members by name or value in the resources below a path.',
  args: { path: from },
  flags: {
    ...reach,
    ...walk,
    property: text('GLOB', 'Name of the member: SerialNumber, *Power*.'),
    value: text('GLOB', 'Its value: CZ*, 3.5.'),
  },
  examples: [
    ['metalctl redfish find --bmc node-07 --property SerialNumber', 'Every serial number.'],
    ["metalctl redfish find Chassis --bmc node-07 --value '*fail*'", 'Where something says "fail".'],
    ['metalctl redfish find Systems/1 --bmc node-07 --property Health -o json', 'For a script.'],
  ],
  exits: [...readExits, 'PARTIAL'],
  related: ['redfish tree', 'redfish get'],
  run: () => import('./impl/redfish-find.js'),
});

export const redfishTaskListCommand = defineCommand({
  ...common,
  name: 'redfish task list',
  summary: 'List the tasks a BMC remembers.',
  args: {},
  flags: reach,
  examples: [
    ['metalctl redfish task list --bmc node-07', 'What runs and what ran.'],
    ['metalctl redfish task list --server node-07 -o json', 'With all messages.'],
    ['metalctl redfish task list --bmc node-07 -o name', 'URIs, for task wait.'],
  ],
  exits: readExits,
  related: ['redfish task wait'],
  run: () => import('./impl/redfish-task-list.js'),
});

export const redfishTaskWaitCommand = defineCommand({
  ...common,
  name: 'redfish task wait',
  summary: 'Wait for a task of a BMC, and end as it ends.',
  args: { uri: one('URI', 'As the BMC or task list names it.') },
  flags: { ...reach, timeout: duration('How long.', { fallback: '2h' }) },
  examples: [
    ['metalctl redfish task wait TaskService/Tasks/7 --bmc node-07', 'Until it is over.'],
    [
      'metalctl redfish task wait /redfish/v1/TaskService/TaskMonitors/7 --bmc node-07 --timeout 20m',
      'By its monitor.',
    ],
    ['metalctl redfish task wait TaskService/Tasks/7 --bmc node-07 -o json', 'What became of it, for a script.'],
  ],
  exits: [...readExits, 'WAITING', 'FAILED_STATE'],
  related: ['redfish task list'],
  run: () => import('./impl/redfish-task-wait.js'),
});

export const redfishSchemaCommand = defineCommand({
  ...common,
  name: 'redfish schema',
  summary: 'Show the schema of a type, as the BMC has it.',
  details: 'Nothing is fetched from elsewhere: where the BMC only names a publication, its address is told.',
  args: { type: one('TYPE', 'ComputerSystem, or ComputerSystem.v1_20_0.') },
  flags: reach,
  examples: [
    ['metalctl redfish schema ComputerSystem --bmc node-07', 'The file, or where it is published.'],
    ['metalctl redfish schema Manager --bmc node-07 -o json', 'For a validator.'],
    ['metalctl redfish ls JsonSchemas --bmc node-07', 'The types there are.'],
  ],
  exits: readExits,
  related: ['redfish get'],
  run: () => import('./impl/redfish-schema.js'),
});

export const redfishRecordCommand = defineCommand({
  ...common,
  name: 'redfish record',
  summary: 'Run a command and record what it says to BMCs, without secrets.',
  details:
    'Writes one file per BMC. Tokens, passwords, cookies, user names and sessions are taken out; serial numbers and addresses stay. Ends as the command ends.',
  args: {
    dir: one('DIR', 'Folder of the recording.', { complete: 'files' }),
    command: some('CMD', 'metalctl, or its words alone, after --.'),
  },
  flags: {},
  examples: [
    ['metalctl redfish record ./trace -- bmc info node-07', 'A dialogue to look at.'],
    ['metalctl redfish record ./trace -- metalctl power status node-07 --direct', 'The same, spelled out.'],
    ['metalctl redfish replay ./trace', 'Serve it again.'],
  ],
  needs: [],
  exits: ['NOT_FOUND'],
  related: ['redfish replay'],
  run: () => import('./impl/redfish-record.js'),
});

export const redfishReplayCommand = defineCommand({
  ...common,
  name: 'redfish replay',
  summary: 'Serve a recording as BMCs on this computer.',
  details: 'Loopback only, until Ctrl-C. Any account is let in; what was not recorded answers 404.',
  args: { path: one('DIR|FILE', 'Of redfish record or --trace-redfish.', { complete: 'files' }) },
  flags: {
    port: integer('PORT', 'Of the first BMC, the others follow; 0 takes free ones.', { fallback: '0' }),
    http: toggle('Without TLS.'),
  },
  examples: [
    ['metalctl redfish replay ./trace', 'Prints addresses and the CA to trust.'],
    ['metalctl redfish replay ./trace/node-07.jsonl --port 8443', 'One of them.'],
    ['metalctl redfish replay ./trace --http', 'For programs that trust nobody.'],
  ],
  needs: [],
  exits: ['NOT_FOUND'],
  related: ['redfish record', 'sandbox up'],
  run: () => import('./impl/redfish-replay.js'),
});

export const redfishConformanceCommand = defineCommand({
  ...common,
  name: 'redfish conformance',
  summary: 'Check a BMC against what the Redfish specification asks of a service.',
  details: 'Reads only. Not a replacement for the validators of DMTF: it looks at what metalctl depends on.',
  args: { target: optional('BMC', 'Name of a BMC or Server; else --server, --bmc or --host.') },
  flags: { ...reach, quick: toggle('Twenty resources instead of two hundred.') },
  examples: [
    ['metalctl redfish conformance node-07', 'Every check with its evidence.'],
    ['metalctl redfish conformance node-07 --quick', 'In a few requests.'],
    ['metalctl redfish conformance --host 10.20.0.11 --bmc-secret oob -o json', 'A BMC nobody onboarded yet.'],
  ],
  exits: [...readExits, 'CHECKS_FAILED'],
  related: ['redfish tree', 'bmc ping'],
  run: () => import('./impl/redfish-conformance.js'),
});
