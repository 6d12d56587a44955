/**
 * Upstream's metrics of Servers, computed when they are asked for. Names, labels and values as upstream's; its state
 * series lack Released and Parked, which makes such servers vanish from dashboards: they are here.
 * *Source*: upstream's `internal/metrics`.
 */
import type { PowerState, Server, ServerState } from '../../api/metal/v1alpha1/index.js';
import type { Family, Sample } from './text.js';

const states: readonly ServerState[] = [
  'Initial',
  'Discovery',
  'Available',
  'Reserved',
  'Released',
  'Parked',
  'Maintenance',
  'Error',
];
const powerStates: readonly PowerState[] = ['On', 'Off', 'Paused', 'PoweringOn', 'PoweringOff'];

export const serverMetrics = (servers: readonly Server[]): Family[] => [
  gauge(
    'metal_server_state',
    'State of a Server: 1 for the present one.',
    servers.flatMap((server) => oneOf(server, 'state', states, server.status?.state)),
  ),
  gauge(
    'metal_server_power_state',
    'Power state of a Server: 1 for the present one.',
    servers.flatMap((server) => oneOf(server, 'power_state', powerStates, server.status?.powerState)),
  ),
  gauge('metal_server_condition_status', 'Conditions of a Server, each 1.', servers.flatMap(conditionsOf)),
];

const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({
  name,
  help,
  type: 'gauge',
  samples,
});

const oneOf = (server: Server, label: string, all: readonly string[], present: string | undefined): Sample[] =>
  all.map((each) => ({ labels: { server: server.metadata.name, [label]: each }, value: each === present ? 1 : 0 }));

const conditionsOf = ({ metadata, status }: Server): Sample[] =>
  (status?.conditions ?? []).map((condition) => ({
    labels: {
      server: metadata.name,
      condition_type: word.test(condition.type) ? condition.type : 'other',
      status: word.test(condition.status) ? condition.status : 'other',
    },
    value: 1,
  }));

/** Conditions are written by others too: what is no word becomes no label. */
const word = /^[A-Za-z0-9][\w./-]{0,127}$/;
