/** `metalctl probe`: the agent a machine runs while it is discovered. Its flags are those of upstream's metalprobe. */
import { defineCommand } from './define.js';
import { duration, text, toggle } from './flags.js';

const ignored = 'Accepted for units written for metalprobe; has no effect.';

export const probeCommand = defineCommand({
  name: 'probe',
  summary: 'Report this machine to the registry that discovers it.',
  details:
    'Runs on the machine that is discovered, as the discovery image starts it: reads /sys and /proc, asks lldpctl where there is one, and reports every 30 seconds until it is stopped. Without root, serial numbers and memory modules stay unknown.',
  group: 'Reconcile',
  stability: 'preview',
  args: {},
  flags: {
    registryUrl: text('URL', 'Base URL of the registry, with the token of this discovery.'),
    serverUuid: text('UUID', 'UUID of this machine as its BMC tells it.'),
    duration: duration('First pause after a report that was not taken; it doubles up to a minute.', { fallback: '5s' }),
    registryClientTimeout: duration('Longest time of one report.', { fallback: '5s' }),
    lldpSyncInterval: duration('Pause between questions to lldpd.', { fallback: '5s' }),
    lldpSyncDuration: duration('Time lldpd has for its first answer.', { fallback: '30s' }),
    root: text('DIR', 'Read the machine below this directory.', { fallback: '/', complete: 'files' }),
    print: toggle('Print the report instead of sending it.'),
    zapDevel: toggle(ignored),
    zapEncoder: text('NAME', ignored),
    zapLogLevel: text('LEVEL', ignored),
    zapStacktraceLevel: text('LEVEL', ignored),
    zapTimeEncoding: text('NAME', ignored),
  },
  examples: [
    ['metalctl probe --print', 'What would be reported, as JSON.'],
    ['metalctl probe --print --root /mnt/captured', 'The same from files captured elsewhere.'],
    [
      'metalctl probe --registry-url http://10.0.0.1:10000/t/TOKEN --server-uuid 38947555-7742-3448-3784-823347823834',
      'Report until stopped.',
    ],
  ],
  needs: ['clock', 'log'],
  exits: [],
  related: ['reconcile', 'discover'],
  run: () => import('./impl/probe.js'),
});
