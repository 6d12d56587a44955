/** What the tests of metal-operator assert, in our words, and the tests here that assert the same. */

/** Scenario of upstream → `file below test/ | part of the test's name`, and what is missing. */
export interface Scenario {
  readonly area: string;
  readonly scenario: string;
  readonly proofs: readonly string[];
  readonly left?: string;
}

const unit = (path: string) => (name: string) => `unit/${path}.test.ts | ${name}`;
const at = (path: string) => (name: string) => `${path}.test.ts | ${name}`;

const endpoint = unit('reconcile/endpoint/machine');
const bmc = unit('reconcile/bmc/machine');
const overSsh = unit('reconcile/bmc/reset-over-ssh');
const user = unit('reconcile/bmcuser/machine');
const server = unit('reconcile/server/machine');
const probeBoot = unit('reconcile/server/discovery-boot');
const claim = unit('reconcile/serverclaim/machine');
const gates = unit('reconcile/server/gates');
const rule = unit('reconcile/serverreadinessrule/machine');
const story = unit('reconcile/story');
const registry = unit('serve/registry');
const metadata = unit('serve/metadata');
const monitor = unit('serve/monitor');
const rules = at('conformance/metal-rules');
const operations = at('e2e/operations');
const accounts = at('e2e/bmcuser');
const move = at('e2e/move.slow');

type Row = readonly [scenario: string, ...proofs: string[]];

const of = (area: string, rows: readonly Row[]): Scenario[] =>
  rows.map(([scenario, ...proofs]) => ({ area, scenario, proofs }));
const not = (area: string, scenario: string, left: string, ...proofs: string[]): Scenario[] => [
  { area, scenario, proofs, left },
];

