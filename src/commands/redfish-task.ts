/** `metalctl redfish task` and `schema`: what a BMC works on, and the shapes it speaks in. */
import { defineCommand } from './define.js';
import { duration, one } from './flags.js';
import { common, reach, readExits } from './redfish-reach.js';

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
