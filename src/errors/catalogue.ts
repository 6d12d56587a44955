/**
 * Every error code metalctl can print: its sentence, its usual remedy and its exit code. `docs/errors.md` and
 * `metalctl explain error CODE` are made from this table; a code that is not here does not compile.
 */
import type { ExitName } from './exit.js';

export interface CatalogueEntry {
  readonly exit: ExitName;
  readonly sentence: string;
  readonly hint: string;
}

const entry = (exit: ExitName, sentence: string, hint: string): CatalogueEntry => ({ exit, sentence, hint });

export const catalogue = {
  // Input
  USAGE: entry('USAGE', 'A flag, an argument or their combination is wrong.', 'metalctl COMMAND --help'),
  MANIFEST_INVALID: entry('USAGE', 'A file is not what the command expects.', 'Correct the place the message names.'),
  IGNITION_INVALID: entry(
    'USAGE',
    'An ignition file is not Ignition JSON.',
    'The file must be a JSON object with "ignition": {"version": "3.x.0"}.',
  ),
  RANGE_TOO_LARGE: entry(
    'USAGE',
    'An address range is larger than a sweep accepts.',
    'Sweep smaller ranges, or name hosts with --target.',
  ),
  RANGE_NOT_PRIVATE: entry(
    'USAGE',
    'An address range is outside the private ranges.',
    'Name a range of RFC 1918, ULA or loopback.',
  ),
  NEEDS_INPUT: entry(
    'NEEDS_INPUT',
    'A question had to be asked and could not be.',
    'Give the flags the message names.',
  ),
  CONFIRM_REQUIRED: entry('NEEDS_INPUT', 'The command needs a confirmation.', 'Add --yes, or the typed --confirm.'),
  CONFIG_INVALID: entry(
    'USAGE',
    'The config file is not what metalctl reads.',
    'metalctl config validate names the place.',
  ),
  CONFIG_KEY_UNKNOWN: entry(
    'USAGE',
    'The config has no such key.',
    'metalctl config view shows what is set; the message names the nearest key.',
  ),
  KUBECONFIG_MISSING: entry(
    'USAGE',
    'No kubeconfig was found.',
    'Name one with --kubeconfig or KUBECONFIG, or start a sandbox: metalctl sandbox up',
  ),
  KUBECONFIG_INVALID: entry('USAGE', 'The kubeconfig cannot be read.', 'Correct the file the message names.'),
  CONTEXT_NOT_FOUND: entry('NOT_FOUND', 'The kubeconfig has no such context.', 'Choose one of the contexts listed.'),
  FILE_NOT_FOUND: entry('NOT_FOUND', 'A file does not exist or cannot be read.', 'Check the path and its permissions.'),
  // Kubernetes
  NOT_FOUND: entry('NOT_FOUND', 'The object does not exist.', 'metalctl get KIND -A lists what does.'),
  ALREADY_EXISTS: entry(
    'CONFLICT',
    'An object of this name already exists.',
    'Choose another name, or --adopt the existing one.',
  ),
  CONFLICT: entry('CONFLICT', 'The object changed since it was read.', 'Run the command again.'),
  PLAN_STALE: entry(
    'CONFLICT',
    'What the plan rests on has changed since it was made.',
    'metalctl plan -f FILE --out PLANFILE',
  ),
  CRD_MISSING: entry('UNSUPPORTED', 'The cluster does not serve this kind.', 'metalctl install crds'),
  CRD_DIFFERS: entry(
    'CONFLICT',
    'The cluster has other definitions of the kinds than this version would install.',
    'metalctl install crds --upgrade',
  ),
  CRD_STORED_VERSION: entry(
    'CONFLICT',
    'A CRD still stores objects in a version that the new one drops.',
    'Write the objects again in a version both know, then take the old one out of status.storedVersions.',
  ),
  FINALIZERS_HELD: entry(
    'CONFLICT',
    'Objects that would go hold finalizers that only a reconciler takes off.',
    'Release and delete them while a reconciler runs, or keep the kinds: metalctl uninstall --keep-crds',
  ),
  MOVE_PREFLIGHT: entry(
    'CHECKS_FAILED',
    'Source or target is not ready for a move.',
    'Lift what the message names; metalctl move --plan looks again.',
  ),
  MOVE_VERIFY: entry(
    'FAILED_STATE',
    'The target does not have what the source has.',
    'metalctl move --resume FILE copies again, --rollback FILE takes the copies back.',
  ),
  MOVE_COMMITTED: entry(
    'CONFLICT',
    'The target has been handed over: the move cannot be taken back.',
    'metalctl move --resume FILE ends it; move the objects back with a move of their own.',
  ),
  RESTORE_PREFLIGHT: entry(
    'CHECKS_FAILED',
    'The cluster is not ready for a restore.',
    'Lift what the message names; metalctl restore --plan looks again.',
  ),
  RESTORE_VERIFY: entry(
    'FAILED_STATE',
    'What was made is not what the snapshot holds; it stays paused.',
    'Find who writes to it, then run metalctl restore again: it goes on.',
  ),
  RESTORE_NEWER: entry(
    'CONFLICT',
    'Objects have changed since the backup, and a restore would overwrite them.',
    '--skip-newer leaves them as they are, --only KIND/NAME names what is to be as it was.',
  ),
  API_UNREACHABLE: entry(
    'ERROR',
    'The Kubernetes API does not answer.',
    'Check the server address of the context and the network.',
  ),
  API_TLS: entry(
    'ERROR',
    'The certificate of the Kubernetes API is not trusted.',
    'Check certificate-authority-data and tls-server-name of the cluster in the kubeconfig.',
  ),
  API_UNAUTHORIZED: entry(
    'FORBIDDEN',
    'The Kubernetes API refused the credentials.',
    'Log in again; the token may have expired.',
  ),
  API_FORBIDDEN: entry(
    'FORBIDDEN',
    'Kubernetes RBAC does not allow this.',
    'Ask for the verb and resource the message names.',
  ),
  API_INVALID: entry('USAGE', 'The API server refused the object.', 'Correct the fields the message names.'),
  API_ERROR: entry('ERROR', 'The Kubernetes API failed.', 'Try again; if it stays, look at the API server.'),
  API_THROTTLED: entry('WAITING', 'The Kubernetes API asks to slow down.', 'Try again later.'),
  API_TIMEOUT: entry(
    'ERROR',
    'The Kubernetes API did not answer in time.',
    'Raise --request-timeout or check the network.',
  ),
  WATCH_EXPIRED: entry('WAITING', 'The watched history is gone.', 'List again.'),
  LEASE_HELD: entry(
    'CONFLICT',
    'Another reconciler is active.',
    '--lease-wait D waits for it, --lease-skip ends quietly.',
  ),
  LEASE_LOST: entry('CONFLICT', 'Another reconciler took the lease over.', 'Start again; check why renewals failed.'),
  // BMC
  BMC_UNREACHABLE: entry('BMC_UNREACHABLE', 'The BMC does not answer.', 'Check address, network and power of the BMC.'),
  BMC_TIMEOUT: entry('BMC_UNREACHABLE', 'The BMC did not answer in time.', 'Try again; reset the BMC if it stays.'),
  BMC_TLS: entry(
    'BMC_UNREACHABLE',
    'The certificate of the BMC is not trusted.',
    '--bmc-ca FILE, or pin it: metalctl discover --pin first-use',
  ),
  BMC_PLAIN_HTTP: entry(
    'BMC_UNREACHABLE',
    'The BMC speaks plain HTTP, and credentials are not sent over it.',
    'Use its HTTPS port. In a lab: discover and redfish --scheme http, reconcile --bmc-allow-http; other commands never do.',
  ),
  BMC_NOT_REDFISH: entry('BMC_UNREACHABLE', 'The address does not serve Redfish.', 'Check the address and port.'),
  BMC_AUTH_FAILED: entry(
    'BMC_AUTH',
    'The BMC refused the credentials.',
    'Correct the BMCSecret; one attempt is made per version of it.',
  ),
  BMC_FORBIDDEN: entry('BMC_AUTH', 'The BMC account lacks the privilege.', 'Give the account the Administrator role.'),
  BMC_PASSWORD_CHANGE_REQUIRED: entry(
    'BMC_AUTH',
    'The BMC wants the password changed first.',
    'Change the password on the BMC and in the BMCSecret.',
  ),
  BMC_SESSION_LIMIT: entry(
    'BMC_UNREACHABLE',
    'The session table of the BMC is full.',
    'End stale sessions on the BMC.',
  ),
  BMC_BUSY: entry('BMC_UNREACHABLE', 'The BMC is busy.', 'It is asked again later.'),
  BMC_ERROR: entry('BMC_UNREACHABLE', 'The BMC failed to do what was asked.', 'Read its message; look at its log.'),
  BMC_BAD_RESPONSE: entry(
    'BMC_UNREACHABLE',
    'The BMC answered something that is not Redfish.',
    'Reset the BMC or update its firmware.',
  ),
  BMC_RESPONSE_TOO_LARGE: entry(
    'BMC_UNREACHABLE',
    'The answer of the BMC is larger than allowed.',
    'Update its firmware; report the resource.',
  ),
  BMC_HOSTILE_LINK: entry(
    'BMC_UNREACHABLE',
    'The BMC sent a link that leaves its own address.',
    'Treat this BMC as compromised.',
  ),
  BMC_REFUSED: entry('UNSUPPORTED', 'The BMC refused the request.', 'Read its message.'),
  LICENSE_REQUIRED: entry(
    'UNSUPPORTED',
    'The BMC does this only with a licence of its maker.',
    'Install the licence on the BMC, by its web page or the tools of its maker.',
  ),
  BMC_UNSUPPORTED: entry('UNSUPPORTED', 'The BMC does not offer this.', 'Update its firmware, or do without.'),
  BMC_NOT_FOUND: entry(
    'NOT_FOUND',
    'The BMC has no such resource.',
    'The hardware may have changed; discover it again.',
  ),
  BMC_CONFLICT: entry('CONFLICT', 'The resource on the BMC changed or is in use.', 'Try again.'),
  OUTCOME_UNKNOWN: entry(
    'BMC_UNREACHABLE',
    'A request was sent and its outcome is unknown.',
    'The state is read again before anything is repeated.',
  ),
  REDFISH_412: entry(
    'CONFLICT',
    'The resource of the BMC changed between reading and writing it.',
    'Run the command again: it reads a fresh ETag first.',
  ),
  REDFISH_SENSITIVE: entry(
    'NEEDS_INPUT',
    'The request would change who may enter the BMC.',
    'Use the commands of metalctl bmc, or add --allow-sensitive.',
  ),
  SSH_HOST_KEY: entry(
    'BMC_UNREACHABLE',
    'The SSH host key of the BMC is not the one that was accepted.',
    'metalctl bmc hostkey accept BMC, after comparing the fingerprint',
  ),
  SSH_MISSING: entry('UNSUPPORTED', 'OpenSSH is not installed here, or too old.', 'Install OpenSSH 8.4 or later.'),
  RESET_TYPE_UNSUPPORTED: entry(
    'UNSUPPORTED',
    'The system does not support this reset type.',
    'Use one of the types listed.',
  ),
  ATTRIBUTE_INVALID: entry(
    'USAGE',
    'A setting of the firmware cannot have this value.',
    'Correct the values the message names.',
  ),
  BOOT_TARGET_UNSUPPORTED: entry(
    'UNSUPPORTED',
    'The system does not support this boot target.',
    'Use one of the targets listed.',
  ),
  NO_BMC: entry('BMC_UNREACHABLE', 'Nothing in the range answered.', 'Check the range and --ports.'),
  // Objects
  BMC_UNAVAILABLE: entry('WAITING', 'The BMC object is not Enabled.', 'metalctl describe bmc NAME'),
  IDENTITY_CHANGED: entry(
    'FAILED_STATE',
    'Another machine answers at the address of this one.',
    'Check the address; discover the machine again.',
  ),
  DUPLICATE_IDENTITY: entry('FAILED_STATE', 'Two objects stand for one machine.', 'Delete one of them.'),
  REFERENCE_MISSING: entry(
    'FAILED_STATE',
    'An object that is referred to does not exist.',
    'Create it, or correct the reference.',
  ),
  SPEC_INVALID: entry(
    'FAILED_STATE',
    'The object asks for something that cannot be.',
    'Correct the field the message names.',
  ),
  NO_CAPACITY: entry(
    'NO_CAPACITY',
    'No server satisfies the claim now.',
    'metalctl claim … --explain shows the funnel.',
  ),
  SERVER_NOT_CLAIMABLE: entry('CONFLICT', 'The server cannot be claimed now.', 'metalctl describe server NAME'),
  DISCOVERY_TIMEOUT: entry('PARTIAL', 'A server did not report back in time.', 'Look at its console and network boot.'),
  POWER_INTENT_CONFLICT: entry(
    'CONFLICT',
    'A reconciler would undo this power change.',
    'Change the intent (the claim), or use --direct.',
  ),
  FAILED_STATE: entry(
    'FAILED_STATE',
    'The object reached a state that does not end by itself.',
    'metalctl describe KIND NAME',
  ),
  WAIT_TIMEOUT: entry(
    'WAITING',
    'The time allowed is over; the work itself goes on.',
    'Wait again, or look why: metalctl describe',
  ),
  PARK_DEFERRED: entry(
    'WAITING',
    'The operator has put parking off: the server has other work to end first.',
    'metalctl why server/NAME says what it is busy with.',
  ),
  MAX_CHANGES: entry(
    'PARTIAL',
    'The pass would change more than --max-changes allows.',
    'Raise --max-changes after reading the report.',
  ),
  OSCILLATION: entry('FAILED_STATE', 'Two writers keep undoing each other.', 'Stop one of the writers named.'),
  SNAPSHOT_INCOMPLETE: entry(
    'USAGE',
    'A snapshot does not hold what it is compared with.',
    'Take the next one with: metalctl backup --to FILE --with-status',
  ),
  SNAPSHOT_SEALED: entry(
    'FORBIDDEN',
    'The values of secrets in a snapshot are encrypted for another key.',
    'Name the key they were encrypted for: --identity FILE',
  ),
  PARTIAL: entry('PARTIAL', 'Some targets succeeded and some failed.', 'The report names the failed ones.'),
  // Sandbox and process
  SANDBOX_RUNNING: entry(
    'CONFLICT',
    'A sandbox of this name runs already.',
    'metalctl sandbox down, or another --name.',
  ),
  SANDBOX_NOT_RUNNING: entry('NOT_FOUND', 'No sandbox of this name runs.', 'metalctl sandbox up'),
  STORE_LOCKED: entry('CONFLICT', 'Another process uses this data directory.', 'Stop it, or choose another --data.'),
  STORE_DAMAGED: entry('ERROR', 'The data of the sandbox are damaged.', 'metalctl sandbox reset'),
  PORT_IN_USE: entry('ERROR', 'The port is in use.', 'Name another port with the flag for it; 0 takes a free one.'),
  UNKNOWN: entry('ERROR', 'Something failed that has no better name.', 'Run again with -vv and report it.'),
} satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;
