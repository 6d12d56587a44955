/**
 * Step 2: one Server per bootable system. A Server is found by its UUID; its name is given once, from a stable order.
 * Source  upstream §6.2 step 10; §15 and reliability rule 4: identity is never a list position.
 */
import { Taint } from '../../api/fields.js';
import { apiVersionOf } from '../../api/kind.js';
import { type BMC, finalizers, ownAnnotations, Server, serverNameOf } from '../../api/metal/v1alpha1/index.js';
import { effectivePatch } from '../../lib/merge-patch.js';
import type { SystemInfo } from '../../ports/bmc.js';
import { accessToBmc } from '../access.js';
import { create, type Effect, record, warn } from '../effects.js';
import { type Condition, conditionOf } from '../runtime/conditions.js';
import { type ConditionChange, type Decision, rest } from '../runtime/decision.js';
import { ownerOf } from '../server/discovery-boot.js';
import type { BmcInput } from './machine.js';

/** Systems seldom change: they are walked again when the manager did, after something was done to one, and once an hour. */
export async function adoptSystems(input: BmcInput): Promise<Decision | undefined> {
  const systems = await input.read.bmc(accessToBmc(input.bmc, input)).systems(input.settings.systemsMaxAgeMs);
  const hosts = [...systems].filter((system) => system.isBootable).sort((a, b) => (a.uri < b.uri ? -1 : 1));
  const effects = adopt(hosts, input);
  if (effects.length > 0) return rest('Connected', { message: 'BMC is connected', effects, recheckMs: 1 });
  return flag(hosts, input);
}

function adopt(hosts: readonly SystemInfo[], input: BmcInput): Effect[] {
  const taken = new Set(input.read.by(Server, 'bmc', input.bmc.metadata.name).map(({ metadata }) => metadata.name));
  return hosts.flatMap((system) => {
    if (system.uuid === undefined || doubt(system, hosts, input) !== undefined) return [];
    const present = input.read.by(Server, 'systemUUID', system.uuid)[0];
    if (present === undefined) return [record(create(Server, newServer(system, freeName(taken, input), input)))];
    return present.spec?.bmcRef?.name === input.bmc.metadata.name ? update(present, system, input.bmc) : [];
  });
}

/** Why a system is nobody's to act upon: its UUID is also that of another system, here or behind another BMC. */
function doubt(system: SystemInfo, hosts: readonly SystemInfo[], { bmc, read }: BmcInput): string | undefined {
  const twin = hosts.find(({ uri, uuid }) => uuid === system.uuid && uri !== system.uri);
  if (twin !== undefined) return `systems ${system.uri} and ${twin.uri} report the same UUID ${system.uuid}`;
  const present = read.by(Server, 'systemUUID', system.uuid ?? '')[0];
  const owner = present?.spec?.bmcRef?.name;
  if (present === undefined || owner === undefined || owner === bmc.metadata.name) return undefined;
  return `system ${system.uuid} of ${bmc.metadata.name} is already server ${present.metadata.name} of ${owner}`;
}

/** Doubtful systems are named in a condition, and announced once: an event per visit would be a loop without end. */
function flag(hosts: readonly SystemInfo[], input: BmcInput): Decision | undefined {
  const doubts = hosts.flatMap((system) => (system.uuid === undefined ? [] : (doubt(system, hosts, input) ?? [])));
  const message = doubts[0];
  if (message === undefined) return undefined;
  const before = conditionOf(input.bmc.status?.conditions as Condition[] | undefined, duplicateIdentity);
  const isKnown = before?.status === 'True' && before.message === message;
  return rest('Connected', {
    message: 'BMC is connected',
    effects: isKnown ? [] : [warn(duplicateIdentity, 'Discover', message)],
    conditions: [{ type: duplicateIdentity, status: 'True', reason: duplicateIdentity, message }],
    recheckMs: input.settings.bmcResyncMs,
  });
}

const duplicateIdentity = 'DuplicateIdentity';

/** Takes the flag back once every system is itself again. */
export const uniqueIdentity: ConditionChange = {
  type: duplicateIdentity,
  status: 'False',
  reason: 'IdentityUnique',
  message: 'Every system has a UUID of its own',
  onlyIfPresent: true,
};

/** `<bmc>-system-<n>` with the smallest n that no Server has. */
function freeName(taken: Set<string>, { bmc, read }: BmcInput): string {
  for (let index = 0; ; index += 1) {
    const name = serverNameOf(bmc.metadata.name, index);
    if (taken.has(name) || read.get(Server, { name }) !== undefined) continue;
    taken.add(name);
    return name;
  }
}

function newServer(system: SystemInfo, name: string, { bmc }: BmcInput): Server {
  const { isCordoned, taints } = startOf(bmc, system.powerState !== 'Off');
  return {
    apiVersion: apiVersionOf(Server),
    kind: Server.kind,
    metadata: {
      name,
      labels: { ...bmc.metadata.labels },
      ownerReferences: [ownerOf(bmc)],
      // Saves the first visit two writes; the Server's reconciler adds it wherever it is missing.
      finalizers: [finalizers.server],
    },
    spec: {
      systemUUID: system.uuid ?? '',
      systemURI: system.uri,
      bmcRef: { name: bmc.metadata.name },
      ...(isCordoned ? { unclaimable: true } : {}),
      ...(taints.length > 0 ? { taints } : {}),
    },
  };
}

/**
 * What keeps claims off from the first moment: it stands in the create itself, since a Server that is marked afterwards
 * may have been taken in between. Taints that cannot be read cordon: nobody gets what was to be kept from them.
 */
function startOf({ metadata }: BMC, isRunning: boolean): { isCordoned: boolean; taints: Taint[] } {
  const marks = metadata.annotations ?? {};
  const isAsked = marks[ownAnnotations.cordonServers] === 'true';
  const isLeft = isRunning && marks[ownAnnotations.cordonRunning] === 'true';
  const taints = taintsOf(marks[ownAnnotations.taintServers]);
  return { isCordoned: isAsked || isLeft || taints === undefined, taints: taints ?? [] };
}

function taintsOf(text: string | undefined): Taint[] | undefined {
  if (text === undefined) return [];
  try {
    const read: unknown = JSON.parse(text);
    return Array.isArray(read) ? read.map((each) => Taint.parse(each)) : undefined;
  } catch {
    return undefined;
  }
}

/** Labels of the BMC are merged onto its Servers; the URI follows a firmware update that moved it. */
function update(server: Server, system: SystemInfo, bmc: BMC): Effect[] {
  const labels = bmc.metadata.labels ?? {};
  const patch = { metadata: { labels }, spec: { systemURI: system.uri } };
  if (effectivePatch(server, patch) === undefined) return [];
  return [record({ do: 'patch', kind: Server, key: { name: server.metadata.name }, patch })];
}
