/** What the tests of metal-operator assert, in our words, and the tests here that assert the same. */

/** Scenario of upstream → `file below test/ | part of the test's name`, or what is missing. */
export interface Scenario {
  readonly area: string;
  readonly scenario: string;
  readonly proof?: string;
  readonly left?: string;
}

const is = (area: string, scenario: string, proof: string): Scenario => ({ area, scenario, proof });
const not = (area: string, scenario: string, left: string): Scenario => ({ area, scenario, left });

const [endpoint, bmc] = ['unit/reconcile/endpoint/machine.test.ts', 'unit/reconcile/bmc/machine.test.ts'];
const [story, gates] = ['unit/reconcile/story.test.ts', 'unit/reconcile/server/gates.test.ts'];

export const scenarios: readonly Scenario[] = [
  is(
    'Endpoint',
    'A known MAC prefix makes a BMCSecret and a BMC',
    `${endpoint} | an Endpoint becomes a Secret and a BMC of its name`,
  ),
  is('Endpoint', 'Its BMC outlives it', `${endpoint} | a deleted Endpoint leaves its BMC behind`),
  is(
    'Endpoint',
    'A second Endpoint of one MAC is denied',
    'unit/api/admission.test.ts | what cannot be read is not admitted',
  ),
  is(
    'BMC',
    'Details of the manager are shown, and a Server made with its owner',
    `${bmc} | a new Server belongs to its BMC and says how it is reached`,
  ),
  is(
    'BMC',
    'Labels travel to the Server',
    `${bmc} | labels of the BMC are merged onto its Servers, and their own are kept`,
  ),
  is(
    'BMC',
    'Not Ready while unreachable, Ready after',
    'e2e/daemon.test.ts | a secret corrected while the daemon runs brings its BMC back',
  ),
  is('BMC', 'Endpoint reference and inline access exclude each other', 'parity/crds.test.ts | '),
  is('BMC', 'A reset is asked for by annotation', 'crash/bmc-reset.test.ts | a BMC is restarted once at most'),
  not('BMC', 'The reset goes over SSH where Redfish fails', 'SSH'),
  is(
    'BMC',
    'A DNS record is made from a template',
    'e2e/dns-record.test.ts | a BMC has its record from the template, with the role of the page and no more',
  ),
  is(
    'BMCUser',
    'Accounts are made, rotated and deleted with their secrets',
    'e2e/bmcuser.test.ts | rotated on request, the new password logs in',
  ),
  is(
    'Server',
    'From Initial through Discovery to Available, off',
    `${story} | a machine is discovered through a network boot and ends Available and off`,
  ),
  is(
    'Server',
    'A retained server waits to be freed by hand',
    'unit/workflows/release/release.test.ts | a retained server waits for --finish',
  ),
  is(
    'Server',
    'A claimed server is parked and resumed',
    'e2e/park.test.ts | a parked server is Parked, off, and back after unpark',
  ),
  is(
    'Server',
    'Operations asked for by annotation are carried out once',
    'e2e/operations.test.ts | a restart is carried out once, and what became of it is on the server',
  ),
  is(
    'ServerBootConfiguration',
    'A new one is Pending',
    'unit/reconcile/serverbootconfiguration/machine.test.ts | a new boot configuration is Pending until the boot operator speaks',
  ),
  is(
    'ServerClaim',
    'By reference: bound, booted, powered; deleted: free again',
    `${story} | a claim takes the server, boots it from the network, and its release lets go only after Off`,
  ),
  is('ServerClaim', 'By selector', `${gates} | selectors: `),
  is(
    'ServerClaim',
    'Not: another state, another holder, cordoned',
    `${gates} | alone keeps a server from a claim, and says`,
  ),
  is(
    'ServerClaim',
    'Changing reference or selector is denied',
    'unit/api/admission.test.ts | what cannot be read is not admitted',
  ),
  is('ServerClaim', 'Many claims at once bind exactly as many servers', 'faults/figures.test.ts | R-API-1:'),
  is('Taints', 'Tolerations: Exists, Equal, effects, several', `${gates} | taints: `),
  is(
    'ServerReadinessRule',
    'Taints come and go with a condition',
    'unit/reconcile/serverreadinessrule/machine.test.ts | a Continuous rule taints what is not ready',
  ),
  is('CLI', 'cordon and uncordon', 'e2e/cli.test.ts | cordon twice: the second changes nothing; dry run neither'),
  is('CLI', 'move copies objects to another cluster', 'e2e/move.test.ts | everything arrives: '),
  is(
    'Registry',
    'A probe registers; its data reach the Server',
    'unit/serve/registry.test.ts | payloads of the unmodified upstream probe are accepted',
  ),
  is('Probe', 'LLDP recordings are read as upstream reads them', 'unit/probe/lldp.test.ts | upstream’s recordings'),
  is('Metadata', 'User data by address', 'unit/serve/metadata.test.ts | user data: by key, raw'),
  is('Metrics', 'States and conditions as series', 'unit/serve/monitor.test.ts | Servers under upstream’s names'),
  is(
    'Metrics',
    'Alerts under upstream’s names, over what is told',
    'unit/serve/alerts.test.ts | every alert of upstream is there under its name',
  ),
];
