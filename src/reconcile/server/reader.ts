/** The narrow reads a Server's phases need, and the facts they share. */
import {
  annotations,
  internalType,
  ownAnnotations,
  type Server,
  ServerBootConfiguration,
  ServerClaim,
} from '../../api/metal/v1alpha1/index.js';
import { PermanentError } from '../../errors/classes.js';
import { type BmcAccess, type SystemInfo, type SystemUri, systemUri } from '../../ports/bmc.js';
import { accessToServer } from '../access.js';
import type { Visit } from '../reads.js';
import { intentOf } from './intent.js';

export interface ServerInput extends Visit {
  readonly server: Server;
}

/** A machine that answered: how to reach it and what it said. */
export interface Machine {
  readonly access: BmcAccess;
  readonly uri: SystemUri;
  readonly system: SystemInfo;
}

/**
 * How old a remembered state may be. The client forgets what it knew after each of our own writes; while a power change
 * is under way the state must be news, otherwise visits that follow each other share one read.
 */
const maxAgeMs = ({ server }: ServerInput): number => (intentOf(server) === undefined ? 5_000 : 500);

/**
 * Reads the machine and makes sure it is the one this object stands for.
 * @throws PermanentError IDENTITY_CHANGED when another machine answers; every failure of access and BMC
 */
export async function readMachine(input: ServerInput, ageMs = maxAgeMs(input)): Promise<Machine> {
  const { server, ...visit } = input;
  const access = accessToServer(server, visit);
  const bmc = visit.read.bmc(access);
  const known = server.spec?.systemURI;
  const system = known ? await bmc.system(systemUri(known), ageMs) : await findSystem(server, await bmc.systems(5_000));
  const wanted = server.spec?.systemUUID.toLowerCase();
  if (system.uuid !== undefined && system.uuid !== wanted) {
    throw new PermanentError('IDENTITY_CHANGED', `another machine answers for server/${server.metadata.name}`, {
      why: `system UUID is ${system.uuid}, expected ${wanted}`,
    });
  }
  return { access, uri: system.uri, system };
}

function findSystem(server: Server, systems: readonly SystemInfo[]): SystemInfo {
  const wanted = server.spec?.systemUUID.toLowerCase();
  const found = systems.find((system) => system.uuid === wanted);
  if (found !== undefined) return found;
  throw new PermanentError('IDENTITY_CHANGED', `the BMC has no system with UUID ${wanted}`);
}

/** What every visit refreshes: power and LED as the BMC reports them. */
export const observed = ({ system }: Machine): Record<string, unknown> => ({
  powerState: system.powerState ?? null,
  indicatorLED: system.indicatorLED ?? null,
});

/** The boot configuration in force, if its object exists. */
export function bootConfigurationOf({ server, read }: ServerInput): ServerBootConfiguration | undefined {
  const ref = server.spec?.bootConfigurationRef;
  return ref && read.get(ServerBootConfiguration, { namespace: ref.namespace, name: ref.name });
}

export const isInternal = (boot: ServerBootConfiguration): boolean =>
  boot.metadata.annotations?.[annotations.type] === internalType;

/**
 * The claim that holds this server, read from the API itself: releasing a machine is not undone.
 * A claim of the same name with another UID is somebody else's.
 */
export async function holdingClaim({ server, read }: ServerInput): Promise<ServerClaim | undefined> {
  const ref = server.spec?.serverClaimRef;
  if (ref === undefined) return undefined;
  const key = { namespace: ref.namespace, name: ref.name };
  const claim = read.get(ServerClaim, key) ?? (await read.fresh(ServerClaim, key));
  const uid = server.metadata.annotations?.[ownAnnotations.claimUID];
  return claim !== undefined && (uid === undefined || uid === claim.metadata.uid) ? claim : undefined;
}
