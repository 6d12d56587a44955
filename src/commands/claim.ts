/** `metalctl claim`: reserve a server and run an image on it. */
import { defineCommand } from './define.js';
import { choice, duration, integer, list, optional, text, toggle } from './flags.js';

export const claimCommand = defineCommand({
  name: 'claim',
  summary: 'Reserve a server and run an image on it.',
  details:
    'The server is chosen by name, by labels, or by minimum hardware; a ServerClaim can only say a name or labels, so hardware filters pin the server that was found. On a terminal, without a choice, a list opens.',
  group: 'Reserve',
  stability: 'stable',
  args: { name: optional('NAME', 'Name of the claim; default USER-XXXX.') },
  flags: {
    server: list('S', 'This server; with --count, repeated for each claim.', { complete: 'servers' }),
    selector: text('SEL', 'Servers with these labels.', { short: 'l' }),
    cpu: integer('N', 'At least so many cores.'),
    cpuModel: text('GLOB', 'A processor of this model: *6430*.'),
    arch: text('A', 'A processor of this architecture: x86, ARM.'),
    memory: text('Q', 'At least so much memory: 512Gi.'),
    disk: text('Q[:ssd|nvme]', 'A disk at least so large: 1Ti:nvme.'),
    nicSpeed: text('SPEED', 'A network card at least so fast: 25G. Known of servers whose discovery kept its report.'),
    gpu: integer('N', 'At least so many GPUs; --gpu alone is one.', { bare: '1' }),
    vendor: text('V', 'Vendor, or a pattern with *.'),
    model: text('M', 'Model, or a pattern with *.'),
    rack: text('R', 'Rack.'),
    location: text('L', 'Location.'),
    image: text('IMG', 'Image to boot.'),
    ignition: text('FILE|secret/N', 'Ignition as JSON, or a Secret that holds it.', { complete: 'files' }),
    userData: text('FILE|secret/N', 'User data for the metadata service; a file is kept under the key user-data.'),
    power: choice(['on', 'off'], 'Power of the claimed server.', { fallback: 'on' }),
    tolerate: list('K[=V][:EFFECT]', 'Take servers with this taint too.'),
    retries: integer('N', 'Other servers tried when the chosen one is lost to another claim.', { fallback: '5' }),
    count: integer('N', 'So many claims, named NAME-0, NAME-1 and so on; each another server.', { fallback: '1' }),
    atomic: toggle('With --count, all or none: those that were made are withdrawn when one finds no server in time.'),
    spread: choice(['rack', 'location'], 'With --count, from as many racks or locations as there are.'),
    adopt: toggle('Take an existing claim of this name if it asks for the same.'),
    explain: toggle('Show which servers fit and why others do not; change nothing.'),
    wait: choice(['power', 'bound'], 'Wait until the server runs as asked, or only until it is bound.', {
      bare: 'power',
    }),
    timeout: duration('Longest time to wait.', { fallback: '30m' }),
    driver: choice(['auto', 'cluster', 'local', 'none'], 'Who reconciles while waiting.', { fallback: 'auto' }),
    takeOver: toggle('Drive locally beside a live controller.'),
    managerNamespace: text('NS', 'Where the reports of discoveries are kept; --nic-speed reads them.', {
      fallback: 'metalctl-system',
    }),
  },
  examples: [
    [
      'metalctl claim db-07 --cpu 64 --memory 512Gi --image IMG --ignition db.ign --wait',
      'The first that is large enough.',
    ],
    [
      'metalctl claim db-08 -l pool=general --image IMG --explain',
      'Which servers could be had, and why not the others.',
    ],
    [
      'metalctl claim web --count 3 --atomic --spread rack -l pool=web --image IMG --timeout 10m',
      'Three servers of different racks, or none.',
    ],
    ["metalctl claim ci -l pool=ci --image IMG --wait=bound -o jsonpath='{.server.name}'", 'For scripts.'],
  ],
  needs: ['clock', 'cluster'],
  isLate: true,
  exits: ['WAITING', 'FAILED_STATE', 'NO_CAPACITY', 'NEEDS_INPUT', 'NOT_FOUND', 'CONFLICT', 'PARTIAL', 'FORBIDDEN'],
  dryRun: 'client',
  related: ['release', 'get', 'discover'],
  plans: 'steps',
  run: () => import('./impl/claim.js'),
});
