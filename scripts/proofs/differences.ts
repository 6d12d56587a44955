/** The rows of ADR 0011, in its order, by the beginning of their first cell, and the tests that hold us to each. */

export interface Difference {
  /** How the row of the ADR begins. */
  readonly row: string;
  /** `file below test/ | part of the test's name`. */
  readonly proofs: readonly string[];
  /** Why there is none. */
  readonly left?: string;
}

const at = (path: string) => (name: string) => `${path}.test.ts | ${name}`;
const server = at('unit/reconcile/server/machine');
const endings = at('unit/reconcile/server/endings');
const claim = at('unit/reconcile/serverclaim/machine');
const gates = at('unit/reconcile/server/gates');
const bmc = at('unit/reconcile/bmc/machine');
const dns = at('unit/reconcile/bmc/dns-record');
const template = at('unit/reconcile/bmc/dns-template');
const user = at('unit/reconcile/bmcuser/machine');
const endpoint = at('unit/reconcile/endpoint/machine');
const ignition = at('unit/reconcile/serverbootconfiguration/ignition');
const rule = at('unit/reconcile/serverreadinessrule/machine');
const registry = at('unit/serve/registry');
const metadata = at('unit/serve/metadata');
const events = at('unit/serve/events');
const monitor = at('unit/serve/monitor');
const bootstate = at('unit/serve/bootstate');
const agent = at('unit/probe/agent');
const collect = at('unit/probe/collect');
const lldp = at('unit/probe/lldp');

const row = (begin: string, ...proofs: string[]): Difference => ({ row: begin, proofs });
const same = (begin: string, left: string): Difference => ({ row: begin, proofs: [], left });

