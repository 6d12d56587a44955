/** The narrow reads a Server's phases need, and the facts they share. */
import {
  annotations,
  internalType,
  isBoundTo,
  type Server,
  type ServerBootConfiguration,
  ServerClaim,
} from '../../api/metal/v1alpha1/index.js';
import { type MetalError, PermanentError, TransientError } from '../../errors/classes.js';
import { effectivePatch } from '../../lib/merge-patch.js';
import { type BmcAccess, type SystemInfo, type SystemUri, systemUri } from '../../ports/bmc.js';
import { accessToServer } from '../access.js';
import type { Visit } from '../reads.js';
import type { Decision } from '../runtime/decision.js';
import type { GateLine } from '../runtime/gates.js';
import { bootInForce, factsOf } from './facts.js';
import { intentOf } from './intent.js';
import { everyState } from './state-gates.js';

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
 * Reads the machine, once the gates of every state are open, and makes sure it is the one this object stands for.
 * @throws PermanentError IDENTITY_CHANGED when another machine answers · SPEC_INVALID · REFERENCE_MISSING ·
 * DUPLICATE_IDENTITY · TransientError BMC_UNAVAILABLE; every failure of access and BMC
 */
export async function readMachine(input: ServerInput, ageMs = maxAgeMs(input), spareMs = 0): Promise<Machine> {
  const { server, ...visit } = input;
  const shut = everyState.firstShut(factsOf(input));
  if (shut !== undefined) throw refusalOf(shut, server);
  const access = accessToServer(server, visit);
  const bmc = visit.read.bmc(access);
  const known = server.spec?.systemURI;
  const system = known
    ? await bmc.system(systemUri(known), ageMs, spareMs)
    : await findSystem(server, await bmc.systems(5_000));
  const wanted = server.spec?.systemUUID.toLowerCase();
  if (system.uuid !== undefined && system.uuid !== wanted) {
    throw new PermanentError('IDENTITY_CHANGED', `another machine answers for server/${server.metadata.name}`, {
      why: `system UUID is ${system.uuid}, expected ${wanted}`,
    });
  }
  return { access, uri: system.uri, system };
}

/**
 * Decides about a machine that is probably at rest. Where its BMC was asked just now, what is remembered of the machine
 * is good enough to confirm that there is nothing to do; whatever else is decided, is decided on a read of its own.
 */
export async function atRest<D extends Decision<string>>(
  input: ServerInput,
  decide: (machine: Machine) => Promise<D>,
): Promise<D> {
  const spareMs = intentOf(input.server) === undefined ? input.settings.serverResyncMs : 0;
  const machine = await readMachine(input, maxAgeMs(input), spareMs);
  const decided = await decide(machine);
  if (!machine.system.isSpared || isQuiet(decided, input.server)) return decided;
  return decide(await readMachine(input));
}

const isQuiet = ({ next, effects, status }: Decision<string>, server: Server): boolean =>
  next === undefined && effects.length === 0 && effectivePatch(server.status ?? {}, status ?? {}) === undefined;

/** A shut gate as the error its visit ends with: who waits for a BMC tries again, the rest waits for a change. */
function refusalOf({ reason, because = '' }: GateLine, server: Server): MetalError {
  const what = `server/${server.metadata.name} is not acted upon`;
  if (reason === 'BMCUnavailable') return new TransientError('BMC_UNAVAILABLE', because);
  if (reason === 'ReferenceMissing') return new PermanentError('REFERENCE_MISSING', because);
  const code = reason === 'DuplicateIdentity' ? 'DUPLICATE_IDENTITY' : 'SPEC_INVALID';
  return new PermanentError(code, what, { why: because });
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

/** Power for the gates: what the BMC says now, not what was remembered. */
export const powerOf = ({ system }: Machine): { powerState: string | undefined } => ({ powerState: system.powerState });

/** The boot configuration in force, if its object exists. */
export const bootConfigurationOf = (input: ServerInput): ServerBootConfiguration | undefined => bootInForce(input);

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
  return claim !== undefined && isBoundTo(server, claim) ? claim : undefined;
}
