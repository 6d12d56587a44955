/**
 * Endpoint (deprecated upstream): by the prefix of its MAC address it becomes a BMC and a BMCSecret of the same name.
 * Source  upstream §4; §15: the longest prefix wins in any notation, a Secret is created once, never rewritten, and a BMC
 *         whose Endpoint goes keeps the address.
 */
import { apiVersionOf, type KindDef } from '../../api/kind.js';
import { BMC, BMCSecret, bmcSecretKeys, Endpoint, finalizers } from '../../api/metal/v1alpha1/index.js';
import { may } from '../../api/rbac.js';
import { create, type Effect } from '../effects.js';
import { finalizer, ignored } from '../interrupts.js';
import type { MacPrefix, Visit } from '../reads.js';
import { apiBackoff } from '../runtime/backoff.js';
import { type Decision, rest, stay } from '../runtime/decision.js';
import type { StepMachine } from '../runtime/machine.js';
import { type Registration, wakes } from '../runtime/registration.js';
import { type EndpointFacts, endpointGates } from './gates.js';
import { longestPrefix } from './prefix.js';

export { longestPrefix } from './prefix.js';

export interface EndpointInput extends Visit {
  readonly endpoint: Endpoint;
}

type Owned = BMC | BMCSecret;

/** An owner reference that v0.7.0 wrote: with it, the Endpoint takes the BMC, and the BMC its Servers, along when it goes. */
const isOurs = ({ apiVersion, kind }: { apiVersion: string; kind: string }): boolean =>
  apiVersion === apiVersionOf(Endpoint) && kind === Endpoint.kind;

const disown = (kind: KindDef, { metadata }: Owned, spec?: object): Effect => {
  const { name, resourceVersion = '', ownerReferences = [] } = metadata;
  const others = ownerReferences.filter((owner) => !isOurs(owner));
  const lessened = others.length === ownerReferences.length ? {} : { metadata: { ownerReferences: others } };
  return { do: 'patch', kind, key: { name }, resourceVersion, patch: { ...lessened, ...(spec && { spec }) } };
};

/** BMC and Secret outlive their Endpoint, also those of v0.7.0. */
async function release({ endpoint, read }: EndpointInput): Promise<Decision | undefined> {
  const { name } = endpoint.metadata;
  const [bmc, secret] = [read.get(BMC, { name }), read.get(BMCSecret, { name })];
  const isOwned = (object: Owned | undefined): object is Owned =>
    object?.metadata.ownerReferences?.some(isOurs) ?? false;
  const effects = [
    ...(isOwned(bmc) ? [disown(BMC, bmc)] : []),
    ...(isOwned(secret) ? [disown(BMCSecret, secret)] : []),
  ];
  return effects.length === 0 ? undefined : stay('ReleasingBMC', { effects, recheckMs: 1_000 });
}

/** What refers to an Endpoint that goes keeps its address inline: a reference to nothing would fail for ever. */
async function cleanUp(input: EndpointInput): Promise<Decision | undefined> {
  const { endpoint, read } = input;
  const { ip, macAddress } = endpoint.spec ?? {};
  const referring = ip ? read.list(BMC).filter(({ spec }) => spec?.endpointRef?.name === endpoint.metadata.name) : [];
  const access = { ip, ...(macAddress ? { macAddress } : {}) };
  const effects = referring.map((bmc) => disown(BMC, bmc, { endpointRef: null, access }));
  if (effects.length > 0) return stay('KeepingAddress', { effects, recheckMs: 1_000 });
  return release(input);
}

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

const endpointOf = ({ endpoint }: EndpointInput): Endpoint => endpoint;

const machine: StepMachine<EndpointInput> = {
  interrupts: [ignored(endpointOf), finalizer(finalizers.endpoint, endpointOf, cleanUp)],
  steps: [
    { name: 'release', run: release },
    { name: 'becomeBmc', run: becomeBmc },
  ],
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
  asks: [may(Endpoint, 'get patch'), may(BMC, 'get create patch'), may(BMCSecret, 'get create patch')],
};
