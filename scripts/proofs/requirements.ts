/**
 * What must hold under failure and attack, row by row, and the tests that show it. A proof is `file below test/ | part
 * of the test's name`; `left` says in words what no test shows yet. `npm run generate` makes docs/reference/proofs.md of
 * it and fails where a named test is gone.
 */

/** One requirement. */
export interface Requirement {
  readonly id: string;
  /** What must hold, in one line. */
  readonly title: string;
  readonly proofs: readonly string[];
  /** What is not shown by any test. */
  readonly left?: string;
}

const row = (id: string, title: string, proofs: readonly string[], left?: string): Requirement => ({
  id,
  title,
  proofs,
  ...(left === undefined ? {} : { left }),
});

const [hostile, link] = ['unit/redfish/transport/hostile-bodies.test.ts', 'unit/redfish/transport/link.test.ts'];
const [session, patience] = ['unit/redfish/session.test.ts', 'unit/redfish/patience.test.ts'];
const [client, control] = ['unit/redfish/client.test.ts', 'unit/redfish/control.test.ts'];
const [bmc, server] = ['unit/reconcile/bmc/machine.test.ts', 'unit/reconcile/server/machine.test.ts'];
const [visit, once] = ['unit/reconcile/runtime/visit.test.ts', 'unit/reconcile/runtime/once.test.ts'];
const [kube, sandboxed] = ['unit/kube/faults.test.ts', 'unit/kube/against-sandbox.test.ts'];
const [registry, discover] = ['unit/serve/registry.test.ts', 'unit/workflows/discover/discover.test.ts'];
const [lease, daemon] = ['unit/reconcile/runtime/lease.test.ts', 'e2e/daemon.test.ts'];
const [interrupt, badInput] = ['e2e/interrupt.test.ts', 'e2e/bad-input.test.ts'];
const [crash, processCrash] = ['crash/crash.test.ts', 'crash/process.slow.test.ts'];
const [metadata, events] = ['unit/serve/metadata.test.ts', 'unit/serve/events.test.ts'];
const reported = 'unit/reconcile/server/reported-addresses.test.ts';
const supply = 'unit/scripts/supply.test.ts';
const [operations, sockets] = ['crash/operations.slow.test.ts', 'invariants/sockets.test.ts'];

