/**
 * Initial: learn what the machine is and prepare its discovery boot.
 * Reads   the machine and its inventory, the registry's address, the discovery Secret.
 * Asks    boot configuration and ignition Secret of the discovery; power off only with `enforceFirstBoot`.
 * Leaves  Discovery when both are in place.
 * Source  upstream §8.5; corrections of §15: a running machine is named, not looped over; nothing is made twice.
 */
import { Secret } from '../../api/kubernetes.js';
import { ownAnnotations, ServerBootConfiguration } from '../../api/metal/v1alpha1/index.js';
import { apply, type Effect, patchSelf } from '../effects.js';
import { type Decision, go, rest, stay } from '../runtime/decision.js';
import {
  accountKey,
  accountOf,
  accountSecret,
  type DiscoveryAccount,
  discoveryBootConfiguration,
  discoverySecret,
  newAccount,
  secretMatches,
} from './discovery-boot.js';
import { factsOf } from './facts.js';
import { type InventoryReading, readInventory } from './inventory.js';
import { powerSettled, stayForPower, steer } from './power.js';
import {
  bootConfigurationOf,
  isInternal,
  type Machine,
  observed,
  powerOf,
  readMachine,
  type ServerInput,
} from './reader.js';
import { serverGates } from './state-gates.js';
import { systemStatus } from './status.js';

export async function initialise(input: ServerInput): Promise<Decision<'Discovery'>> {
  const machine = await readMachine(input);
  const running = mustNotRun(machine, input);
  if (running !== undefined) return running;

  const learned = await learn(machine, input);
  const registry = input.read.probes.baseUrl();
  const shut = serverGates.Initial.firstShut(
    factsOf(input, { ...powerOf(machine), hasRegistry: registry !== undefined }),
  );
  if (shut !== undefined || registry === undefined) {
    const { reason = 'NoRegistry', because: message = 'No registry is served' } = shut ?? {};
    return stay(reason, { ...learned, message, needsPerson: reason === 'NoRegistry' });
  }

  const wanted = discoveryBootConfiguration(input.server, input.settings);
  const boot = input.read.get(ServerBootConfiguration, wanted.metadata);
  if (boot === undefined || boot.metadata.deletionTimestamp !== undefined) {
    return stay('PreparingBoot', {
      ...learned,
      effects: [apply(ServerBootConfiguration, wanted)],
      recheckMs: 1_000,
    });
  }
  return enterDiscovery(input, boot, registry, learned);
}

/** A machine that runs is never switched off without being asked. */
function mustNotRun(machine: Machine, input: ServerInput): Decision<never> | undefined {
  if (machine.system.powerState === 'Off') return undefined;
  const status = { ...systemStatus(machine.system), ...observed(machine) };
  if (input.settings.enforceFirstBoot) {
    const step = steer('Off', machine, input);
    return step.is === 'reached' ? undefined : stayForPower(step, input, { status });
  }
  const shut = serverGates.Initial.firstShut(factsOf(input, powerOf(machine)));
  if (shut === undefined) return undefined;
  const { because: message = shut.must } = shut;
  return rest(shut.reason, { message, status, needsPerson: true, recheckMs: input.settings.serverResyncMs });
}

async function learn(machine: Machine, input: ServerInput): Promise<InventoryReading> {
  const basics = { ...systemStatus(machine.system), ...observed(machine) };
  if (hasInventory(input)) return { status: basics, conditions: [] };
  const { status, conditions } = await readInventory(machine, input);
  return { status: { ...basics, ...status }, conditions };
}

/** Read once per discovery: a second visit in Initial within the same entry does not walk the tree again. */
function hasInventory({ server }: ServerInput): boolean {
  return server.status?.processors !== undefined && server.status.storages !== undefined;
}

async function enterDiscovery(
  input: ServerInput,
  boot: ServerBootConfiguration,
  registry: string,
  learned: InventoryReading,
): Promise<Decision<'Discovery'>> {
  const { ids, read } = input;
  const present = await read.fresh(Secret, boot.metadata);
  const recorded = accountOf(await read.fresh(Secret, accountKey(boot)));
  const hash = boot.metadata.annotations?.[ownAnnotations.probeTokenHash];
  const key = { namespace: boot.metadata.namespace ?? '', name: boot.metadata.name };
  return go('Discovery', 'BootPrepared', {
    status: learned.status,
    effects: [
      ...(recorded !== undefined && secretMatches(present, registry, hash, ids)
        ? []
        : issue(input, boot, registry, recorded)),
      ...formerDiscovery(input, boot),
      patchSelf({ spec: { bootConfigurationRef: key } }),
    ],
    conditions: [
      ...learned.conditions,
      { type: 'Discovered', status: 'False', reason: 'BootPrepared', message: 'Discovery has begun', restart: true },
      ...powerSettled,
    ],
  });
}

/**
 * Another operator names its discovery boots otherwise: two boot configurations of one machine would have a boot
 * operator serve either.
 */
function formerDiscovery(input: ServerInput, { metadata }: ServerBootConfiguration): Effect[] {
  const former = bootConfigurationOf(input);
  if (former === undefined || !isInternal(former) || former.metadata.uid === metadata.uid) return [];
  const { name, namespace = '', uid = '' } = former.metadata;
  return [{ do: 'delete', kind: ServerBootConfiguration, key: { namespace, name }, uid }];
}

/** A new token, and the account that is there or a new one. */
function issue(
  input: ServerInput,
  boot: ServerBootConfiguration,
  registry: string,
  recorded: DiscoveryAccount | undefined,
): Effect[] {
  const { ids } = input;
  const token = ids.token();
  const account = recorded ?? newAccount(ids);
  const { namespace = '', name } = boot.metadata;
  const annotations = {
    [ownAnnotations.probeTokenHash]: ids.hash(token),
    [ownAnnotations.probeRegistry]: registry,
  };
  return [
    ...(recorded === undefined ? [apply(Secret, accountSecret(boot, account))] : []),
    apply(Secret, discoverySecret(input, boot, { registry, token }, account)),
    {
      do: 'patch',
      kind: ServerBootConfiguration,
      key: { namespace, name },
      patch: { metadata: { annotations } },
    },
  ];
}
