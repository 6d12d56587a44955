/** `metalctl metadata serve`: the service machines ask who they are. Upstream's metaldata, with its flags. */
import { defineCommand } from './define.js';
import { integer, list, text } from './flags.js';

export const metadataServeCommand = defineCommand({
  name: 'metadata serve',
  summary: 'Serve machines their metadata and user data.',
  details:
    'A machine is known by the address of its direct connection, which exactly one Server must report at that moment; an address that two report is answered by neither. Several copies may run beside each other.',
  group: 'Reconcile',
  stability: 'preview',
  args: {},
  flags: {
    metaldataAddress: text('HOST', 'Address to listen on.', { fallback: '127.0.0.1' }),
    metaldataPort: integer('PORT', 'Port to listen on; 0 takes a free one.', { fallback: '10002' }),
    healthProbeBindAddress: text('HOST:PORT', 'Where /healthz and /readyz are served; off unless given.'),
    metricsBindAddress: text('HOST:PORT', 'Where /metrics is served; off unless given, and for 0.'),
    staticMetadata: list('KEY=VALUE', 'Value every machine sees.', { splits: false }),
  },
  examples: [
    ['metalctl metadata serve --metaldata-address 0.0.0.0', 'Serve on every address, port 10002.'],
    [
      'metalctl metadata serve --metaldata-port 80 --health-probe-bind-address 127.0.0.1:8081',
      'As a DaemonSet runs it.',
    ],
    ['metalctl metadata serve --static-metadata region=lab', 'With a value every machine sees.'],
  ],
  needs: ['clock', 'log', 'cluster'],
  exits: ['UNSUPPORTED', 'FORBIDDEN'],
  related: ['reconcile', 'claim'],
  run: () => import('./impl/metadata-serve.js'),
});
