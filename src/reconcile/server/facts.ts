/**
 * What the gates of a Server judge: the object and everything that stands beside it, gathered without asking a BMC. A
 * phase adds what it has just read; `metalctl why` judges by what the cluster remembers.
 */
import { BMC, isBoundTo, Server, ServerBootConfiguration, ServerClaim } from '../../api/metal/v1alpha1/index.js';
import type { Reads, Settings } from '../reads.js';

export interface ServerFacts {
  readonly server: Server;
  /** The BMC object `bmcRef` names, if it exists. */
  readonly bmc: BMC | undefined;
  /** The claim that holds the server: same name and, where one is recorded, same UID. */
  readonly claim: ServerClaim | undefined;
  /** The boot configuration in force, if its object exists. */
  readonly boot: ServerBootConfiguration | undefined;
  /** Power as last read; undefined when nobody knows. */
  readonly powerState: string | undefined;
  /** False only where it is known that no registry is served. */
  readonly hasRegistry: boolean;
  /** Whether the machine has reported in this discovery. */
  readonly hasReported: boolean;
  /** Other Servers with the same system UUID. */
  readonly twins: readonly string[];
  /** Whether a machine found running may be switched off for its discovery. */
  readonly enforceFirstBoot: boolean;
}

/** What is needed to gather the facts: the cache, and one setting. */
export interface FactSources {
  readonly server: Server;
  readonly read: Pick<Reads, 'get' | 'by'>;
  readonly settings: Pick<Settings, 'enforceFirstBoot'>;
}

/** The facts the cluster remembers; `seen` are those a phase knows better. */
export function factsOf(sources: FactSources, seen: Partial<ServerFacts> = {}): ServerFacts {
  const { server, read, settings } = sources;
  return {
    server,
    bmc: read.get(BMC, { name: server.spec?.bmcRef?.name ?? '' }),
    claim: rememberedClaim(sources),
    boot: bootInForce(sources),
    powerState: server.status?.powerState,
    hasRegistry: true,
    hasReported: isTrue(server, 'Discovered'),
    twins: twinsOf(sources),
    enforceFirstBoot: settings.enforceFirstBoot,
    ...seen,
  };
}

/** Other Servers that stand for the same machine: neither is acted upon. */
export function twinsOf({ server, read }: Pick<FactSources, 'server' | 'read'>): string[] {
  const uuid = server.spec?.systemUUID?.toLowerCase() ?? '';
  if (uuid === '') return [];
  const all = read.by(Server, 'systemUUID', uuid).map(({ metadata }) => metadata.name);
  return all.filter((name) => name !== server.metadata.name).sort();
}

/** The boot configuration in force, if its object exists. */
export function bootInForce({
  server,
  read,
}: Pick<FactSources, 'server' | 'read'>): ServerBootConfiguration | undefined {
  const ref = server.spec?.bootConfigurationRef;
  return ref && read.get(ServerBootConfiguration, { namespace: ref.namespace, name: ref.name });
}

function rememberedClaim({ server, read }: FactSources): ServerClaim | undefined {
  const ref = server.spec?.serverClaimRef;
  const claim = ref && read.get(ServerClaim, { namespace: ref.namespace, name: ref.name });
  return claim !== undefined && isBoundTo(server, claim) ? claim : undefined;
}

/** Whether a boot configuration was made for this claim. */
export const isOwnedBy = (boot: ServerBootConfiguration, claim: ServerClaim): boolean =>
  boot.metadata.ownerReferences?.some(({ uid }) => uid === claim.metadata.uid) ?? false;

/** The power a claim (or the spec of a server in maintenance) asks for; anything but On and Off leaves it alone. */
export const wantedPower = ({
  spec,
}: {
  spec?: { power?: string | undefined } | undefined;
}): 'On' | 'Off' | undefined => (spec?.power === 'On' ? 'On' : spec?.power === 'Off' ? 'Off' : undefined);

const isTrue = (server: Server, type: string): boolean =>
  server.status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
