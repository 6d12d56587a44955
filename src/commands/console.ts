/** `metalctl console`: the serial console of a server, through its BMC. */
import { defineCommand } from './define.js';
import { choice, integer, one, text, toggle } from './flags.js';

export const consoleCommand = defineCommand({
  name: 'console',
  summary: 'Open the serial console of a server through its BMC.',
  details:
    'Uses the OpenSSH of this computer (8.4 or later). Host keys are always checked; the password goes to ssh through an askpass program, after the key was accepted, never through arguments or environment. After Enter, ~. leaves, ~B sends a break, ~R restarts the server after a question, ~? tells these. What could take over your terminal is filtered from the output.',
  group: 'Operate',
  stability: 'stable',
  args: { server: one('SERVER', 'Name, serial:…, uuid:…, ip:… or mac:….', { complete: 'servers' }) },
  flags: {
    protocol: choice(['auto', 'ssh', 'kvm-url'], 'kvm-url prints the address of the web console instead.', {
      fallback: 'auto',
    }),
    serialConsoleNumber: integer('N', 'Which console, where a machine has several: com1 of a Dell is 1.'),
    escape: text('CHAR', 'Escape character, or none.', { fallback: '~' }),
    readOnly: toggle('Watch only; works without a terminal.'),
    record: text('FILE.cast', 'Write an asciicast of the output.', { complete: 'files' }),
    save: text('F', 'Write the output here.', { complete: 'files' }),
    knownHostsFile: text('F', 'Host keys; default one of metalctl in its state directory.', { complete: 'files' }),
    skipHostKeyValidation: toggle('Refused: host keys are always checked.'),
  },
  examples: [
    ['metalctl console node-07', 'Leave with Enter, then ~.'],
    ['metalctl console node-07 --read-only --record boot.cast', 'Watch a boot, and keep it.'],
    ['metalctl bmc hostkey accept node-07', 'Before the first time.'],
  ],
  needs: ['cluster'],
  exits: ['NOT_FOUND', 'NEEDS_INPUT', 'UNSUPPORTED', 'CONFLICT', 'BMC_AUTH', 'BMC_UNREACHABLE'],
  related: ['bmc hostkey accept', 'power reset', 'boot once'],
  run: () => import('./impl/console.js'),
});

export const bmcHostkeyAcceptCommand = defineCommand({
  name: 'bmc hostkey accept',
  summary: 'Accept the SSH host key of a BMC, for its console and restarts over SSH.',
  details:
    'Shows the fingerprint and asks. The keys are kept in known_hosts of the state directory (METALCTL_STATE_DIR), where a daemon on another machine needs them too. In scripts the fingerprint has to be known: --fingerprint.',
  group: 'Day 2',
  stability: 'stable',
  args: { target: one('BMC|SERVER', 'Name; a Server means its BMC.', { complete: 'servers' }) },
  flags: {
    fingerprint: text('SHA256:…', 'Accept exactly this one, without a question.'),
    shell: toggle('That of the shell of the BMC (port 22), for restarts over SSH; Redfish is not asked.'),
    knownHostsFile: text('F', 'Host keys; default one of metalctl in its state directory.', { complete: 'files' }),
  },
  examples: [
    ['metalctl bmc hostkey accept node-07', 'Compare the fingerprint with the one the BMC shows.'],
    ['metalctl bmc hostkey accept node-07 --fingerprint SHA256:… ', 'In a script.'],
    ['metalctl bmc hostkey accept node-07 --shell', 'For bmc reset --over-ssh.'],
    ['metalctl console node-07', 'What it is for.'],
  ],
  needs: ['cluster'],
  exits: ['NOT_FOUND', 'NEEDS_INPUT', 'UNSUPPORTED', 'CONFLICT', 'BMC_UNREACHABLE'],
  related: ['console', 'bmc reset'],
  run: () => import('./impl/bmc-hostkey-accept.js'),
});
