/** `metalctl apply`, `diff` and `edit`: manifests against the cluster. */
import { defineCommand } from './define.js';
import { list, one, optional, text, toggle } from './flags.js';
import { waitingFlags } from './waiting.js';

export const file = list('FILE', 'Files or folders with YAML or JSON; - for stdin.', {
  short: 'f',
  complete: 'files',
  splits: false,
});

export const applyCommand = defineCommand({
  name: 'apply',
  summary: 'Make objects as manifests say, by server-side apply.',
  details:
    "Fields of the manifest become metalctl's; fields it does not name stay as others set them. Applying the same again changes nothing. With --prune, objects of the kinds applied that have the labels of --prune-selector and are in no manifest are deleted.",
  group: 'Reconcile',
  stability: 'stable',
  args: { plan: optional('PLANFILE', 'A plan that metalctl plan --out kept, instead of -f.', { complete: 'files' }) },
  flags: {
    file,
    prune: toggle('Delete what the manifests no longer hold.'),
    pruneSelector: text('SEL', 'Labels of what may be pruned; --prune needs it.'),
    ...waitingFlags,
    wait: toggle('Wait until claims are Bound, BMCs Enabled, boot configurations Ready, servers out of discovery.'),
  },
  examples: [
    ['metalctl apply -f claim.yaml', 'Create or change what the file says; again: unchanged.'],
    ['metalctl apply -f racks/ --prune --prune-selector app=racks --yes', 'And delete what is in no file any more.'],
    ['metalctl apply -f claim.yaml --wait --timeout 15m', 'And wait until it has its server.'],
    ['metalctl apply db.plan --wait', 'What the plan says; when something has changed since, nothing (exit 16).'],
    ['metalctl apply -f - --dry-run=server -o yaml', 'What the API server would make of it.'],
  ],
  needs: ['cluster', 'clock'],
  exits: ['WAITING', 'FAILED_STATE', 'NOT_FOUND', 'UNSUPPORTED', 'CONFLICT', 'PARTIAL', 'NEEDS_INPUT'],
  related: ['diff', 'plan', 'get'],
  dryRun: 'server',
  plans: 'steps',
  run: () => import('./impl/apply.js'),
});

export const diffCommand = defineCommand({
  name: 'diff',
  summary: 'Show what manifests would change, or what two objects differ in.',
  details:
    'Manifests are sent as a dry run of server-side apply, so defaults and admission count. With two names of one kind their specs and labels are compared; with --status what was found on the machines too.',
  group: 'Reconcile',
  stability: 'stable',
  args: {
    first: optional('KIND/NAME', 'An object.', { complete: 'kinds' }),
    second: optional('NAME', 'Another of the same kind.', { complete: 'servers' }),
  },
  flags: { file, status: toggle('Compare status as well.') },
  examples: [
    ['metalctl diff -f racks/', 'Exit 10 when applying would change something.'],
    ['metalctl diff server/node-07 node-08 --status', 'What two machines differ in: firmware, disks, links.'],
    ['metalctl diff -f claim.yaml -o json', 'As a document.'],
  ],
  needs: ['cluster'],
  exits: ['CHANGES', 'NOT_FOUND', 'UNSUPPORTED'],
  related: ['apply', 'describe'],
  run: () => import('./impl/diff.js'),
});

export const editCommand = defineCommand({
  name: 'edit',
  summary: 'Open an object in your editor and write back what you changed.',
  details:
    'Only changed fields are sent, and only while nobody else has changed the object meanwhile. A text that is refused comes back into the editor with the reason above it; closed as it is, or refused for another reason, it is kept in a file that is named. Secrets cannot be edited: their values are never shown.',
  group: 'Plumbing',
  stability: 'stable',
  args: { kind: one('KIND[/NAME]', 'Kind, or kind/name.', { complete: 'kinds' }), name: optional('NAME', 'Name.') },
  flags: { review: toggle('Show what was changed, and ask before it is sent.') },
  examples: [
    ['metalctl edit server node-07', 'With $VISUAL, $EDITOR or vi.'],
    ['metalctl edit scl/db-07 -n db', 'A claim.'],
    ['metalctl edit server node-07 --dry-run=server', 'Asks the API server, stores nothing.'],
  ],
  needs: ['cluster'],
  exits: ['NOT_FOUND', 'NEEDS_INPUT', 'CONFLICT', 'UNSUPPORTED'],
  related: ['apply', 'label', 'annotate'],
  dryRun: 'server',
  run: () => import('./impl/edit.js'),
});
