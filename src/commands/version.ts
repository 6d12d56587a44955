/** `metalctl version`: of the program, the cluster and the CRDs. */
import { defineCommand } from './define.js';
import { toggle } from './flags.js';

export const versionCommand = defineCommand({
  name: 'version',
  summary: 'Show the versions of metalctl, the cluster and the CRDs.',
  group: 'Setup',
  stability: 'stable',
  args: {},
  flags: {
    client: toggle('Only the program; no cluster is asked.'),
    requireServer: toggle('Fail when the cluster does not answer.'),
  },
  examples: [
    ['metalctl version', 'Program and cluster; a cluster that is away is a warning.'],
    ['metalctl version --client', 'Program only, without any request.'],
    ['metalctl version -o json', 'The same as a document.'],
  ],
  needs: ['log'],
  exits: [],
  related: ['explain', 'install crds'],
  run: () => import('./impl/version.js'),
});