/** Between metalctl and a BMC. */
const bmcSide: readonly Requirement[] = [
  row('R-BMC-1', 'A dead BMC is named, left alone with growing pauses, and holds nobody else up', [
    `${patience} | leaves a dead BMC alone, and comes back after one anonymous probe`,
    'unit/redfish/transport/breaker.test.ts | doubles from 30 s to five minutes, with one probe per step',
    `${once} | one dead BMC does not stop the others, and is named with its code`,
  ]),
  row('R-BMC-2', 'A BMC that accepts and never answers costs its own deadline and no worker', [
    `${badInput} | a BMC that accepts and says nothing, answers HTML or garbage, is told and does not hold up the others`,
    `${visit} | a visit that never ends is cut off after two minutes`,
    'faults/figures.test.ts | R-BMC-2',
  ]),
  row('R-BMC-3', 'Of a slow BMC what came is kept and the missing part named', [
    `${hostile} | is given up when it trickles`,
    `${server} | a BMC that cannot tell its storage is discovered all the same, and the missing part is named`,
    'faults/figures.slow.test.ts | R-BMC-3',
    'faults/figures.test.ts | R-BMC-3',
  ]),
  row('R-BMC-4', 'After an outage everything recovers without a person', [
    'unit/redfish/transport/breaker.test.ts | closes when the probe succeeds',
    `${visit} | a failing object waits longer each time, and starts over after a good visit`,
    'faults/figures.slow.test.ts | R-BMC-4',
    'faults/figures.test.ts | R-BMC-4',
  ]),
  row('R-BMC-5', 'A wrong password is tried once per BMC and version of its secret', [
    `${badInput} | a wrong password is tried once per BMC over five passes and a discover`,
    `${sockets} | a process that follows one that was killed leaves at most one orphan, and asks a refused password no more`,
    `${bmc} | refused credentials are not tried again: the account is not locked`,
    `${daemon} | a secret corrected while the daemon runs brings its BMC back`,
    'faults/figures.test.ts | R-BMC-5',
  ]),
  row('R-BMC-6', 'One session per BMC is kept, renewed once when refused, and ended at the end', [
    `${session} | logs in once more when the token expired, and replays the request`,
    `${session} | uses Basic while the session table is full, and asks for a session again later`,
    `${sockets} | who ends in peace leaves no session behind`,
    'unit/redfish/steady.test.ts | is freed of the sessions this process could not end, and of no others',
  ]),
  row('R-BMC-7', 'While a Retry-After runs nothing is sent', [
    `${patience} | sends nothing while a Retry-After runs, and tells the caller how long`,
    `${patience} | waits a short Retry-After out`,
  ]),
  row('R-BMC-8', 'A power action of unknown outcome is looked at and never sent blindly again', [
    `${client} | does not press twice when the answer was lost: it looks, and says that it does not know`,
    `${client} | takes a lost answer for success when the state shows it`,
    `${control} | is told as unknown and never sent again`,
    `${operations} | is sent once at most, and what became of it is told: any request`,
  ]),
  row('R-BMC-9', 'A shutdown that is not honoured is forced once, and only with leave', [
    `${operations} | a machine that ignores its shutdown is told once and forced once: any request`,
    `${operations} | without leave to force, a machine that ignores its shutdown is never released, and that is said once`,
  ]),
  row('R-BMC-10', 'A power state nobody knows is not taken for Off', [
    'unit/reconcile/server/gates.test.ts | a server without status is neither available nor off',
    'e2e/main-job.test.ts | a release lets go only of a machine that is off',
  ]),
  row('R-BMC-11', 'Machines behind one BMC keep their names, whatever order or gaps its list has', [
    'unit/reconcile/identity.test.ts | R-BMC-11: a thousand passes',
    `${bmc} | names come from the sorted @odata.id, in whatever order the systems are listed`,
    `${bmc} | a system that is missing from the list keeps its Server`,
    `${bmc} | a machine that moved to another URI is followed, not renamed`,
  ]),
  row('R-BMC-12', 'Another machine behind a known address is never acted upon', [
    `${server} | another machine behind the address is looked at and never acted upon`,
    'unit/redfish/tls.test.ts | is refused before a byte when self-signed, or pinned to another, even under a known authority',
  ]),
  row('R-BMC-13', 'Malformed answers are bounded, named and crash nothing', [
    `${hostile} | crashes nothing in ten thousand mutations`,
    `${hostile} | is cut off when it never ends, without keeping what came`,
    'faults/redfish.matrix.test.ts | the fault matrix of the Redfish client',
  ]),
  row('R-BMC-14', 'A machine is switched on only after its network boot was set and read back', [
    `${client} | does not believe an override that does not read back`,
    `${crash} | and the end is the same`,
    'crash/network-boots.test.ts | R-BMC-14',
    'crash/network-boots.slow.test.ts | over five hundred claims',
  ]),
  row(
    'R-BMC-15',
    'A firmware update is sent once, whatever is lost',
    [
      'unit/redfish/firmware.test.ts | is never sent twice when the answer is lost, and found among the tasks',
      'unit/redfish/firmware.test.ts | is gone when the BMC forgot it',
    ],
    'a process killed at each request of an update: updates are not reconciled yet',
  ),
  row('R-BMC-16', 'At every step of a password rotation a secret the object names logs in', [
    'crash/rotation.test.ts | a Secret the object names always logs in',
    'unit/workflows/credentials/rotate.test.ts | any request leaves a secret that logs in',
    `${processCrash} | R-API-7: killed after any request`,
    'e2e/bmcuser.test.ts | rotated on request, the new password logs in',
  ]),
  row('R-BMC-17', 'There is one subscription per BMC and kind', [
    'unit/redfish/accounts.test.ts | are adopted when the answer to their creation was lost',
    'unit/reconcile/bmc/subscriptions.test.ts | R-BMC-17: a hundred restarts',
    'unit/reconcile/bmc/subscriptions.test.ts | one that vanished, by a restart of the BMC, is made again',
  ]),
  row('R-BMC-18', 'The arrival of a report counts, not the clock of its sender', [
    `${registry} | the machine that is expected reports under its token, and the manager is told`,
    `${registry} | R-BMC-18`,
  ]),
  row('R-BMC-19', 'Every BMC is looked at once per interval, idle or not', [
    `${bmc} | all adopted: it rests until the next periodic check`,
  ]),
];

