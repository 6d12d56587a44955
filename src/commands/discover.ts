/** `metalctl discover`: find BMCs in address ranges, and say which are new. */
import { defineCommand } from './define.js';
import { choice, duration, integer, list, maybe, text, toggle } from './flags.js';

/** Where a sweep goes and how it enters: shared by `discover` and `onboard`. */
export const sweepFlags = {
  file: text('FILE', 'Hosts: lines, CSV (ip,mac,username,secret,location,rack,shelf), JSON, leases; - for stdin.', {
    short: 'f',
    complete: 'files',
  }),
  format: choice(['auto', 'lines', 'csv', 'json', 'dnsmasq', 'kea', 'isc'], 'Form of --file.', { fallback: 'auto' }),
  ports: list('PORT', 'Ports to try on every address.', { fallback: '443' }),
  scheme: choice(['https', 'http'], 'http is never tried unless asked for.', { fallback: 'https' }),
  rate: integer('N', 'Connects per second.', { fallback: '200' }),
  sweepConcurrency: integer('N', 'Probes under way at once.', { fallback: '64' }),
  probeTimeout: duration('Time one probe is given.', { fallback: '2s' }),
  bmcUsername: text('U', 'Account for BMCs without a more specific credential.'),
  bmcPasswordFile: text('F', 'File with its password.', { complete: 'files' }),
  bmcPasswordStdin: toggle('Read its password from stdin.'),
  credentials: text('FILE', 'List of {match: {vendor,cidr,macPrefix}, username, passwordFile|secretRef}.', {
    complete: 'files',
  }),
  bmcSecret: text('NAME', 'BMCSecret for BMCs without a more specific credential.'),
  pin: choice(
    ['off', 'first-use', 'required'],
    'Certificates beside those of CAs: none new, as first seen, only known.',
    {
      fallback: 'off',
    },
  ),
} as const;

export const discoverCommand = defineCommand({
  name: 'discover',
  summary: 'Find BMCs in address ranges and compare them with the cluster.',
  details:
    'Addresses are asked what they are without credentials. A login is made once per BMC, only where a credential was assigned and only over a certificate that a CA or a recorded fingerprint vouches for. Nothing is changed, unless --onboard is given.',
  group: 'Find and onboard',
  stability: 'stable',
  args: {},
  flags: {
    cidr: list('CIDR', 'Ranges to sweep, at most 65536 addresses each.'),
    exclude: list('CIDR', 'Ranges to leave out.'),
    target: list('HOST[:PORT]', 'Hosts by name or address.'),
    ssdp: toggle('Ask the local segment by SSDP who is a Redfish service.'),
    mdns: toggle('Ask it by multicast DNS.'),
    interface: text('IF', 'Name or address of the interface that is asked on.'),
    listen: duration('How long answers of the segment are waited for.', { fallback: '5s' }),
    fromEndpoints: toggle('The addresses of Endpoint objects.'),
    macPrefixesFile: text(
      'FILE',
      'MAC prefix database: on which port the BMC of an Endpoint listens. Its default accounts are not used.',
      {
        complete: 'files',
      },
    ),
    force: toggle('Sweep large and public ranges too.'),
    ...sweepFlags,
    login: maybe('Log in where a credential is assigned; --no-login identifies only.'),
    nameTemplate: text('T', 'Names proposed in the view; fields as of onboard.', { fallback: '{vendor}-{serial}' }),
    label: list('K=V', 'Labels of what the view creates.'),
    location: text('T', 'Location of what the view creates.'),
    rack: text('T', 'Rack of what the view creates.'),
    status: list('LIST', 'Show only these: new,known,moved,conflict,auth,tls,unsupported,silent.'),
    strict: toggle('Fail when a finding is auth, tls, conflict or unsupported.'),
    onboard: toggle('Onboard what is shown, as onboard does by itself; prints what was created instead.'),
    out: text('FILE', 'Write the DiscoverReport here.', { complete: 'files' }),
    resume: text('FILE', 'Go on with a report that was stopped early.', { complete: 'files' }),
  },
  examples: [
    ['metalctl discover --cidr 10.20.0.0/22', 'What is there, without any login.'],
    ['metalctl discover --cidr 10.20.0.0/22 --bmc-secret oob-default', 'With serials, systems and power.'],
    ['metalctl discover --ssdp --mdns --interface eno2', 'Whoever answers on the segment of that interface.'],
    ['metalctl discover --cidr 10.20.0.0/22 --bmc-secret oob --onboard -o name', 'For CronJobs: what was created.'],
    ['metalctl discover --target 10.20.0.11 --pin first-use --bmc-secret oob', 'Trust this certificate as it is seen.'],
  ],
  needs: ['clock', 'cluster'],
  isLate: true,
  exits: ['NEEDS_INPUT', 'NOT_FOUND', 'CONFLICT', 'PARTIAL', 'FORBIDDEN', 'BMC_AUTH', 'BMC_UNREACHABLE', 'SIGINT'],
  related: ['onboard', 'claim'],
  run: () => import('./impl/discover.js'),
});
