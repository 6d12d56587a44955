/**
 * `POST /bootstate`: an operating system says that it is up. The boot configuration its Server is booted with gets the
 * condition BootStateReceived; nothing else follows from it.
 * *Source*: upstream's registry, its answers word by word. During maintenance the maintenance's boot configuration
 * counts, which upstream does not look at.
 */
import type { Condition } from '../../api/kubernetes.js';
import { conditionTypes, Server, ServerBootConfiguration } from '../../api/metal/v1alpha1/index.js';
import { isMetalError } from '../../errors/classes.js';
import type { Clock } from '../../ports/clock.js';
import type { Cluster } from '../../ports/cluster.js';
import type { Events } from '../../ports/events.js';
import { namesOf, parseGoJson } from '../go-json.js';
import { fieldsOf } from '../http.js';

export interface BootStatePorts {
  readonly cluster: Cluster;
  readonly events: Events;
  readonly clock: Clock;
}

/** What to answer. */
export interface Answer {
  readonly status: number;
  readonly text?: string;
}

const attempts = 3;
const names = namesOf(['systemUUID', 'booted']);
const type = conditionTypes.bootStateReceived;

/** The message, or what is wrong with it. */
export function parseBootState(body: string): { systemUUID: string; booted: boolean } | { problem: string } {
  try {
    const { systemUUID, booted } = fieldsOf(parseGoJson(body, names));
    if (typeof systemUUID !== 'string' || systemUUID === '') return { problem: 'systemUUID is empty' };
    if (booted !== undefined && booted !== null && typeof booted !== 'boolean')
      return { problem: 'booted is not a boolean' };
    return { systemUUID, booted: booted === true };
  } catch {
    return { problem: 'the body is not JSON' };
  }
}

/** The API failed. Upstream's sentence without the reason: that is for the log, not for the boot network. */
export class BootStateFailure extends Error {}

const orSay = <T>(text: string, work: Promise<T>): Promise<T> =>
  work.catch((cause: unknown) => {
    throw new BootStateFailure(text, { cause });
  });

/** Records that the machine is up. @throws BootStateFailure */
export async function recordBoot(ports: BootStatePorts, systemUUID: string): Promise<Answer> {
  const listing = `Failed to list servers for system UUID ${systemUUID}`;
  const server = await orSay(listing, serverOf(ports.cluster, systemUUID));
  if (server === undefined) return { status: 404, text: `No servers found for system UUID ${systemUUID}` };
  if (refsOf(server).length === 0) {
    return {
      status: 404,
      text: `Servers for system UUID ${systemUUID} does not reference a ServerBootConfiguration`,
    };
  }
  const boot = await bootOf(ports.cluster, server);
  if (boot === undefined) return { status: 404, text: `No ServerBootConfig found for system UUID ${systemUUID}` };
  await orSay(`Failed to update boot state for ServerBootConfig ${boot.metadata.name}`, setCondition(ports, boot));
  const note = `The operating system of ${boot.metadata.name} says that it is up`;
  ports.events.emit(server, { type: 'Normal', reason: type, action: 'Boot', note });
  return { status: 200 };
}

/** The only Server with this UUID; two of them are none. */
async function serverOf(cluster: Cluster, systemUUID: string): Promise<Server | undefined> {
  const wanted = systemUUID.toLowerCase();
  const { items } = await cluster.list(Server, { resourceVersion: '0' });
  const found = items.filter(({ spec }) => spec?.systemUUID?.toLowerCase() === wanted);
  return found.length === 1 ? found[0] : undefined;
}

type Ref = { readonly namespace?: string | undefined; readonly name?: string | undefined };

function refsOf({ spec, status }: Server): readonly Ref[] {
  const refs = [
    status?.state === 'Maintenance' ? spec?.maintenanceBootConfigurationRef : undefined,
    spec?.bootConfigurationRef,
  ];
  return refs.filter((ref): ref is NonNullable<typeof ref> => ref?.name !== undefined);
}

async function bootOf(cluster: Cluster, server: Server): Promise<ServerBootConfiguration | undefined> {
  for (const { namespace, name = '' } of refsOf(server)) {
    const boot = await cluster.get(ServerBootConfiguration, {
      ...(namespace === undefined ? {} : { namespace }),
      name,
    });
    if (boot !== undefined) return boot;
  }
  return undefined;
}

/** The list is patched whole, so it is written on the version it was read from. @throws MetalError */
async function setCondition({ cluster, clock }: BootStatePorts, found: ServerBootConfiguration): Promise<void> {
  const { namespace, name } = found.metadata;
  const key = { ...(namespace === undefined ? {} : { namespace }), name };
  let boot: ServerBootConfiguration | undefined = found;
  for (let attempt = 1; boot !== undefined; attempt += 1) {
    const conditions = withBootState(
      (boot.status?.conditions ?? []) as Condition[],
      boot.metadata.generation,
      clock.now(),
    );
    const patch = { metadata: { resourceVersion: boot.metadata.resourceVersion }, status: { conditions } };
    try {
      await cluster.patch(ServerBootConfiguration, key, patch, 'merge', { subresource: 'status' });
      return;
    } catch (error) {
      if (attempt >= attempts || !isMetalError(error) || error.class !== 'conflict') throw error;
      boot = await cluster.get(ServerBootConfiguration, key);
    }
  }
}

function withBootState(conditions: readonly Condition[], generation: number | undefined, now: Date): Condition[] {
  const before = conditions.find((condition) => condition.type === type);
  const since = before?.status === 'True' ? before.lastTransitionTime : now.toISOString().replace(/\.\d+Z$/, 'Z');
  const after: Condition = {
    type,
    status: 'True',
    reason: type,
    message: 'Server successfully posted boot state',
    lastTransitionTime: since,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  };
  return [...conditions.filter((condition) => condition !== before), after];
}
