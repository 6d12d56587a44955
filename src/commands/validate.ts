/** `metalctl validate`: files against what metalctl knows, without a cluster. */
import { defineCommand } from './define.js';
import { choice, list, one, toggle } from './flags.js';

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
  related: ['validate ignition', 'apply', 'diff', 'explain'],
  run: () => import('./impl/validate.js'),
});

export const validateIgnitionCommand = defineCommand({
  name: 'validate ignition',
  summary: 'Check an ignition file without a cluster.',
  details:
    'What is no JSON is taken for Butane and converted as a boot server does it (fcos 1.0 to 1.7, flatcar 1.0 and 1.1). Ignition 3.2 to 3.6 is known. The operator judges the ignition of boot configurations by the same rules: condition IgnitionValid.',
  group: 'Plumbing',
  stability: 'stable',
  args: { file: one('FILE', 'Ignition or Butane; - for stdin.', { complete: 'files' }) },
  flags: {
    format: choice(['auto', 'json', 'fcos'], 'What the file is; fcos is Butane.', { fallback: 'auto' }),
    strict: toggle('A warning is a fault too.'),
  },
  examples: [
    ['metalctl validate ignition db.ign', 'What is wrong with it, and where; exit 2 when something is.'],
    ['metalctl validate ignition db.bu --strict', 'Butane; members it does not know are a fault.'],
    ['metalctl validate ignition - -o json < db.ign', 'As a document.'],
  ],
  needs: [],
  exits: ['NOT_FOUND'],
  related: ['validate', 'claim', 'boot config'],
  run: () => import('./impl/validate-ignition.js'),
});
