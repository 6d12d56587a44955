/** `metalctl describe`: one object, told to a person. */
import { choosingObjects } from './choosing.js';
import { defineCommand } from './define.js';
import { integer, rest, toggle } from './flags.js';

export const describeCommand = defineCommand({
  name: 'describe',
  summary: 'Tell what an object is, in which state and why, with its last events.',
  group: 'Look',
  stability: 'stable',
  args: { targets: rest('KIND NAME', 'Kind and names, or kind/name.', { complete: 'kinds' }) },
  flags: {
    ...choosingObjects,
    redfish: toggle('Ask the BMCs too, three questions each: what they say now, and where the object says otherwise.'),
    events: integer('N', 'Show so many events; 0 for none.', { fallback: '20' }),
  },
  examples: [
    ['metalctl describe server node-07', 'State, claim, power, hardware, network, conditions, events.'],
    ['metalctl describe scl db-07 -n db', 'What a claim wants and what it has.'],
    ['metalctl describe server node-07 --redfish', 'And what its BMC says at this moment.'],
    ['metalctl describe bmc node-07-bmc', 'Address, firmware, conditions.'],
  ],
  needs: ['cluster', 'clock'],
  isLate: true,
  exits: ['NOT_FOUND', 'UNSUPPORTED', 'NEEDS_INPUT', 'PARTIAL', 'FORBIDDEN', 'BMC_AUTH', 'BMC_UNREACHABLE'],
  related: ['get', 'wait'],
  run: () => import('./impl/describe.js'),
});