/** Between metalctl and the API server. */
const apiSide: readonly Requirement[] = [
  row('R-API-1', 'Of claims for one server one wins, and the others try elsewhere', [
    'faults/figures.slow.test.ts | R-API-1:',
    'faults/figures.test.ts | R-API-1:',
    'e2e/claim-race.slow.test.ts | fifty races have fifty single winners',
    'unit/reconcile/serverclaim/machine.test.ts | the binding is one compare-and-swap of reference and UID on the version that was judged',
    'unit/reconcile/serverclaim/machine.test.ts | takes no server, whatever the cache says',
  ]),
  row('R-API-2', 'A conflict is read and decided again, never forced', [
    `${visit} | somebody labelled the Server between list and write: the visit is repeated on what is there now`,
    `${kube} | is won once`,
  ]),
  row('R-API-3', 'Refusals and outages of the API are waited out within a budget', [
    `${kube} | reads are repeated through 500, 503, 429 and cut connections; Retry-After is waited for`,
    `${kube} | the budget lets a burst through and then keeps the pace, in order`,
    `${crash} | any request fails`,
  ]),
  row('R-API-4', 'A write whose answer is lost is read back before anything is decided', [
    `${processCrash} | R-API-4`,
    `${crash} | the answer of any request is lost`,
    `${kube} | makes one object`,
  ]),
  row('R-API-5', 'A watch that ends, stalls or expires loses no final state', [
    `${sandboxed} | connections that are cut again and again lose no final state, and one watch is open in the end`,
    'unit/kube/watch.test.ts | silence beyond the idle limit ends the watch; events and bookmarks put it off',
    'unit/reconcile/runtime/informer.test.ts | after expired history it lists again and applies the difference',
  ]),
  row('R-API-6', 'Hardware is acted upon only by what is true now', [
    'unit/reconcile/runtime/store.test.ts | an older version never replaces a newer one, also across a digit',
    `${visit} | somebody labelled the Server between list and write: the visit is repeated on what is there now`,
    'unit/reconcile/stale.test.ts | R-API-6',
  ]),
  row('R-API-7', 'Killed after any request, two more passes reach the same end', [
    `${processCrash} | R-API-7: killed after any request`,
    `${crash} | the process dies after any request`,
    'e2e/kill.slow.test.ts | twenty of twenty killed claims recover without a double power action',
    'crash/fleet.slow.test.ts | R-API-7: two hundred kills at random over five hundred servers',
    'crash/fleet.test.ts | R-API-7',
    'crash/move.test.ts | R-API-7: a move',
  ]),
  row('R-API-8', 'Who lost the lease sends nothing more', [
    'unit/reconcile/runtime/perform.test.ts | a lease lost between intent and request keeps the machine untouched',
    `${lease} | renewals that fail end the holding before anybody else may take it`,
    `${daemon} | the standby takes over when the first daemon is stopped, and works`,
    'e2e/stopped.slow.test.ts | R-API-8: stopped for a minute and continued, a daemon sends nothing: another leads',
  ]),
  row('R-API-9', 'A pass beside a living daemon is refused', [
    `${daemon} | a pass beside a living daemon is refused by name, or skipped quietly`,
    'unit/reconcile/runtime/object-leases.test.ts | two local drivers of one machine: the second sends nothing and says why',
  ]),
  row('R-API-10', 'One object nobody can work with holds no other up', [
    'unit/reconcile/isolation.test.ts | R-API-10',
    `${visit} | a bug in one reconciler is contained, said, and tried again slowly`,
    'unit/api/kinds.test.ts | open strings name what is known and take what is not',
  ]),
  row('R-API-11', 'A missing CRD or right is named, and the rest works', [
    `${once} | a kind that is not served switches off its reconciler alone`,
    `${badInput} | CRDs missing, reconcile --once → 14 CRD_MISSING, and the lease is free again`,
    'unit/reconcile/runtime/informer.test.ts | refused by RBAC it says so at once, with the right that is missing, is not healthy, and recovers',
  ]),
  row('R-API-12', 'An object that is deleted is let go, though its BMC is dead', [
    'unit/reconcile/bmcuser/machine.test.ts | R-API-12',
    'unit/reconcile/bmc/subscriptions.test.ts | R-API-12',
    `${bmc} | a deleted BMC gives up the finalizer of an earlier operator, though it does not answer`,
    `${visit} | an object that is gone is no failure`,
  ]),
  row('R-API-13', 'A new object of an old name inherits nothing', [
    'crash/recreated.test.ts | R-API-13',
    'unit/reconcile/runtime/perform.test.ts | a deletion hits only the object it was decided on; absence is success',
    'unit/reconcile/runtime/store.test.ts | a successor of the same name wins, whatever its version',
    'unit/workflows/release/release.test.ts | a new claim of the same name is not deleted in place of the old one',
  ]),
  row('R-API-14', 'Duplicates are flagged and left alone', [
    'e2e/duplicates.test.ts | R-API-14: two BMC objects of one address from the start',
    'e2e/duplicates.test.ts | R-API-14: one that comes later stops all work on the machine',
    `${bmc} | two Endpoints of one address make two BMCs of it, and neither is asked`,
    `${bmc} | R-API-14: one address in two ways of writing is one address`,
    `${bmc} | a machine that another BMC has already is flagged and not acted upon`,
    `${bmc} | two systems of one BMC with the same UUID become no Server: nobody knows which is which`,
  ]),
  row('R-API-15', 'Where nothing changed nothing is written', [
    'faults/figures.test.ts | R-API-15',
    'e2e/main-job.test.ts | an idle pass over converged servers writes nothing and asks each BMC at most once',
  ]),
];

