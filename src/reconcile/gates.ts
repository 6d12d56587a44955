/** Every list of gates there is, by the kind and the state it holds back: for pages, and for tests that miss none. */
import { bmcGates } from './bmc/gates.js';
import { userGates, userProgress } from './bmcuser/gates.js';
import { endpointGates } from './endpoint/gates.js';
import type { GateList } from './runtime/gates.js';
import { claimable, everyState, serverGates } from './server/gates.js';
import { bootGates } from './serverbootconfiguration/gates.js';
import { serverClaimGates } from './serverclaim/gates.js';

export interface DeclaredGates {
  readonly kind: string;
  /** When they count: a state, or in words; undefined for a kind without states. */
  readonly when?: string;
  // The input differs from kind to kind; who only reads names and phrases does not need it.
  readonly list: GateList<never>;
}

const byState = (kind: string, lists: Readonly<Record<string, GateList<never>>>): DeclaredGates[] =>
  Object.entries(lists).map(([when, list]) => ({ kind, when, list }));

export const declaredGates: readonly DeclaredGates[] = [
  { kind: 'Server', when: 'before it takes a claim', list: claimable },
  { kind: 'Server', when: 'any state', list: everyState },
  ...byState('Server', serverGates),
  ...byState('ServerClaim', serverClaimGates),
  { kind: 'BMC', list: bmcGates },
  { kind: 'BMCUser', when: 'before anything is done', list: userGates },
  { kind: 'BMCUser', when: 'before it is as it should be', list: userProgress },
  { kind: 'Endpoint', list: endpointGates },
  { kind: 'ServerBootConfiguration', list: bootGates },
];
