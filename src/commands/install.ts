/** `metalctl install crds`: the kinds, and the namespace the reconcilers work in. */
import { defineCommand } from './define.js';
import { duration, list, text, toggle } from './flags.js';

export const installCrdsCommand = defineCommand({
  name: 'install crds',
  summary: 'Install or update the CRDs, and the namespace the reconcilers use.',
  group: 'Setup',
  stability: 'stable',
  args: {},
  flags: {
    only: list('KINDS', 'Only these kinds.', { complete: 'kinds' }),
    print: toggle('Write the manifests to stdout instead; no cluster is asked.'),
    managerNamespace: text('NS', 'Namespace of leases and discovery boot configurations.', {
      fallback: 'metalctl-system',
    }),
    timeout: duration('How long to wait until the kinds are served.', { fallback: '1m' }),
  },
  examples: [
    ['metalctl install crds', 'Apply them and wait until they are served; again: unchanged.'],
    ['metalctl install crds --print | kubectl apply -f -', 'Let somebody else apply them.'],
    ['metalctl install crds --dry-run=server', 'Would the API server take them?'],
  ],
  needs: ['clock'],
  exits: ['WAITING', 'FAILED_STATE', 'FORBIDDEN', 'CONFLICT'],
  related: ['version', 'discover'],
  dryRun: 'server',
  run: () => import('./impl/install-crds.js'),
});