/** Process, host and input. */
const processSide: readonly Requirement[] = [
  row('R-PRC-1', 'A signal ends the program within ten seconds, lease free, sessions closed', [
    `${interrupt} | ends reconcile --watch within ten seconds, with the lease free and no session open`,
    `${interrupt} | a second Ctrl-C ends at once`,
  ]),
  row('R-PRC-2', 'The event loop is never held for long', [
    'faults/loop-delay.slow.test.ts | R-PRC-2: a pass over ten thousand servers writes nothing when idle',
  ]),
  row(
    'R-PRC-3',
    'Too few files, a full disk or little memory lose nothing',
    [
      'e2e/few-files.slow.test.ts | R-PRC-3',
      'unit/redfish/transport/own-failure.test.ts | too many open files is our own; refused, reset and silent are the BMC’s',
      'unit/sandbox/apiserver/store.test.ts | a disk that is full refuses writes by name and loses none that it took',
    ],
    'five hundred servers under these limits: sixty were tried',
  ),
  row('R-PRC-4', 'Clocks that jump cause neither storm nor standstill', [
    'faults/clock-jumps.test.ts | no storm, and work goes on',
    'faults/clock-jumps.test.ts | R-PRC-4: a discovery under way when the clock is set back is counted anew, and ends',
    'unit/reconcile/runtime/age.test.ts | the grace of a shutdown begins anew when the clock was set back; nothing is sent',
    `${lease} | takes no lease from a holder that lives`,
    `${visit} | an unchanged object is visited without a write, whatever the clock says`,
  ]),
  row('R-PRC-5', 'A file is there whole or not at all', [
    'faults/killed-writers.slow.test.ts | R-PRC-5: two hundred kills during writes leave no torn file',
    'faults/killed-writers.test.ts | R-PRC-5: writers killed in the middle leave the old file or the new one',
    'faults/killed-writers.test.ts | R-PRC-5: every other place that writes a file says why it may',
  ]),
  row('R-PRC-6', 'A long run leaks nothing', [
    'faults/soak.slow.test.ts | R-PRC-6',
    'e2e/soak.slow.test.ts | R-PRC-6',
    'unit/reconcile/runtime/informer.test.ts | stopped while it waits, it leaves no timer and no watch',
  ]),
  row('R-PRC-7', 'A bug in one visit is contained and said', [
    'unit/reconcile/isolation.test.ts | R-PRC-7',
    `${visit} | a bug in one reconciler is contained, said, and tried again slowly`,
    'e2e/cli.test.ts | a crash leaves a redacted report of mode 0600 and one line',
  ]),
  row('R-PRC-8', 'Pipes and plain terminals get plain text', [
    'e2e/cli.test.ts | a closed pipe ends with 141 and says nothing',
    'unit/lib/output/output.test.ts | a pipe gets whole cells, bare words and no escape',
  ]),
  row('R-PRC-9', 'Bad input is answered by one reason and a code', [
    `${badInput} | claims of machines that cannot be had`,
    'conformance/bad-input.test.ts | after all of it the object is as it was',
    'conformance/mangled-requests.test.ts | 400 mangled requests are answered, and none with a fault of the server',
  ]),
  row('R-PRC-10', 'A run that fails in part says in which', [
    `${once} | the report adds up, in the order of the reconcilers`,
    'unit/workflows/onboard/onboard.test.ts | one that fails does not stop the others',
  ]),
];

