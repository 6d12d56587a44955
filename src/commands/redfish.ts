/** `metalctl redfish`: the BMC's own API, for what metalctl has no word for. Reads are free. */
import { defineCommand } from './define.js';
import { integer, list, one, optional, text } from './flags.js';
import { common, reach, readExits } from './redfish-reach.js';

const path = one('PATH', 'On the BMC: Systems/1, or /redfish/v1/Systems/1.');
const from = optional('PATH', 'Where to begin; default the service root.');

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