export const scenarios: readonly Scenario[] = [
  ...of('Endpoint', [
    [
      'It makes a BMCSecret and a BMC, protocol and console from its prefix',
      endpoint('an Endpoint becomes a Secret and a BMC of its name'),
      endpoint('a console spelled '),
    ],
    ['Both survive its deletion', endpoint('a deleted Endpoint leaves its BMC behind, with its address inline')],
    [
      'Owner references of old are stripped',
      endpoint('owner references of v0.7.0 are taken off while the Endpoint lives'),
    ],
  ]),
  ...of('BMC', [
    [
      'Details of the manager are shown, and a Server made with its owner',
      bmc('a BMC that lets us in is Enabled, with what its manager says'),
      bmc('a new Server belongs to its BMC and says how it is reached'),
    ],
    ['The same with inline access', story('a machine is discovered through a network boot and ends Available and off')],
    ['Labels travel to the Server', bmc('labels of the BMC are merged onto its Servers, and their own are kept')],
    [
      'A DNS record is made from a template',
      at('e2e/dns-record')('a BMC has its record from the template, with the role of the page and no more'),
    ],
    ['endpointRef and access: both denied', rules('a BMC with endpointRef and access')],
    ['Neither: denied', rules('a BMC with neither')],
    ['endpointRef alone: admitted', rules('a BMC with endpointRef alone')],
    ['Removing endpointRef: denied', rules('endpointRef taken from a BMC')],
    ['From endpointRef to access: admitted', rules('a BMC that goes from endpointRef to access')],
    ['access alone: admitted', rules('a BMC with access alone')],
    ['Removing access: denied', rules('access taken from a BMC')],
    ['From access to endpointRef: admitted', rules('a BMC that goes from access to endpointRef')],
    [
      'A reset by annotation is consumed, and the Server discovered all the same',
      bmc('a restart asked for by annotation is sent under an intent, and the BMC counts as away'),
      at('crash/bmc-reset')('a BMC is restarted once at most, and comes back to work'),
    ],
    [
      'Ready is False while it is unreachable, and True after',
      bmc('any other failure is not taken for a refusal'),
      at('e2e/daemon')('a secret corrected while the daemon runs brings its BMC back'),
    ],
    [
      'Reset is True by UserRequested, then False by ResetComplete',
      bmc('a restart asked for by annotation is sent under an intent'),
      at('crash/bmc-reset')('a BMC is restarted once at most, and comes back to work'),
    ],
  ]),
  ...of('BMC', [
    [
      'A reset goes over SSH where Redfish fails',
      overSsh('where Redfish answers that it is broken, the restart goes over SSH'),
      overSsh('a request that Redfish certainly did not take goes over SSH at once'),
      at('e2e/reset-over-ssh.slow')('a broken Redfish service is restarted over SSH'),
    ],
    [
      'A failed reset over SSH ends in Reset=False',
      overSsh('a restart over SSH that is refused for good ends in Reset=False'),
      overSsh('a restart over SSH that did not get through ends in Reset=False'),
    ],
    [
      'No second reset over SSH inside the waiting time',
      overSsh('inside the quiet time no second restart goes over SSH'),
      at('crash/bmc-reset')('a BMC is restarted once at most, and comes back to work'),
    ],
  ]),
  ...of('BMCUser', [
    [
      'Without a secret one is made, owned, in force, and deleted with the user',
      user('a new user: the Secret is made first'),
      accounts('an account is made on every BMC, with a password of its vendor’s kind, and it logs in'),
      accounts('deleted, the account is gone from the BMC; a BMC that is gone holds nobody'),
    ],
    [
      'Several users, one with a secret of its own',
      user('a Secret given by a person is sent as it is, also to an account that exists'),
    ],
    ['A period makes a new secret and moves the reference', user('the period is over: rotate')],
    ['Deletion removes the account and the secret', user('deleted: its account goes first')],
    [
      '`rotate-credentials` rotates and is consumed',
      accounts('rotated on request, the new password logs in, the old one does not, and its Secret is gone'),
    ],
  ]),
  ...of('Server', [
    [
      'Retain: Reserved → Released, the reference kept, → Available once it is cleared by hand',
      server('Reserved → Released when the server is to be retained'),
      server('Released → Available once nothing names the claim'),
    ],
    [
      'A claimed server with a wiped status resumes in Reserved',
      server('a claimed server that lost its status starts in Reserved'),
    ],
    [
      'Whole initialisation: hardware status, boot configuration, PXE, on, report, Available, off, nothing left',
      story('a machine is discovered through a network boot and ends Available and off'),
      server('Initial prepares the boot configuration first'),
    ],
    [
      'An account for the discovery: a key that parses, a password that matches its hash',
      probeBoot('S-SEC-4: the account has a key and twenty random characters'),
    ],
    ['The same with an inline BMC', story('a Server with its BMC inline is discovered as any other')],
    ['Without a report it stays in Initial and Discovery', server('Discovery → Initial after the timeout')],
    [
      '`/bootstate` sets BootStateReceived',
      unit('serve/bootstate')('the condition is set beside others, keeps its time, and the Server is told'),
    ],
    [
      'Claim and boot configuration deleted while ignored: it leaves Reserved afterwards',
      server('an ignored server is left alone'),
      server('Reserved → Available when the claim is gone and the machine is off'),
    ],
    [
      'Ignition: a template of one’s own, the default one, a broken one',
      probeBoot('a template is filled in with upstream’s names, and told to be Butane'),
      probeBoot('ours is valid Ignition, starts the probe with its token, and lets the account in'),
      probeBoot('a template that asks for what there is not, or calls what nobody knows, is refused'),
    ],
  ]),
  ...not(
    'Server',
    'The deprecated `spec.power` is cleared',
    'left as it is on purpose: ADR 0011',
    server('Maintenance follows the power of the spec'),
  ),
  ...of('Server, parked', [
    [
      'A free server parks (off, marker, request consumed) and resumes to Available',
      server('a request to park switches the machine off first'),
      server('Parked → Available when the marker is gone'),
    ],
    [
      'A claimed one parks, its claim stays Bound, and resumes to Reserved',
      at('e2e/park')('a parked server is Parked, off, and back after unpark'),
      claim('Bound stands down while its server is parked'),
      server('Parked → Reserved when a claim holds the server'),
    ],
    ['A lost state is rebuilt from the marker', server('the marker alone parks a server, whatever its status says')],
    ['The claim reference gone while parked: Available', server('Parked → Available when the marker is gone')],
    ['Deletion while parked works', server('a deleted server takes its discovery boot configuration along')],
    [
      'Switched on by somebody while parked, it is left on',
      server('a parked machine is looked at and left alone, even when somebody switched it on'),
    ],
    [
      'A request in Discovery is deferred, and honoured once Available',
      server('a request to park waits for the end of a discovery'),
      server('a deferred request is said once, and the discovery goes on'),
    ],
    ['A reset while parked is consumed without effect', server('an operation on a parked server is dropped, and said')],
  ]),
  ...of('Server, operations', [
    [
      'A value nobody knows is consumed, also while parked',
      server('an operation no server knows is refused while parked, too'),
      operations("the BMC's own restart is refused on a Server, and the host runs on"),
    ],
    [
      'One that is known is carried out once',
      operations('a restart is carried out once, and what became of it is on the server'),
    ],
  ]),
  ...of('ServerBootConfiguration', [
    [
      'Referred to by the Server, and Pending',
      server('Initial → Discovery once the boot configuration exists, with Secret and token'),
      unit('reconcile/serverbootconfiguration/machine')(
        'a new boot configuration is Pending until the boot operator speaks',
      ),
    ],
  ]),
  ...of('ServerClaim', [
    [
      'By reference: Reserved, Bound, boot configuration owned and referred to, power follows; deleted: Available',
      story('a claim takes the server, boots it from the network, and its release lets go only after Off'),
      claim('the boot configuration is complete, and owned by its claim alone'),
    ],
    ['By reference and selector', claim('name and selector must both match')],
    [
      'By selector alone, off',
      claim('a claim with a selector takes the server it matches'),
      server('Reserved switches off for a claim that wants it off, without a network boot'),
    ],
    ['Not a server in another state', gates('alone keeps a server from a claim, and says')],
    ['Not a server of another claim', gates('alone keeps a server from a claim, and says')],
    ['Not a server whose labels differ', gates('selectors: ')],
    ['A claim without a server can be deleted', claim('a deleted claim without boot configuration goes at once')],
    ['A taint is not tolerated, or tolerated by Exists', gates('taints: ')],
    ['No effect means NoBind', gates('taints: ')],
    [
      'Cordoned: Unbound by reference, bound after uncordon; a selector passes it by; bound claims stay',
      story(
        'a cordoned server: a claim that names it is Unbound, and bound once it is uncordoned; a bound claim stays',
      ),
    ],
    ['It stands down while its server is parked', claim('a claim stands down while its server is asked to park')],
    ['Power is applied again on resume', at('e2e/park')('a parked server is Parked, off, and back after unpark')],
    ['Another serverRef: denied', rules('another serverRef of a claim')],
    ['Another serverSelector: denied', rules('another serverSelector of a claim')],
    ['Other changes: admitted', rules('another power and image of a claim')],
    [
      'Many claims at once bind exactly as many servers, and one server exactly one claim',
      at('faults/figures')('R-API-1: claims race for servers through old caches, and every server has one claim'),
      at('e2e/claim-race')('of two claims for one server at the same moment exactly one wins'),
    ],
  ]),
  ...of('ServerReadinessRule', [
    [
      'Deletion takes the taint along and gives up the finalizer',
      rule('a rule that is deleted takes its taints along, also from Servers that no longer match, and then goes'),
    ],
    [
      'Continuous: added, removed when the condition holds, added again',
      rule('a Continuous rule taints what is not ready, lifts the taint, and brings it back'),
    ],
    ['BootstrapOnly: removed once and for good', rule('a BootstrapOnly rule lifts its taint once and for good')],
  ]),
  ...of('Taints', [
    ['None; Exists; Equal with the right and the wrong value; no operator', gates('taints: ')],
    ['No toleration; an effect that differs; none; Evict; several, one missing', gates('taints: ')],
  ]),
  ...of('Webhooks', [
    [
      'An immutable BMCSecret: denied; a mutable one: admitted',
      at('conformance/admission')('an immutable BMCSecret keeps its values'),
    ],
    [
      'A second Endpoint of a MAC: denied on create and update; another IP: admitted',
      at('conformance/admission')(
        'a second Endpoint of a MAC address is refused in the words of the webhook, on create, update and dry run',
      ),
      unit('api/admission')('an update of itself'),
    ],
    [
      'Name or namespace of a serverClaimRef: denied',
      rules('another name in a serverClaimRef'),
      rules('another namespace in a serverClaimRef'),
    ],
  ]),
  ...of('CLI', [
    [
      'Console of an inline BMC, and of one by reference',
      at('e2e/console')('a watched console shows what comes, tame, and the password goes by askpass alone'),
    ],
    [
      'move: what is common is skipped, the rest made again with new owners and its status',
      move('an object of the same name that differs stops the move; the same one is left as it is'),
      move('everything arrives: same content, new owners, status, pairs'),
    ],
  ]),
  ...of('Metrics', [
    ['Counters by result', monitor('counters add, histograms accumulate, labels are escaped')],
    [
      'No servers, states, power states, conditions, a server without a state',
      monitor('Servers under upstream’s names, with the states upstream leaves out'),
    ],
    [
      'Alerts under upstream’s names, over what is told',
      unit('serve/alerts')('every alert of upstream is there under its name'),
    ],
  ]),
  ...of('Registry', [
    [
      'What is registered is read',
      registry('the machine that is expected reports under its token, and the manager is told'),
    ],
    ['The probe registers its interfaces', registry('payloads of the unmodified upstream probe are accepted')],
  ]),
  ...of('Probe', [
    [
      'LLDP: complete, incomplete, partial, single object, several addresses',
      unit('probe/lldp')('upstream’s recordings'),
      unit('probe/lldp')('a neighbour without a name, one capability as an object, a numeric VLAN'),
    ],
  ]),
  ...of('Ignition', [
    ['Rendered', probeBoot('upstream’s own template is rendered as it is')],
    [
      'A template that is no template',
      probeBoot('a template that asks for what there is not, or calls what nobody knows, is refused'),
    ],
    [
      'The default one contains --skip-metadata',
      probeBoot('ours is valid Ignition, starts the probe with its token, and lets the account in'),
    ],
  ]),
  ...of('Metadata', [
    ['Without the header 403', metadata('without the header 403, in another flavour too')],
    ['An address nobody has 404', metadata('a stranger gets 404, whatever he forwards')],
    [
      'JSON, fields as text, labels over annotations over static, server-name always its own',
      metadata('metadata: static, then the name, annotations, labels; the later wins'),
    ],
    [
      'User data: 404 for each missing piece, 500 for a Secret of another type',
      metadata('user data: by key, raw; 404 for each piece that is missing'),
    ],
    ['Changed, deleted, moved addresses', metadata('what the cluster says now counts, not what was known')],
  ]),
];
