/**
 * Endpoint (deprecated upstream): by the prefix of its MAC address it becomes a BMC and a BMCSecret of the same name.
 * Source  upstream §4; §15: the longest prefix wins in any notation, and a Secret is created once, never rewritten.
 */
import { apiVersionOf } from '../../api/kind.js';
import { BMC, BMCSecret, bmcSecretKeys, Endpoint, finalizers } from '../../api/metal/v1alpha1/index.js';
import { may } from '../../api/rbac.js';
import { create, type Effect, patchSelf } from '../effects.js';
import { ignored } from '../interrupts.js';
import type { MacPrefix, Visit } from '../reads.js';
import { apiBackoff } from '../runtime/backoff.js';
import { type Decision, rest, stay } from '../runtime/decision.js';
import type { Interrupt, StepMachine } from '../runtime/machine.js';
import { type Registration, wakes } from '../runtime/registration.js';
import { type EndpointFacts, endpointGates } from './gates.js';
import { longestPrefix } from './prefix.js';

export { longestPrefix } from './prefix.js';

export interface EndpointInput extends Visit {
  readonly endpoint: Endpoint;
}

/** BMC and Secret outlive their Endpoint: only the finalizer of an earlier operator is taken off. */
const deleting: Interrupt<EndpointInput> = {
  name: 'deleting',
  to: [],
  run: ({ endpoint }): Decision | undefined => {
    if (endpoint.metadata.deletionTimestamp === undefined) return undefined;
    const others = (endpoint.metadata.finalizers ?? []).filter((name) => name !== finalizers.endpoint);
    return rest('Deleting', { effects: [patchSelf({ metadata: { finalizers: others } })] });
  },
};

const factsOf = ({ endpoint, settings, read }: EndpointInput): EndpointFacts => ({
  endpoint,
  entry: longestPrefix(endpoint.spec?.macAddress ?? '', settings.macPrefixes),
  hasBmc: read.get(BMC, endpoint.metadata) !== undefined,
});

async function becomeBmc(input: EndpointInput): Promise<Decision | undefined> {
  const { endpoint, read } = input;
  const facts = factsOf(input);
  const { entry } = facts;
  if (entry === undefined || endpointGates.firstShut(facts) !== undefined) return undefined;
  const { name } = endpoint.metadata;
  const credential = entry.defaultCredentials[0];
  const effects: Effect[] = [];
  if (read.get(BMCSecret, { name }) === undefined && credential !== undefined)
    effects.push(create(BMCSecret, secretOf(name, credential)));
  if (read.get(BMC, { name }) === undefined) effects.push(create(BMC, bmcOf(name, entry)));
  return effects.length === 0 ? undefined : stay('CreatingBMC', { effects, recheckMs: 1_000 });
}

const encoded = (value: string): string => Buffer.from(value).toString('base64');

const secretOf = (name: string, { username, password }: { username: string; password: string }): BMCSecret => ({
  apiVersion: apiVersionOf(BMCSecret),
  kind: BMCSecret.kind,
  metadata: { name },
  data: { [bmcSecretKeys.username]: encoded(username), [bmcSecretKeys.password]: encoded(password) },
});

const consoles: Record<string, 'IPMI' | 'SSH' | 'SSHLenovo'> = { ipmi: 'IPMI', ssh: 'SSH', sshlenovo: 'SSHLenovo' };

function bmcOf(name: string, entry: MacPrefix): BMC {
  const console = entry.console && consoles[entry.console.type.toLowerCase()];
  return {
    apiVersion: apiVersionOf(BMC),
    kind: BMC.kind,
    metadata: { name },
    spec: {
      endpointRef: { name },
      bmcSecretRef: { name },
      protocol: {
        name: entry.protocol,
        port: entry.port,
        ...(entry.protocolScheme && { scheme: entry.protocolScheme }),
      },
      ...(console === undefined || entry.console === undefined
        ? {}
        : { consoleProtocol: { name: console, port: entry.console.port } }),
    },
  };
}

const machine: StepMachine<EndpointInput> = {
  interrupts: [ignored(({ endpoint }: EndpointInput) => endpoint), deleting],
  steps: [{ name: 'becomeBmc', run: becomeBmc }],
  settled: (input) => {
    const shut = endpointGates.firstShut(factsOf(input));
    return shut === undefined
      ? rest('Adopted', { message: 'BMC and BMCSecret exist' })
      : rest(shut.reason, { message: shut.because ?? shut.must });
  },
};

export const endpointRegistration: Registration<Endpoint, EndpointInput> = {
  name: 'endpoint',
  kind: Endpoint,
  backoff: apiBackoff,
  machine,
  input: (endpoint, visit) => ({ ...visit, endpoint }),
  indexes: [],
  watches: [
    wakes(BMC, (bmc) => [{ name: bmc.metadata.name }]),
    wakes(BMCSecret, (secret) => [{ name: secret.metadata.name }]),
  ],
  asks: [may(Endpoint, 'get patch'), may(BMC, 'get create'), may(BMCSecret, 'get create')],
};
