/**
 * What holds a ServerClaim back, phase by phase: ordered, as data. The phases ask for the first shut gate; `metalctl why`
 * evaluates the list of the phase and prints the remedy of the first that is shut.
 */
import {
  annotations,
  operations,
  Server,
  ServerBootConfiguration,
  type ServerClaim,
} from '../../api/metal/v1alpha1/index.js';
import type { Reads } from '../reads.js';
import { type Gate, type GateList, gate, gates } from '../runtime/gates.js';
import { claimable } from '../server/gates.js';
import { isOurs } from './reader.js';
import { isWanted } from './selection.js';

export interface ClaimFacts {
  readonly claim: ServerClaim;
  /** The server that names this claim, or the one it names; undefined while there is neither. */
  readonly server: Server | undefined;
  /** Whether that server is bound to this very claim, and to no earlier one of its name. */
  readonly isBound: boolean;
  /** The boot configuration of the claim's name, whoever owns it. */
  readonly boot: ServerBootConfiguration | undefined;
  /** How many servers there are. */
  readonly total: number;
  /** Servers that are what the claim asks for, by name. Searched once, when asked for. */
  readonly candidates: () => readonly Server[];
}

/** The facts of a claim, from the cache. */
export function claimFactsOf({
  claim,
  read,
}: {
  claim: ServerClaim;
  read: Pick<Reads, 'get' | 'list' | 'by'>;
}): ClaimFacts {
  const { namespace = '', name } = claim.metadata;
  const naming = read.by(Server, 'claim', `${namespace}/${name}`)[0];
  const named =
    claim.status?.phase === 'Bound' ? read.get(Server, { name: claim.spec?.serverRef?.name ?? '' }) : undefined;
  const server = naming ?? named;
  let found: readonly Server[] | undefined;
  return {
    claim,
    server,
    isBound: server !== undefined && isOurs(server, claim),
    boot: read.get(ServerBootConfiguration, { namespace, name }),
    total: read.list(Server).length,
    candidates: () => {
      found ??= read
        .list(Server)
        .filter((candidate) => isWanted(candidate, claim))
        .sort(byName);
      return found;
    },
  };
}

const byName = (a: Server, b: Server): number => (a.metadata.name < b.metadata.name ? -1 : 1);

/** The candidates nothing speaks against, by name. */
export const freeOf = ({ claim, candidates }: ClaimFacts): readonly Server[] =>
  candidates().filter((server) => claimable.firstShut({ server, claim }) === undefined);

const nameOf = ({ server }: ClaimFacts): string => server?.metadata.name ?? '';
const whyServer = (facts: ClaimFacts): string => `metalctl why server ${nameOf(facts)}`;
/** Its wishes cannot be changed: another claim has others. */
const release = ({ claim }: ClaimFacts): string =>
  `metalctl release ${claim.metadata.name} -n ${claim.metadata.namespace}`;

const ignored: Gate<ClaimFacts> = gate(
  'Ignored',
  'reconciliation is switched on',
  ({ claim }) => claim.metadata.annotations?.[annotations.operation] !== operations.ignore,
  () => 'reconciliation is switched off by annotation',
  ({ claim }) =>
    `metalctl annotate serverclaim ${claim.metadata.name} -n ${claim.metadata.namespace} ${annotations.operation}-`,
);

/** Parked, or asked to be: the claim stands down, as upstream has it. */
const parked: Gate<ClaimFacts> = gate(
  'ServerParked',
  'its server is not parked',
  ({ server }) => {
    const marks = server?.metadata.annotations;
    return marks?.[annotations.parked] === undefined && marks?.[annotations.operation] !== operations.park;
  },
  (facts) => `server ${nameOf(facts)} is parked`,
  (facts) => `metalctl unpark ${nameOf(facts)}`,
);

const ownBoot: Gate<ClaimFacts> = gate(
  'BootConfigurationTaken',
  'no boot configuration of its name belongs to somebody else',
  ({ boot, claim }) =>
    boot === undefined ||
    boot.metadata.ownerReferences?.find(({ controller }) => controller)?.uid === claim.metadata.uid,
  ({ boot }) => `serverbootconfiguration ${boot?.metadata.name} exists and is not this claim's; nothing is adopted`,
  ({ boot }) => `metalctl delete serverbootconfiguration ${boot?.metadata.name} -n ${boot?.metadata.namespace}`,
);

/** What a claim waits for, in the order of the answer. */
export const serverClaimGates: Readonly<Record<'Unbound' | 'Bound', GateList<ClaimFacts>>> = {
  Unbound: gates<ClaimFacts>()([
    ignored,
    gate(
      'ServerStillReleasing',
      'no server is left from an earlier claim of this name',
      ({ server, isBound }) => server === undefined || isBound,
      (facts) => `server ${nameOf(facts)} is still being released from an earlier claim of this name`,
      whyServer,
    ),
    gate(
      'NoServerMatches',
      'some server is what it asks for',
      ({ server, candidates }) => server !== undefined || candidates().length > 0,
      ({ total }) => `none of ${total} servers is what the claim asks for`,
      release,
    ),
    // Its way out is that of the nearest miss, which `metalctl why` finds: here every visit would look for it.
    gate(
      'NoServerAvailable',
      'one of them is free',
      (facts) => facts.server !== undefined || freeOf(facts).length > 0,
      ({ claim, candidates }) => {
        const shut = candidates().map((server) => claimable.firstShut({ server, claim })?.because);
        const reasons = [...new Set(shut)].slice(0, 3).join('; ');
        return `none of ${candidates().length} matching servers is free: ${reasons}`;
      },
    ),
    gate(
      'ServerReferenceMismatch',
      'the server it names is the one that names it',
      ({ server, claim }) => {
        const chosen = claim.spec?.serverRef?.name;
        return server === undefined || !chosen || chosen === server.metadata.name;
      },
      (facts) =>
        `the claim names server ${facts.claim.spec?.serverRef?.name}, but ${nameOf(facts)} names the claim in spec.serverClaimRef`,
      (facts) => `metalctl edit server ${nameOf(facts)}`,
    ),
    parked,
    gate(
      'WaitingForReservation',
      'its server is Reserved',
      ({ server }) => server === undefined || server.status?.state === 'Reserved',
      (facts) => `server ${nameOf(facts)} is not Reserved yet`,
      () => 'metalctl reconcile --once --settle',
    ),
    ownBoot,
  ]),
  Bound: gates<ClaimFacts>()([
    ignored,
    gate(
      'ServerLost',
      'its server is there and serves it',
      ({ isBound }) => isBound,
      ({ claim }) => `server ${claim.spec?.serverRef?.name ?? ''} is gone or serves another claim`,
      release,
    ),
    parked,
    gate(
      'ServerInMaintenance',
      'its server is not in maintenance',
      ({ server }) => server?.status?.state !== 'Maintenance',
      (facts) => `server ${nameOf(facts)} is in maintenance`,
      whyServer,
    ),
    gate(
      'ServerNotReserved',
      'its server is Reserved',
      ({ server }) => server?.status?.state === 'Reserved',
      (facts) => `server ${nameOf(facts)} is ${facts.server?.status?.state ?? 'without state'}`,
      whyServer,
    ),
    ownBoot,
  ]),
};
