/** Faults under names people type, and the chaos presets of `metalctl sandbox up --scenario`: lists of rules. */
import type { FaultRule } from './rules.js';

/** Single faults by the names of `metalctl sandbox fail`. */
export const namedFaults: Readonly<Record<string, FaultRule>> = {
  auth: { action: { kind: 'status', status: 401 } },
  timeout: { action: { kind: 'connection', how: 'noAnswer' } },
  '503': { action: { kind: 'status', status: 503, retryAfter: 5 } },
  'stuck-task': { action: { kind: 'task', how: 'stuck' } },
  'power-stuck': { action: { kind: 'state', how: 'powerLost' } },
  disk: { action: { kind: 'hardware', how: 'driveFailed' } },
  tls: { action: { kind: 'connection', how: 'tlsSelfSigned' } },
};

/** The rules of a preset for some BMCs only. */
const on = (bmc: readonly string[], rules: readonly FaultRule[]): FaultRule[] =>
  rules.map((rule) => ({ ...rule, match: { ...rule.match, bmc } }));

/** Chaos presets; `healthy` has no rule. Anonymous reads of the root stay reliable, so that fleets can be found. */
const single = {
  healthy: [],
  flaky: [
    {
      match: { method: 'GET', path: '/redfish/v1/*' },
      when: { probability: 0.05 },
      action: { kind: 'status', status: 503, retryAfter: 1 },
    },
    { match: { path: '/redfish/v1/*' }, when: { probability: 0.03 }, action: { kind: 'connection', how: 'reset' } },
    { when: { probability: 0.2 }, action: { kind: 'latency', ms: { lognormal: { medianMs: 200, sigma: 0.8 } } } },
    { when: { probability: 0.1 }, action: { kind: 'state', how: 'overrideDropped' } },
  ],
  overloaded: [
    { action: { kind: 'capacity', perSecond: 5, burst: 10 } },
    { action: { kind: 'latency', ms: { lognormal: { medianMs: 400, sigma: 0.6 } } } },
  ],
  'firmware-2019': [
    { action: { kind: 'expand', how: '501' } },
    { action: { kind: 'etag', how: 'gzip' } },
    { when: { probability: 0.3 }, action: { kind: 'state', how: 'overrideDropped' } },
    { action: { kind: 'connection', how: 'closeIdle' } },
  ],
  'hostile-json': [
    { match: { path: '/redfish/v1/*' }, when: { probability: 0.1 }, action: { kind: 'body', how: 'malformed' } },
    { match: { path: '/redfish/v1/*' }, when: { probability: 0.1 }, action: { kind: 'body', how: 'stringNumbers' } },
    { match: { path: '/redfish/v1/*' }, when: { probability: 0.1 }, action: { kind: 'body', how: 'nullMembers' } },
    { match: { path: '/redfish/v1/*' }, when: { probability: 0.1 }, action: { kind: 'body', how: 'unknownEnums' } },
  ],
  'session-starved': [
    { when: { probability: 0.5 }, action: { kind: 'session', how: 'tableFull' } },
    { when: { probability: 0.1 }, action: { kind: 'session', how: 'expire' } },
  ],
  // The same as healthy to a BMC; the size of the fleet is what is trying.
  'scale-10k': [],
} satisfies Record<string, readonly FaultRule[]>;

/** A fleet as one meets it: half of it behaves, the rest misbehaves in five ways, by the last digit of the name. */
const mixed: readonly FaultRule[] = [
  ...on(['*2'], single.flaky),
  ...on(['*4'], single.overloaded),
  ...on(['*6'], single['firmware-2019']),
  ...on(['*8'], single['session-starved']),
  ...on(['*0'], [{ when: { probability: 0.2 }, action: { kind: 'state', how: 'powerLost' } }]),
];

export const presets: Readonly<Record<string, readonly FaultRule[]>> = { ...single, mixed };

export const scenarioNames: readonly string[] = Object.keys(presets);

/** A preset as a scenario; undefined for a name that is none. */
export const scenarioNamed = (name: string): { faults: readonly FaultRule[]; steps: readonly never[] } | undefined => {
  const faults = Object.hasOwn(presets, name) ? presets[name] : undefined;
  return faults && { faults, steps: [] };
};
