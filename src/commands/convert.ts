/** `metalctl convert`: day-2 objects of the old group in the form of the new ones. */
import { defineCommand } from './define.js';
import { list, toggle } from './flags.js';

export const convertCommand = defineCommand({
  name: 'convert',
  summary: 'Rewrite day-2 objects of the old group metal.ironcore.dev to the groups they moved to.',
  details:
    'ServerMaintenance, BIOSSettings, BIOSVersion, BMCSettings, BMCVersion and their Sets, as metal-operator v0.7.0 had them. Nothing is written to the cluster: the result goes to stdout, for apply. A warning tells every field that has no successor. Objects that did not move are passed on as they are.',
  group: 'Plumbing',
  stability: 'stable',
  args: {},
  flags: {
    file: list('FILE', 'Files or folders with YAML or JSON; - for stdin.', {
      short: 'f',
      complete: 'files',
      splits: false,
    }),
    fromCluster: toggle('Every such object of the cluster.'),
  },
  examples: [
    ['metalctl convert -f old/bmcsettings.yaml', 'As YAML, with what was dropped on stderr.'],
    ['metalctl convert --from-cluster > new.yaml', 'All of them; look at the file, then apply it.'],
    ['metalctl convert -f old/ --fail-on-warning', 'Exit 15 when something has no successor.'],
  ],
  needs: [],
  exits: ['NOT_FOUND', 'FORBIDDEN', 'CHECKS_FAILED'],
  related: ['apply', 'validate', 'doctor'],
  run: () => import('./impl/convert.js'),
});