export const differences: readonly Difference[] = [
  row('Available: a boot configuration that is gone', server('Available forgets a boot configuration that is gone')),
  row("Available: a reference to a former claim's", server('Available removes the reference to a former claim')),
  row(
    'Release sends GracefulShutdown on every pass',
    server('Reserved does not send a second shutdown within the grace'),
    server('Reserved forces off once after the grace, when it may'),
    server('Reserved says so when a shutdown is not honoured'),
  ),
  row('A shutdown that may or may not', server('Reserved gives a shutdown that may have gone out its whole grace')),
  row(
    'Reserved without claim reference',
    server('Reserved → Available also when the reference was removed by hand, off first'),
  ),
  row(
    'A machine found running loops',
    server('Initial waits for a person while the machine runs'),
    server('Initial switches a running machine off when it may'),
  ),
  row(
    'The binding names a claim',
    server('a new claim of the same name does not inherit the machine'),
    server('a server that was bound by upstream keeps its tenant'),
    claim('Bound puts the note of a binding right'),
    at('crash/recreated')('R-API-13: deleted and made again a hundred times'),
  ),
  row('The discovery timeout follows', server('the timeout of a discovery counts from its own start')),
  row(
    'Discoveries that time out',
    server('Discovery → Error after the third timeout in a row'),
    server('Error → Initial at once when asked to retry'),
  ),
  row(
    'Another machine behind the address',
    endings('another machine behind the address: Error, not a single request to it'),
  ),
  row(
    '`Error` and a left-over `Maintenance`',
    server('Error → Initial when the pause is over'),
    server('Maintenance → Initial when nothing holds it any more'),
  ),
  row(
    'HEAD has no maintenance',
    server('Maintenance rests while it holds the server'),
    server('a server is not deleted from under its maintenance'),
  ),
  row('HEAD clears `spec.power`', server('Maintenance follows the power of the spec')),
  row(
    'Stale probe data',
    registry('a new token forgets what came under the old one'),
    server('Discovery records a report before it acts on it'),
  ),
  row(
    'A discovery boot bears the server',
    server('a discovery of upstream’s that is under way begins again'),
    server('a discovery of upstream’s that is under way ends first'),
    server('Initial takes the place of a discovery that upstream had prepared'),
    at('unit/reconcile/takeover')('a discovery of upstream’s that is under way is ended and made anew'),
  ),
  row('A discovery whose boot configuration is gone', server('Discovery switches off what runs when its boot')),
  row(
    'Every pass through Initial',
    at('unit/reconcile/server/discovery-boot')('an account that is on record is kept when the rest is made again'),
  ),
  row(
    'Reserved and off is network-booted',
    server('Reserved does not re-install a host that crashed'),
    server('Reserved boots from the network again after the boot configuration changed'),
  ),
  row('`PoweringOn` stays True', server('Discovery waits for the report while the machine is on, and ends the intent')),
  row(
    'A reset is sent again',
    server('that may have been heard is not sent again, and that is said'),
    at('crash/operations.slow')('is sent once at most, and what became of it is told'),
  ),
  row(
    '`force-on`, restarts of a machine',
    server('of a machine that is off is refused, not sent'),
    server('force-on of a machine nobody holds is refused'),
  ),
  row('`graceful-restart-bmc` on a Server', at('e2e/operations')("the BMC's own restart is refused on a Server")),
  row('Unknown operations remove', server("is read elsewhere: the state's own work goes on")),
  row('Unpark removes marker', server('unpark removes the marker and the request together')),
  row('`ParkDeferred` on every pass', server('a deferred request is said once, and the discovery goes on')),
  row('A parked server is not looked at', server('a parked machine is looked at and left alone')),
  row('Deletion of a claimed server', endings('a server deleted under its claim: the claim is told and Unbound')),
  row(
    '`ignore` does not stop deletion',
    at('unit/reconcile/bmc/machine')('an ignored BMC is not asked anything'),
    server('an ignored server is left alone'),
  ),
  row('Power changes block a worker', server('Discovery does not power on twice within the confirm time')),
  row(
    'BMC failures leave no trace',
    at('unit/reconcile/runtime/once')('one dead BMC does not stop the others, and is named with its code'),
  ),
  row(
    'Boot order also ends',
    server('no boot order is touched while a network boot is pending'),
    server('a BMC that shows the new order late is asked once'),
  ),
  row('Two Servers with one UUID', server('a machine that two servers stand for is not acted upon')),
  row('A part of the inventory', server('a BMC that cannot tell its storage is discovered all the same')),
  row(
    'A claimed Server that lost its status',
    server('a claimed server that lost its status starts in Reserved, not in discovery'),
  ),
  row('The registry is polled', at('unit/reconcile/story')('a report of a probe wakes its server')),
  row('The finalizer comes only after', server('the finalizer comes before any work')),
  row('An unavailable BMC of a Server', server('a server without address for its BMC says so')),
  row(
    'Conditions are written as a whole',
    at('unit/reconcile/runtime/perform')('somebody else wrote first: nothing is forced'),
    bootstate('a writer in between is not overwritten'),
  ),
  same('Disks go to the next tenant', 'the same as upstream; cleaning is a feature of its own'),

  row('The phase never leaves Bound', claim('Bound → Unbound when its server is gone')),
  row(
    'Nothing says why a claim waits',
    at('unit/reconcile/story')('a claim that finds nothing says why on itself, once'),
  ),
  row(
    'Selection is random',
    claim('of several free servers the claim takes its favourite'),
    gates('alone keeps a server from a claim, and says'),
  ),
  row('Every Server event wakes', at('unit/reconcile/runtime/runner')('wakes')),
  row(
    'Deletion removes a boot configuration',
    claim('a deleted claim leaves the boot configuration of somebody else alone'),
  ),
  row('A claim named like a server', claim('the boot configuration of somebody else is never adopted')),
  row(
    'The server is patched on every pass',
    claim('Bound rests while all is in place'),
    claim('Bound takes the ignition away that the claim names no more'),
  ),
  row('`spec.power` takes any string', server('Reserved leaves power alone when the claim does not say')),
  row('A claim stands down', claim('Bound stands down while its server is in maintenance')),
  same('Any namespace may claim', 'the same as upstream'),

  row('A reset request is lost', at('crash/bmc-reset')('a BMC is restarted once at most, and comes back to work')),
  row('Auto-reset runs without a client', bmc('restarted by itself')),
  row(
    'Reset over SSH',
    at('unit/reconcile/bmc/reset-over-ssh')('where Redfish answers that it is broken, the restart goes over SSH'),
    at('unit/ssh/shells.slow')('a connection that breaks after the login is the restart that was asked for'),
    at('unit/ssh/shells.slow')('S-SSH-1: a host key that is not the accepted one costs no password'),
  ),
  row('A manager without `Status.State`', bmc('makes the BMC ')),
  row(
    'Wrong credentials are Ready=True',
    bmc('refused credentials are not tried again'),
    bmc('a corrected Secret is tried, and the refusal is forgotten'),
  ),
  row('Only 500 and 503 count', bmc('restarted by itself')),
  row('`status.state` stays Enabled', bmc('refused credentials are written down with the version of their Secret')),
  row('Servers of systems that are gone', bmc('a system that is missing from the list keeps its Server')),
  row('A MAC address in another notation', bmc('address and MAC come from the Endpoint it refers to')),
  row('A missing Endpoint skips', bmc('an Endpoint that is not there, or has no address, is named')),
  row('An absent or unreadable LastResetTime', bmc('a BMC that lets us in is Enabled, with what its manager says')),
  row('The polling flags', at('faults/figures')('R-BMC-2: a BMC that never answers fails alone')),
  row('`bmcUUID` is found out', endpoint('an Endpoint becomes a Secret and a BMC of its name')),
  row(
    'A BMC that cannot be reached is',
    at('unit/reconcile/runtime/settle')('a transient failure is retried with back-off'),
  ),
  row('No periodic look', bmc('all adopted: it rests until the next periodic check')),
  row('`graceful-restart-server` on a BMC', bmc('on a BMC is refused and said; nothing is restarted')),
  row(
    'Two BMC objects of one address',
    at('e2e/duplicates')('R-API-14: one that comes later stops all work on the machine'),
  ),
  row(
    'Server names are indexes',
    bmc('a known machine keeps its name when a new one sorts before it'),
    at('unit/reconcile/identity')('R-BMC-11'),
  ),
  row(
    'The finalizer is never added',
    at('unit/reconcile/bmc/subscriptions')('the object goes: ours are taken off first'),
    at('unit/reconcile/bmc/subscriptions')('R-API-12: a dead BMC keeps its object for ten minutes'),
  ),
  row(
    'A DNS record is applied on every pass',
    dns('a BMC has its record, which belongs to it, and nothing is written twice'),
  ),
  row(
    'Values are pasted into the template',
    template('S-TPL-1: whatever a BMC says, the structure of its record stays'),
  ),
  row('An unset `.Hostname`', template('every variable has the value')),
  row('Any kind the RESTMapper knows', dns('one that nobody owns becomes its own')),
  row(
    'Subscriptions are made once',
    at('unit/reconcile/bmc/subscriptions')('one that vanished, by a restart of the BMC, is made again'),
    at('unit/reconcile/bmc/subscriptions')('a BMC without an event service is as ready as any'),
  ),

  row(
    'Nobody looks into an ignition',
    ignition('a new boot configuration is Pending and judged in one write'),
    ignition('what was judged valid is left alone until its generation moves'),
    ignition('enforced, a machine is not switched on'),
  ),
  row('The operator may read every Secret', ignition('where the operator may not read Secrets it says so')),
  row(
    'Any discovery template',
    ignition('a discovery boot is not judged'),
    at('unit/commands/impl/discovery-ignition')('taken: upstream’s own template'),
  ),

  row('The reference moves before', user('sent and logged in: the reference moves'), at('crash/rotation')('R-BMC-16')),
  row('A password the BMC takes', user('sent and not let in: the old password goes back, and that is said')),
  row(
    'An account that exists already',
    user('a Secret given by a person is sent as it is, also to an account that exists'),
  ),
  row('A changed Secret is noticed', user('what upstream has proven needs no proof of ours')),
  row(
    'An expiry in the past',
    user('an expiry from before the last rotation is an old story'),
    user('an expiry that is not told any more is cleared'),
  ),
  row('The next look is a whole period', user('it looks again when the period is over, not a whole period later')),
  row('The request annotation goes before', user('the request goes only with the proof')),
  row('Former Secrets stay', user('Secrets of former passwords go when nothing names them')),
  row(
    'An account that is gone, or a BMC',
    user('deleted: an account that is gone already is no failure'),
    user('R-API-12: deleted: after ten minutes it goes'),
  ),
  row('The role is set once', user('another role is asked for')),
  row('`ignore` is not honoured', user('ignored, nothing is done')),
  row(
    'Rotating the account',
    user('deleted: the account metalctl itself uses stays'),
    at('unit/workflows/why/remedies')('is told first'),
  ),
  row('A new `userName`', at('unit/workflows/why/remedies')('is told first')),
  row('Passwords as long as', at('e2e/bmcuser')('with a password of its vendor’s kind, and it logs in')),
  row('Nothing says why an account waits', user('held back, that is written and said once')),

  row('An address that is none', at('unit/reconcile/isolation')('R-API-10')),
  row('Prefixes are compared as written', endpoint(' among ')),
  row('Only the first credential', endpoint('an Endpoint becomes a Secret and a BMC of its name')),
  row('The BMC is written from the database', endpoint('both exist: nothing is asked for')),
  row('The BMCSecret is rewritten', endpoint('a Secret that exists is never overwritten with factory credentials')),
  row('A prefix without console', endpoint('a console spelled ')),
  row(
    'Deletion leaves a BMC',
    endpoint('a deleted Endpoint leaves its BMC behind, with its address inline'),
    at('conformance/metal-rules')('a BMC that goes from endpointRef to access'),
  ),
  row('BMC and BMCSecret of v0.7.0', endpoint('owner references of v0.7.0 are taken off')),
  same('`stringData` of a BMCSecret', 'the same as upstream; what we write is `data` alone'),

  row('Taints are written by unlocked', rule('a Continuous rule taints what is not ready')),
  row('Rules with names above 43', rule('a rule with a long name marks a Server by a valid key')),
  row('The taint stays on Servers', rule('a Server that no longer matches loses the taint of the rule')),
  same('The bootstrap annotation', 'the same as upstream'),
  row('With several rules of one taint', rule('a taint that another rule still wants stays')),

  row('Registry: anybody registers', registry('nobody else reports'), registry('reading and deleting are not served')),
  row('Bodies, entries and requests', at('unit/serve/limits')('')),
  row('A wrong type in a part', registry('what is no report is refused with its reason')),
  row('Member names match', registry('a report is read as Go reads it')),
  row('UUIDs are compared', registry('the machine that is expected reports under its token')),
  row(
    '`/bootstate` looks at',
    bootstate('without open mode only the machine’s own token lets it speak'),
    bootstate('in maintenance, the maintenance’s boot configuration counts'),
  ),
  same('BootStateReceived stays True', 'the same as upstream'),
  row('Roles for kinds that do not exist', at('e2e/roles')('role suffices, and every verb of it is used')),
  row(
    'Shutdown cuts requests',
    at('unit/serve/close')('a request under way when the listener stops is still answered'),
  ),
  row('Probe: one attempt', agent('a registry that is not there yet is asked after')),
  row('Probe: the timestamp ages', agent('every 30 s with the time of the report, also while lldpd fails')),
  row('Probe: memory of 32 GiB', collect('SMBIOS sizes: MiB, KiB, extended, unknown, an empty slot')),
  row('Probe: one NIC', collect('PCI devices by ids; one without them does not empty the list')),
  row('Probe: neighbours without', lldp('a neighbour without a name, one capability as an object')),
  row('Probe: without a PCI database', collect('PCI devices by ids')),
  row('Probe: no total', collect('a machine that tells nothing is reported as unknown, in the wire format')),
  row('Metadata: the last Server', metadata('an address that two Servers report is answered by neither')),
  row('Metadata: user data of', metadata('user data goes to the machine its claim is bound to, and to no other')),
  same('Metadata: listens on', 'the default of a flag; `metalctl metadata serve --help` shows it'),
  row('Metadata: no limit', at('unit/serve/limits')('')),
  row('Events: anybody posts', events('nobody else is heard')),
  row('Events: readings of several', events('readings keep their BMC, numbers and text alike')),
  row('Metrics: Released and Parked', monitor('with the states upstream leaves out')),
  row('Metrics over HTTPS', monitor('a port in use is said with the flag that chooses another')),
  row('Admission: addresses compared', at('unit/api/admission')('the same MAC, written differently')),
];
