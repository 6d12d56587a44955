/** `metalctl redfish record`, `replay` and `conformance`: dialogues written down, served again, judged. */
import { defineCommand } from './define.js';
import { integer, one, optional, some, toggle } from './flags.js';
import { common, reach, readExits } from './redfish-reach.js';

export const redfishRecordCommand = defineCommand({
  ...common,
  name: 'redfish record',
  summary: 'Run a command and record what it says to BMCs, without secrets.',
  details:
    'Writes one file per BMC. Tokens, passwords, cookies, user names and sessions are taken out; serial numbers and addresses stay. Ends as the command ends.',
  args: {
    dir: one('DIR', 'Folder of the recording.', { complete: 'files' }),
    command: some('CMD', 'metalctl, or its words alone, after --.'),
  },
  flags: {},
  examples: [
    ['metalctl redfish record ./trace -- bmc info node-07', 'A dialogue to look at.'],
    ['metalctl redfish record ./trace -- metalctl power status node-07 --direct', 'The same, spelled out.'],
    ['metalctl redfish replay ./trace', 'Serve it again.'],
  ],
  needs: [],
  exits: ['NOT_FOUND'],
  related: ['redfish replay'],
  run: () => import('./impl/redfish-record.js'),
});

export const redfishReplayCommand = defineCommand({
  ...common,
  name: 'redfish replay',
  summary: 'Serve a recording as BMCs on this computer.',
  details: 'Loopback only, until Ctrl-C. Any account is let in; what was not recorded answers 404.',
  args: { path: one('DIR|FILE', 'Of redfish record or --trace-redfish.', { complete: 'files' }) },
  flags: {
    port: integer('PORT', 'Of the first BMC, the others follow; 0 takes free ones.', { fallback: '0' }),
    http: toggle('Without TLS.'),
  },
  examples: [
    ['metalctl redfish replay ./trace', 'Prints addresses and the CA to trust.'],
    ['metalctl redfish replay ./trace/node-07.jsonl --port 8443', 'One of them.'],
    ['metalctl redfish replay ./trace --http', 'For programs that trust nobody.'],
  ],
  needs: [],
  exits: ['NOT_FOUND'],
  related: ['redfish record', 'sandbox up'],
  run: () => import('./impl/redfish-replay.js'),
});

export const redfishConformanceCommand = defineCommand({
  ...common,
  name: 'redfish conformance',
  summary: 'Check a BMC against what the Redfish specification asks of a service.',
  details: 'Reads only. Not a replacement for the validators of DMTF: it looks at what metalctl depends on.',
  args: { target: optional('BMC', 'Name of a BMC or Server; else --server, --bmc or --host.') },
  flags: { ...reach, quick: toggle('Twenty resources instead of two hundred.') },
  examples: [
    ['metalctl redfish conformance node-07', 'Every check with its evidence.'],
    ['metalctl redfish conformance node-07 --quick', 'In a few requests.'],
    ['metalctl redfish conformance --host 10.20.0.11 --bmc-secret oob -o json', 'A BMC nobody onboarded yet.'],
  ],
  exits: [...readExits, 'CHECKS_FAILED'],
  related: ['redfish tree', 'bmc ping'],
  run: () => import('./impl/redfish-conformance.js'),
});