/** Defences. */
const security: readonly Requirement[] = [
  row('S-SSRF-1', 'No link of a BMC leads a request elsewhere', [`${link} | refuses more than sixty hostile ones`]),
  row('S-SSRF-2', 'No redirect takes a credential along', [
    `${link} | gets no request and no token elsewhere through any redirect`,
  ]),
  row('S-SSRF-3', 'Proxy variables and cookies mean nothing to BMC traffic', [
    'unit/http/undici.test.ts | ignores proxy variables',
  ]),
  row('S-TLS-1', 'A certificate that is not trusted sees no credential', [
    'unit/redfish/tls.test.ts | is refused when expired or for another name',
    `${badInput} | a BMC whose CA is not known is "tls", and never sees an Authorization header`,
  ]),
  row('S-TLS-2', 'Plain HTTP needs leave', [
    `${client} | refuses plain HTTP that nobody allowed, before a single byte`,
  ]),
  row('S-CRED-1', 'Credentials are never guessed and secrets never overwritten', [
    `${discover} | the most specific credential is used, and only it`,
    'unit/reconcile/endpoint/machine.test.ts | a Secret that exists is never overwritten with factory credentials',
    'unit/workflows/onboard/onboard.test.ts | an existing BMCSecret is referred to and never overwritten',
  ]),
  row('S-CRED-2', 'Session tokens live in memory only', ['faults/canary.test.ts | S-SEC-1']),
  row('S-DISC-1', 'Looking around a network sends no credentials', [
    'e2e/discover-onboard.test.ts | without credentials nothing but identification is sent',
    `${badInput} | a host that is no BMC gets no credential, and is told as what it is`,
    'unit/workflows/discover/targets.test.ts | a range that is too large is refused with its size',
  ]),
  row('S-SSH-1', 'A host key is checked before a password is given', [
    'e2e/console.test.ts | a changed host key costs no password',
    'unit/commands/impl/console.test.ts | arguments of ssh leave nothing to configuration',
    'unit/ssh/shells.slow.test.ts | S-SSH-1: ',
    'e2e/reset-over-ssh.slow.test.ts | S-SSH-1: ',
  ]),
  row('S-RAW-1', 'Raw access reads, unless told otherwise', [
    'e2e/redfish.slow.test.ts | S-RAW-1: what decides who may enter',
    'unit/workflows/redfish/guard.test.ts | what decides who may enter',
  ]),
  row('S-DOS-1', 'Answers are bounded in size, depth and number', [
    `${hostile} | is not inflated past the limit`,
    `${hostile} | is refused when it is nested too deep, in linear time`,
  ]),
  row('S-DOS-2', 'Foreign keys reach no prototype', [
    `${hostile} | reaches no prototype`,
    `${registry} | prototype keys of a payload reach nothing`,
  ]),
  row('S-DOS-3', 'No expression of foreign text holds us up', [
    'faults/expressions.test.ts | S-DOS-3: no expression of the program takes long over 100 KB of hostile text',
    'unit/redfish/attributes/check.test.ts | cannot hold us up:',
  ]),
  row('S-TTY-1', 'Foreign text acts on no terminal', [
    'unit/lib/sanitize.test.ts | hostile texts leave no acting character in any form',
    'unit/commands/impl/hostile-bmc.test.ts | S-TTY-1: a BMC whose every text is hostile',
    `${badInput} | terminal escapes in an object reach no output as control bytes`,
  ]),
  row('S-LOG-1', 'A log record is one line', ['unit/redfish/classify.test.ts | drive no terminal and fill no log']),
  row('S-FILE-1', 'Paths from the network name no files', [
    `${registry} | reading and deleting are not served over the network, and other paths do not exist`,
    'unit/serve/every-listener.test.ts | S-FILE-1: paths that lead elsewhere lead nowhere',
    'unit/kube/cluster.test.ts | a name that is a path is refused before anything is sent',
  ]),
  row('S-FILE-2', 'Documents that unfold without end are refused', [
    'faults/yaml-bombs.test.ts | S-FILE-2: there is no other place that reads YAML',
    'faults/yaml-bombs.test.ts | an error, soon, and nothing else',
  ]),
  row(
    'S-TPL-1',
    'Values in templates are checked for what they are',
    [
      'unit/reconcile/bmc/dns-template.test.ts | S-TPL-1: whatever a BMC says, the structure of its record stays',
      'unit/reconcile/bmc/dns-template.test.ts | S-TPL-1: a value that is not what it should be is refused where it is used',
      'unit/reconcile/server/discovery-boot.test.ts | S-TPL-1: a UUID that is more than a word starts nothing',
    ],
    'DNS records and ignition only: boot scripts are made by the boot operator',
  ),
  row('S-REG-1', 'Only the expected machine reports, with its token', [
    `${registry} | nobody else reports: no token, a wrong one, another machine, a finished discovery, an expired one`,
  ]),
  row(
    'S-REG-2',
    'A report is a claim, not truth',
    [
      `${registry} | what is no report is refused with its reason, and changes nothing`,
      `${reported} | an address of another server is refused, in whatever way it is written, and said`,
      `${reported} | metadata of the one who had the address first are what they were`,
      `${reported} | addresses outside the prefixes of discoveries are left out; without prefixes any is taken`,
    ],
    'MAC addresses against those a BMC tells: BMCs’ own lists of NICs are not read',
  ),
  row('S-REG-3', 'Reports are read and deleted by the manager alone', [
    `${registry} | reading and deleting are not served over the network, and other paths do not exist`,
  ]),
  row('S-LIM-1', 'A listener bounds what it takes', [
    `${registry} | a stranger is turned away before the body is read`,
    'unit/serve/limits.test.ts | a thousand slow connections keep nobody else out',
    'unit/serve/limits.test.ts | a report without end is cut off at a mebibyte, though it has the token',
    'unit/serve/limits.test.ts | machines nobody expects leave nothing behind',
    'unit/serve/every-listener.test.ts | headers beyond 16 KiB and bodies beyond a mebibyte are not taken',
    'unit/serve/every-listener.slow.test.ts | S-LIM-1: who does not finish is cut',
  ]),
  row('S-BOOT-1', 'Boot artefacts are given once, to the machine expected', [], 'they are served by the boot operator'),
  row('S-META-1', 'User data go to a verified address only', [
    `${metadata} | a stranger gets 404, whatever he forwards`,
    `${metadata} | an address that two Servers report is answered by neither, until one of them lets it go`,
    `${metadata} | user data goes to the machine its claim is bound to, and to no other`,
    `${reported} | metadata of the one who had the address first are what they were`,
  ]),
  row('S-EVT-1', 'Events only make us look', [
    `${events} | nobody else is heard: a wrong secret, another BMC’s, an unknown name, another address`,
    `${events} | an event of a known BMC brings its visit forward and is counted`,
    `${events} | the number of series is bounded, whatever is sent`,
  ]),
  row('S-MET-1', 'Metrics tell no secret', [
    'unit/serve/monitor.test.ts | S-MET-1: after a hostile run a scrape has known names and plain words alone',
  ]),
  row('S-SEC-1', 'No secret is in any output, object, file or process list', [
    'faults/canary.test.ts | S-SEC-1',
    'e2e/cli.test.ts | no secret value is ever printed, whatever the form',
    `${session} | repeats no password and no token in any error, even when the BMC does`,
  ]),
  row('S-SEC-2', 'Secrets come by file, descriptor or prompt', ['faults/canary.test.ts | S-SEC-1']),
  row('S-SEC-3', 'A secret prints as redacted', ['unit/lib/secret.test.ts | S-SEC-3']),
  row('S-SEC-4', 'Generated passwords are strong', [
    'unit/lib/password.test.ts | S-SEC-4: no character of a class and no place for it is likelier than another',
    'unit/lib/password.test.ts | have every class and nothing else',
    'unit/reconcile/server/discovery-boot.test.ts | S-SEC-4: the account has a key and twenty random characters, and goes with its boot configuration',
  ]),
  row(
    'S-SEC-5',
    'The documentation tells to encrypt secrets at rest',
    [`${supply} | S-SEC-5: the documentation tells to encrypt BMCSecrets at rest`],
    'references to core Secrets instead of BMCSecrets: upstream’s schema has no place for them',
  ),
  row('S-K8S-1', 'A reference stays in its namespace', [
    'unit/api/references.test.ts | S-K8S-1: ',
    'e2e/roles.test.ts | S-K8S-1: ',
  ]),
  row('S-K8S-2', 'Each mode runs with its own small role', [
    'e2e/roles.slow.test.ts | names the verb and the kind it lacks, whichever it is',
    'unit/workflows/install/roles.test.ts | S-K8S-2: ',
    'e2e/roles.test.ts | S-K8S-2: ',
  ]),
  row('S-K8S-3', 'A tenant moves only what is his', ['e2e/roles.test.ts | S-K8S-3: ']),
  row('S-K8S-4', 'Credential plugins run only when a cluster is asked', [
    'unit/kube/config.test.ts | data win over files, skipped verification warns, relative files lie beside the kubeconfig',
    'e2e/trap-plugin.test.ts | S-K8S-4: ',
  ]),
  row('S-K8S-5', 'Text in events and conditions cannot act or overflow', [
    'unit/kube/events.test.ts | foreign text cannot act or overflow',
  ]),
  row('S-SUP-1', 'Few dependencies, exact versions', [
    `${supply} | S-SUP-1: every version is exact, and the lockfile agrees`,
    `${supply} | S-SUP-1: every package comes from the registry with its integrity`,
    `${supply} | S-SUP-1: one package is installed beside the bundle, and nothing runs when it is`,
    `${supply} | S-SUP-1: no source makes code out of text`,
  ]),
  row('S-SUP-2', 'The bundle is the same when built twice', [
    'e2e/supply.slow.test.ts | S-SUP-2: two builds are equal, byte by byte',
    `${supply} | S-SUP-2: the bill of materials names what is bundled and what is installed`,
  ]),
  row('S-SUP-3', 'It starts on every supported Node', [
    'e2e/supply.slow.test.ts | S-SUP-3: it starts on this Node and on every other one that is given',
  ]),
  row('S-PRC-1', 'It runs unprivileged and leaves private files', [
    'e2e/private.test.ts | S-PRC-1: whatever it writes is its user’s own, though the shell’s mask allows more',
    'e2e/private.test.ts | S-PRC-1: a signal opens no inspector, and a dump of its core has no memory',
    'e2e/private.test.ts | S-PRC-1: a kubeconfig that everybody may write is not used',
    'e2e/cli.test.ts | a crash leaves a redacted report of mode 0600 and one line',
  ]),
  row('S-PRC-2', 'What destroys is asked about, and a dry run sends nothing', [
    'unit/commands/kit.test.ts | confirmation: --yes answers level 2 only, typing answers level 3, Enter is No',
    'e2e/plan.test.ts | a plan of a claim changes nothing, and the pass makes exactly its steps',
  ]),
  row('S-AUD-1', 'Every change of a BMC leaves a line', [
    'e2e/audit.test.ts | S-AUD-1: every mutating request of discovery, claim and release has its line, and no line too many',
    'e2e/audit.test.ts | work that cannot be audited does not begin',
  ]),
];

