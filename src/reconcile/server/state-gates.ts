/**
 * What holds a Server back, state by state: ordered, as data. The phases ask for the first shut gate of their own state;
 * `metalctl why` evaluates the common ones and those of the state, and prints the remedy of the first that is shut.
 */
import { annotations, operations, type ServerState } from '../../api/metal/v1alpha1/index.js';
import { type Gate, type GateList, gate, gates } from '../runtime/gates.js';
import { isOwnedBy, type ServerFacts, wantedPower } from './facts.js';

type ServerGate = Gate<ServerFacts>;

const nameOf = ({ server }: ServerFacts): string => server.metadata.name;
const annotate = (facts: ServerFacts, change: string): string => `metalctl annotate server ${nameOf(facts)} ${change}`;
const edit = (facts: ServerFacts): string => `metalctl edit server ${nameOf(facts)}`;
/** What the next pass does by itself, for who does not want to wait for it. */
const pass = (): string => 'metalctl reconcile --once --settle';
const operationOf = ({ server }: ServerFacts): string | undefined =>
  server.metadata.annotations?.[annotations.operation];
const bootObject = ({ server, boot }: ServerFacts): string => {
  const ref = boot?.metadata ?? server.spec?.bootConfigurationRef;
  return `serverbootconfiguration ${ref?.name ?? ''} -n ${ref?.namespace ?? ''}`;
};
/** It is made anew, and the boot operator tries again. */
const deleteBoot = (facts: ServerFacts): string => `metalctl delete ${bootObject(facts)}`;
const awaitBoot = (facts: ServerFacts): string => `metalctl wait ${bootObject(facts)} --for state=Ready`;

/** What must hold in every state before anything is asked of the machine. */
export const everyState: GateList<ServerFacts> = gates<ServerFacts>()([
  gate(
    'Ignored',
    'reconciliation is switched on',
    (facts) => operationOf(facts) !== operations.ignore,
    () => 'reconciliation is switched off by annotation',
    (facts) => `${annotate(facts, `${annotations.operation}-`)}`,
  ),
  gate(
    'SpecInvalid',
    'it names its BMC',
    ({ server }) => Boolean(server.spec?.bmcRef?.name) || server.spec?.bmc !== undefined,
    () => 'it has neither a bmcRef nor a bmc',
    edit,
  ),
  gate(
    'ReferenceMissing',
    'its BMC object exists',
    ({ server, bmc }) => !server.spec?.bmcRef?.name || bmc !== undefined,
    ({ server }) => `bmc/${server.spec?.bmcRef?.name} does not exist`,
    edit,
  ),
  gate(
    'BMCUnavailable',
    'its BMC is Enabled',
    ({ bmc }) => bmc === undefined || bmc.status?.state === 'Enabled',
    ({ bmc }) => `bmc/${bmc?.metadata.name} is ${bmc?.status?.state || 'not read yet'}`,
    ({ bmc }) => `metalctl why bmc ${bmc?.metadata.name}`,
  ),
  gate(
    'DuplicateIdentity',
    'no other Server stands for this machine',
    ({ twins }) => twins.length === 0,
    ({ twins }) => `server/${twins.join(', server/')} has the same system UUID; neither is acted upon`,
    ({ twins }) => `metalctl delete server ${twins[0]}`,
  ),
]);

const registry: ServerGate = gate(
  'NoRegistry',
  'a registry listens for the probe',
  ({ hasRegistry }) => hasRegistry,
  () => 'No registry is served in this pass: use --hold-for-probe or --watch',
  () => 'metalctl reconcile --once --settle --hold-for-probe 10m',
);

const isOff: ServerGate = gate(
  'WaitingForPowerOff',
  'the machine is off',
  ({ powerState }) => powerState === 'Off',
  ({ powerState }) => `the machine is ${powerState ?? 'in an unknown power state'}`,
  (facts) => `metalctl power off ${nameOf(facts)} --direct`,
);

const bootExists: ServerGate = gate(
  'WaitingForBootConfiguration',
  'a boot configuration is in force',
  ({ boot }) => boot !== undefined,
  () => 'no boot configuration is in force yet',
  pass,
);

