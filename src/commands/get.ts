/** `metalctl get`: lists of anything the cluster serves. */
import { namedInFiles } from './choosing.js';
import { defineCommand } from './define.js';
import { integer, list, optional, rest, text, toggle } from './flags.js';

export const getCommand = defineCommand({
  name: 'get',
  summary: 'List objects, or show those named.',
  group: 'Look',
  stability: 'stable',
  args: {
    kind: optional('KIND[,KIND...][/NAME]', 'Kind in any spelling: servers, srv, Server; or kind/name; or all.', {
      complete: 'kinds',
    }),
    names: rest('NAME', 'Only these.', { complete: 'servers' }),
  },
  flags: {
    selector: text('SEL', 'Label selector: rack=r12,pool!=lab,env in (a,b).', { short: 'l' }),
    field: list('F=V', 'Typed filters of servers: state=Available|Error,power!=On,vendor=Dell,age>7d.'),
    file: namedInFiles,
    watch: toggle('Go on and show every change.', { short: 'w' }),
    watchOnly: toggle('As --watch, without the first list.'),
    problems: toggle('Only what needs attention: bad states, what waits for a person, deletions that do not end.'),
    limit: integer('N', 'Show at most so many.'),
    chunkSize: integer('N', 'Objects the API server sends in one answer; 0 is all at once.', { fallback: '500' }),
    showManagedFields: toggle('Keep managedFields in JSON and YAML.'),
  },
  examples: [
    ['metalctl get servers', 'All servers, with state, power, claim and place.'],
    ['metalctl get srv --field state=Available,power=Off -o name', 'What could be claimed now, one name per line.'],
    ['metalctl get serverclaims -A -w', 'Claims of all namespaces, and every change to them.'],
  ],
  needs: ['cluster', 'clock'],
  exits: ['NOT_FOUND', 'UNSUPPORTED'],
  related: ['describe', 'wait'],
  run: () => import('./impl/get.js'),
});
