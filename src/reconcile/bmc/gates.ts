/** What must hold before a BMC serves: ordered, as data. The remedy of the first shut gate is what `metalctl why` prints. */
import {
  annotations,
  type BMC,
  type BMCSecret,
  bmcSecretKeys,
  type Endpoint,
  operations,
  ownAnnotations,
} from '../../api/metal/v1alpha1/index.js';
import { type GateList, gate, gates } from '../runtime/gates.js';

/** A BMC object, and the two it points to, as far as they exist. */
export interface BmcFacts {
  readonly bmc: BMC;
  readonly secret: BMCSecret | undefined;
  readonly endpoint: Endpoint | undefined;
  /** Other BMC objects at the same address. */
  readonly twins: readonly string[];
}

const nameOf = ({ bmc }: BmcFacts): string => bmc.metadata.name;
const secretName = ({ bmc }: BmcFacts): string => bmc.spec?.bmcSecretRef.name ?? '';
const addressOf = ({ bmc, endpoint }: BmcFacts): string => bmc.spec?.access?.ip || endpoint?.spec?.ip || '';
/** A working credential, under a new BMCSecret: proven first, then named by the object. */
const setCredentials = (facts: BmcFacts): string =>
  `metalctl bmc credentials set ${nameOf(facts)} --username USER --password-stdin`;
const pass = (): string => 'metalctl reconcile --once --settle';
const readyOf = ({ bmc }: BmcFacts) => bmc.status?.conditions?.find(({ type }) => type === 'Ready');

const missingKeys = ({ secret }: BmcFacts): string[] =>
  Object.values(bmcSecretKeys).filter(
    (key) => secret?.data?.[key] === undefined && secret?.stringData?.[key] === undefined,
  );

/** The refusal on record is of the credential that would be used now. */
function isRefused({ bmc, secret }: BmcFacts): boolean {
  const mark = bmc.metadata.annotations?.[ownAnnotations.credentialsRefused];
  return mark !== undefined && mark === `${secret?.metadata.uid}/${secret?.metadata.resourceVersion}`;
}

/**
 * One that answers with errors of its own is restarted, over SSH where Redfish does not even take that; for which its host
 * key must be known. Silence may end by itself.
 */
function reviving(facts: BmcFacts): string {
  const reset = facts.bmc.status?.conditions?.find(({ type }) => type === 'Reset');
  if (reset?.reason === 'SshHostKey') return `metalctl bmc hostkey accept ${nameOf(facts)} --shell`;
  const isBroken = readyOf(facts)?.reason === 'InternalServerError' && reset?.status !== 'True';
  return isBroken ? `metalctl bmc reset ${nameOf(facts)}` : `metalctl wait bmc ${nameOf(facts)} --for condition=Ready`;
}

export const bmcGates: GateList<BmcFacts> = gates<BmcFacts>()([
  gate(
    'Ignored',
    'reconciliation is switched on',
    ({ bmc }) => bmc.metadata.annotations?.[annotations.operation] !== operations.ignore,
    () => 'reconciliation is switched off by annotation',
    (facts) => `metalctl annotate bmc ${nameOf(facts)} ${annotations.operation}-`,
  ),
  gate(
    'BeingDeleted',
    'exists, not being deleted',
    ({ bmc }) => bmc.metadata.deletionTimestamp === undefined,
    () => 'it is being deleted',
    (facts) => `metalctl wait bmc ${nameOf(facts)} --for delete`,
  ),
  gate(
    'SpecInvalid',
    'its address is known',
    (facts) => addressOf(facts) !== '',
    ({ bmc }) =>
      bmc.spec?.endpointRef?.name
        ? `endpoint/${bmc.spec.endpointRef.name} gives no address`
        : 'it has no IP address, and access cannot be changed: onboard it anew',
    ({ bmc }) => {
      const endpoint = bmc.spec?.endpointRef?.name;
      return endpoint ? `metalctl edit endpoint ${endpoint}` : `metalctl delete bmc ${bmc.metadata.name}`;
    },
  ),
  gate(
    'DuplicateIdentity',
    'no other BMC object has its address',
    ({ twins }) => twins.length === 0,
    ({ twins }) => `bmc/${twins.join(', bmc/')} has the same address; none of them is acted upon`,
    ({ twins }) => `metalctl delete bmc ${twins[0]}`,
  ),
  gate(
    'ReferenceMissing',
    'its BMCSecret exists',
    ({ secret }) => secret !== undefined,
    (facts) => `bmcsecret/${secretName(facts)} does not exist`,
    setCredentials,
  ),
  gate(
    'SecretIncomplete',
    'its BMCSecret has a username and a password',
    (facts) => missingKeys(facts).length === 0,
    (facts) => `bmcsecret/${secretName(facts)} has no ${missingKeys(facts).join(' and no ')}`,
    setCredentials,
  ),
  gate(
    'AuthenticationFailed',
    'the BMC accepts its credentials',
    (facts) => !isRefused(facts),
    (facts) => `the BMC refused them; no second attempt is made until bmcsecret/${secretName(facts)} changes`,
    setCredentials,
  ),
  gate(
    'NotReachable',
    'it answers',
    (facts) => readyOf(facts)?.status !== 'False' || readyOf(facts)?.reason === 'AuthenticationFailed',
    (facts) => readyOf(facts)?.message ?? 'it does not answer',
    reviving,
  ),
  gate(
    'NotEnabled',
    'it is Enabled',
    ({ bmc }) => bmc.status?.state === 'Enabled',
    ({ bmc }) => (bmc.status?.state ? `it is ${bmc.status.state}` : 'nobody has looked at it yet'),
    pass,
  ),
]);