const acceptance = 'e2e/cli-acceptance.slow.test.ts';

/** The command line, whatever a command is for. */
const commandLine: readonly Requirement[] = [
  row('C-1', 'Every command and flag exists, and help lists its exit codes', [
    'parity/cli.test.ts | cli.md §18.1: every specified command and flag is there',
    'unit/commands/registry.test.ts | cli.md §18.1: ',
  ]),
  row('C-2', 'Tables, wide and machine forms look as written down, at every width, without colour, in ASCII', [
    'unit/commands/goldens.test.ts | cli.md §18.2: ',
  ]),
  row('C-3', 'stdout holds the result only; a closed pipe is quiet', [
    `${acceptance} | cli.md §18.3: every reading command`,
    'e2e/cli.test.ts | cli.md §18.3: a closed pipe ends with 141',
  ]),
  row('C-4', 'Without a terminal every question ends with 12 and names the flags', [`${acceptance} | cli.md §18.4: `]),
  row('C-5', 'Every exit code, through the real program', ['e2e/cli-exits.test.ts | cli.md §18.5: ']),
  row('C-6', 'No secret in any output, log, journal, trace, process list or crash report', [
    'faults/canary.test.ts | cli.md §18.6: ',
  ]),
  row(
    'C-7',
    'Real shells complete a server name; an unreachable cluster stays silent',
    ['e2e/completion.test.ts | cli.md §18.7: '],
    'pwsh: none here',
  ),
  row('C-8', 'A change made twice is "unchanged" the second time, and writes nothing', [
    `${acceptance} | cli.md §18.8: `,
  ]),
  row(
    'C-9',
    'After a kill in the middle the next run goes on or back, and says which',
    [
      'e2e/move.slow.test.ts | cli.md §18.9: killed in the middle',
      'e2e/bmc-access.slow.test.ts | cli.md §18.9: killed in the middle',
    ],
    'sanitize and rollouts: day-2 kinds',
  ),
  row(
    'C-10',
    'Start-up loads nothing heavy',
    ['unit/cli/startup.test.ts | cli.md §18.10: '],
    'times on a clock: `npm run bench` and `bench/get.ts` print them',
  ),
  row('C-11', 'Names with hostile characters are refused or neutralised', [
    `${acceptance} | names with hostile characters are refused or neutralised`,
    `${badInput} | terminal escapes in an object reach no output as control bytes`,
  ]),
  row('C-12', 'A BMC that sends escape sequences writes to no terminal', [
    'unit/commands/impl/hostile-bmc.test.ts | S-TTY-1: a BMC whose every text is hostile',
  ]),
  row('C-13', 'Twenty columns, a dumb terminal and NO_COLOR are honoured', [
    'e2e/views.test.ts | twenty columns: one sentence',
    'e2e/views.test.ts | a dumb terminal gets rows instead of a dashboard',
    'e2e/views.test.ts | NO_COLOR: not one sequence of colour',
    'unit/commands/impl/get-live.test.ts | no line wraps at 20 columns',
    'unit/commands/goldens.test.ts | gone with NO_COLOR, TERM=dumb',
  ]),
  row('C-14', 'Ages and waiting survive a clock that is wrong', [
    `${acceptance} | a clock that is wrong by a day`,
    'faults/clock-jumps.test.ts | R-PRC-4: the clock jumps',
  ]),
  row('C-15', 'Of two hundred targets seventeen fail for one cause: one error, grouped', [
    'e2e/many-targets.slow.test.ts | 200 targets, 17 of which fail for one cause',
  ]),
  row(
    'C-16',
    'Ctrl-C in discover, claim, move and rotate says what was done, what is in flight and how to go on',
    [
      `${interrupt} | Ctrl-C during discover prints what it has`,
      'unit/workflows/claim/many.test.ts | says what was done, what is in flight, how to go on',
      'e2e/move.slow.test.ts | cli.md §18.9: Ctrl-C says what was done',
      'e2e/bmc-access.slow.test.ts | cli.md §18.9: Ctrl-C says what was done',
    ],
    'every single step of discover and move: one step each is interrupted',
  ),
  row('C-17', 'Called kubectl-metal it names itself kubectl metal', [
    'e2e/kubectl-metal.test.ts | help, errors and hints name what was typed',
  ]),
];

/** Every row, by part. */
export const requirements: readonly (readonly [part: string, rows: readonly Requirement[]])[] = [
  ['BMCs', bmcSide],
  ['API server', apiSide],
  ['Process, host and input', processSide],
  ['Security', security],
  ['Command line', commandLine],
];
