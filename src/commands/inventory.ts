/** `metalctl inventory`: the hardware of the fleet, as the Servers tell it. */
import { defineCommand } from './define.js';
import { list, rest, text, toggle } from './flags.js';

export const inventoryCommand = defineCommand({
  name: 'inventory',
  summary: 'List the hardware of servers, or count it.',
  details:
    'From the Server objects: no BMC is asked. A snapshot for --diff is what backup --with-status wrote, or an earlier -o json of this command.',
  group: 'Look',
  stability: 'stable',
  args: { servers: rest('SERVER', 'Servers; default all.', { complete: 'servers' }) },
  flags: {
    selector: text('SEL', 'Servers with these labels.', { short: 'l' }),
    field: list('F=V', 'Servers with these values: state=Available,vendor=Dell.'),
    prefix: toggle('Names may be unique beginnings of at least six characters.'),
    groupBy: list('KEY,...', 'Count by model, vendor, rack, location, state or bios.'),
    diff: text('SNAPSHOT', 'Compare with a backup, or with an earlier report.', { complete: 'files' }),
  },
  examples: [
    ['metalctl inventory --group-by model', 'How many of each, and how many are free.'],
    ['metalctl inventory -l metadata.metal.ironcore.dev/rack=r12 -o csv', 'A rack, for a spreadsheet.'],
    ['metalctl inventory --diff last-month.tar.gz', 'What came, went and changed; exit 10 if anything did.'],
  ],
  needs: ['cluster'],
  exits: ['NOT_FOUND', 'CHANGES', 'CONFLICT'],
  related: ['bmc inventory', 'backup', 'get'],
  run: () => import('./impl/inventory.js'),
});
