/** `metalctl backup` and `metalctl restore`: the objects of a cluster in a file, and back. */
import { defineCommand } from './define.js';
import { list, text, toggle } from './flags.js';

export const backupCommand = defineCommand({
  name: 'backup',
  summary: 'Keep every metal object, and the Secrets they name, in a folder or a file.',
  details:
    'A name that ends in .tar.gz or .tgz makes one compressed file, any other a folder of YAML files. Values of Secrets and BMCSecrets are left out, because they would lie around in plain; with --encrypt they are kept for the owner of a key of age alone. Files can be read by their owner only, and are there whole or not at all. No BMC is asked.',
  group: 'Fleet',
  stability: 'preview',
  args: {},
  flags: {
    selector: text('SEL', 'Servers with these labels, and what belongs to them.', { short: 'l' }),
    to: text('DIR|FILE', 'Where to: a new folder, or a FILE.tar.gz.', { complete: 'files' }),
    encrypt: list('age:KEY', 'Keep values of secrets too, encrypted for this public key: age:age1…'),
    withStatus: toggle('Keep status too: hardware, states, who has what. restore and inventory --diff want it.'),
  },
  examples: [
    ['metalctl backup --to fra.tar.gz --with-status', 'Everything, in one file.'],
    ['metalctl backup --to fra/ -l rack=r12', 'The servers of a rack with all that belongs to them, as YAML files.'],
    ['metalctl backup --to fra.tar.gz --with-status --encrypt age:age1…', 'With the passwords, for one key.'],
    ['metalctl backup --to fra.tar.gz -o json', 'Counts, size and checksum, for a script.'],
  ],
  needs: ['cluster', 'clock'],
  exits: ['CONFLICT', 'FORBIDDEN'],
  related: ['restore', 'move', 'inventory'],
  run: () => import('./impl/backup.js'),
});

export const restoreCommand = defineCommand({
  name: 'restore',
  summary: 'Make the objects of a snapshot that a cluster has lost.',
  details:
    'Looks first, and plans. Objects are made paused, owners before what they own, then get their status, and are let go when everything is there: no machine is told anything, no BMC is asked. What a cluster has, and has as it was, stays; what has changed since is not overwritten unless --only names it. Whatever has no status in the snapshot stays paused, because a Server without one would be booted to be discovered. An interrupted restore goes on when it is run again.',
  group: 'Fleet',
  stability: 'preview',
  args: {},
  flags: {
    from: text('DIR|FILE', 'The snapshot.', { complete: 'files' }),
    identity: text('FILE', 'Key of age that opens the values of secrets.', { complete: 'files' }),
    skipNewer: toggle('Leave alone what has changed since the backup.'),
    only: list('KIND/NAME', 'Only these objects; one that has changed since gets the content it had.'),
    managerNamespace: text('NS', 'Namespace of the reconcilers’ lease.', { fallback: 'metalctl-system' }),
  },
  examples: [
    ['metalctl restore --from fra.tar.gz --plan', 'What would be made, and whether it may; exit 10 if anything would.'],
    ['metalctl restore --from fra.tar.gz --skip-newer', 'Asks, then brings back what is missing.'],
    ['metalctl restore --from fra.tar.gz --only server/node-07,bmc/node-07', 'Two objects, and nothing else.'],
  ],
  needs: ['cluster', 'clock', 'log'],
  exits: ['FAILED_STATE', 'CHANGES', 'NEEDS_INPUT', 'NOT_FOUND', 'CHECKS_FAILED', 'CONFLICT', 'FORBIDDEN'],
  related: ['backup', 'move', 'doctor'],
  dryRun: 'server',
  plans: 'own',
  run: () => import('./impl/restore.js'),
});
