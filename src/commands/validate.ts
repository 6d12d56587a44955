/** `metalctl validate`: files against what metalctl knows, without a cluster. */
import { defineCommand } from './define.js';
import { list } from './flags.js';

export const validateCommand = defineCommand({
  name: 'validate',
  summary: 'Check manifests without a cluster.',
  details:
    'Objects of the kinds metalctl installs are held against their schemas and admission rules, and against each other. What depends on objects of the cluster, and rules written in CEL, only the API server judges: apply --dry-run=server asks it.',
  group: 'Plumbing',
  stability: 'stable',
  args: {},
  flags: {
    file: list('FILE', 'Files or folders with YAML or JSON; - for stdin.', {
      short: 'f',
      complete: 'files',
      splits: false,
    }),
  },
  examples: [
    ['metalctl validate -f racks/', 'Every fault of every file, with its place; exit 2 when there is one.'],
    ['metalctl validate -f claim.yaml -o json', 'As a document.'],
    ['metalctl validate -f - -q', 'From stdin; only the exit code and the faults.'],
  ],
  needs: [],
  exits: ['NOT_FOUND'],
  related: ['apply', 'diff', 'explain'],
  run: () => import('./impl/validate.js'),
});
