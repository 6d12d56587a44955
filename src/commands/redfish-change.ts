/** `metalctl redfish patch` and its kin: changes of a BMC in its own words, each asked about. */
import { defineCommand } from './define.js';
import { duration, one, text, toggle } from './flags.js';
import { common, reach, readExits } from './redfish-reach.js';

const path = one('PATH', 'On the BMC: Systems/1, or /redfish/v1/Systems/1.');
const change = {
  ...reach,
  data: text('JSON|@FILE|-', 'Body: JSON, a file, or stdin.', { short: 'd' }),
  etag: text('auto|none|VALUE', 'If-Match: a tag read first, none, or this one.', { fallback: 'auto' }),
  waitTask: toggle('Wait for the task the BMC starts, and end as it ends.'),
  timeout: duration('With --wait-task: how long.', { fallback: '30m' }),
  allowSensitive: toggle('Also what decides who may enter: accounts, sessions, certificates, keys.'),
} as const;
const changeExits = [...readExits, 'NEEDS_INPUT', 'FAILED_STATE', 'WAITING'] as const;
const changeDetails =
  'Asked about first, with the Servers and claims behind the BMC; what erases or resets to defaults wants the name of the BMC typed. A reconciler may undo the change. One session is opened and closed again.';

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