/** In this order: one that failed is not merely awaited. */
const bootIsReady: readonly ServerGate[] = [
  gate(
    'BootConfigurationFailed',
    'the boot configuration did not fail',
    ({ boot }) => boot?.status?.state !== 'Error',
    ({ boot }) => `Boot configuration ${boot?.metadata.name} failed; the boot operator says why`,
    deleteBoot,
  ),
  gate(
    'WaitingForBootConfiguration',
    'the boot operator has prepared it',
    ({ boot }) => boot?.status?.state === 'Ready',
    ({ boot }) => `boot configuration ${boot?.metadata.name} is ${boot?.status?.state ?? 'not looked at yet'}`,
    awaitBoot,
  ),
];

/** What a state waits for, in the order of the answer. A state without gates waits for nothing. */
export const serverGates: Readonly<Record<ServerState, GateList<ServerFacts>>> = {
  Initial: gates<ServerFacts>()([
    gate(
      'WaitingForFirstPowerOff',
      'the machine is off, or may be switched off',
      ({ powerState, enforceFirstBoot }) => powerState === 'Off' || enforceFirstBoot,
      ({ powerState, server }) =>
        `The machine is ${powerState ?? 'in an unknown power state'}; discovery starts when it is off (metalctl power off ${server.metadata.name} --direct, or --enforce-first-boot)`,
      (facts) => `metalctl power off ${nameOf(facts)} --direct`,
    ),
    registry,
  ]),
  Discovery: gates<ServerFacts>()([
    registry,
    bootExists,
    ...bootIsReady,
    gate(
      'WaitingForProbe',
      'the machine has reported',
      ({ hasReported }) => hasReported,
      () => 'the probe has not reported yet',
      (facts) => `metalctl wait server ${nameOf(facts)} --for condition=Discovered`,
    ),
    isOff,
  ]),
  Available: gates<ServerFacts>()([isOff]),
  Reserved: gates<ServerFacts>()([
    gate(
      'Releasing',
      'the claim that holds it exists',
      ({ claim }) => claim !== undefined,
      ({ powerState }) => `its claim is gone; it is let go once it is off (now ${powerState ?? 'unknown'})`,
      (facts) => annotate(facts, `${annotations.operation}=${operations.forceOffServer} --overwrite`),
    ),
    bootExists,
    gate(
      'WaitingForBootConfiguration',
      "the boot configuration is the claim's",
      ({ boot, claim }) => boot !== undefined && claim !== undefined && isOwnedBy(boot, claim),
      ({ boot }) => `boot configuration ${boot?.metadata.name} belongs to somebody else`,
      pass,
    ),
    ...bootIsReady,
    gate(
      'WaitingForPower',
      'power is as the claim wants it',
      ({ claim, powerState }) => {
        const wanted = claim && wantedPower(claim);
        return wanted === undefined || wanted === powerState;
      },
      ({ claim, powerState }) => `the claim wants ${claim?.spec?.power}, the machine is ${powerState ?? 'unknown'}`,
      pass,
    ),
  ]),
  Released: gates<ServerFacts>()([
    isOff,
    gate(
      'Retained',
      'nothing names the former claim',
      ({ server }) => server.spec?.serverClaimRef === undefined,
      ({ server }) => `Retained after its claim; metalctl release --finish ${server.metadata.name} offers it again`,
      (facts) => `metalctl release --finish ${nameOf(facts)}`,
    ),
  ]),
  Parked: gates<ServerFacts>()([
    gate(
      'Parked',
      'it is not parked',
      ({ server }) => server.metadata.annotations?.[annotations.parked] === undefined,
      () => 'Parked: reconciliation stands down',
      (facts) => `metalctl unpark ${nameOf(facts)}`,
    ),
  ]),
  Maintenance: gates<ServerFacts>()([
    gate(
      'InMaintenance',
      'no maintenance holds it',
      ({ server }) => server.spec?.serverMaintenanceRef === undefined,
      ({ server }) => {
        const ref = server.spec?.serverMaintenanceRef;
        return `maintenance ${ref?.namespace}/${ref?.name} holds it; without spec.serverMaintenanceRef it is let go`;
      },
      edit,
    ),
  ]),
  Error: gates<ServerFacts>()([
    gate(
      'NeedsAttention',
      'it has not failed',
      () => false,
      ({ server }) => failureSentence(server),
      (facts) => annotate(facts, `${annotations.operation}=${operations.retry} --overwrite`),
    ),
  ]),
};

const failureSentence = (server: ServerFacts['server']): string =>
  server.status?.conditions?.find(({ type }) => type === 'Ready')?.message ?? 'it failed; nothing says why';
