/**
 * From all servers to those a claim can have: labels, hardware, then the reconcilers' own gates. Counts each narrowing,
 * and keeps the nearest misses with their reasons. Pure.
 */
import type { Server } from '../../api/metal/v1alpha1/server.js';
import type { ServerClaim } from '../../api/metal/v1alpha1/serverclaim.js';
import type { GateLine } from '../../reconcile/runtime/gates.js';
import { claimable, isWanted } from '../../reconcile/server/gates.js';
import type { Requirement } from './requirements.js';

export interface FunnelStep {
  readonly count: number;
  /** `servers`, `match pool=general`, `have ≥ 64 cores`, `Available`. */
  readonly label: string;
}

/** A server that has what is asked for, and every gate with its answer. */
export interface Candidate {
  readonly server: Server;
  readonly gates: readonly GateLine[];
  readonly isFree: boolean;
}

export interface Funnel {
  readonly steps: readonly FunnelStep[];
  /** By name: servers that can be claimed now. */
  readonly free: readonly Candidate[];
  /** Servers that only the gates keep back, nearest first. */
  readonly misses: readonly Candidate[];
}

export interface Wish {
  readonly claim: Pick<ServerClaim, 'metadata' | 'spec'>;
  readonly requirements: readonly Requirement[];
  /** The selector as typed, for the label of its step. */
  readonly selector?: string;
}

/** Labels of the gates' steps, by reason: what the servers that are left are. */
const gateLabels: Readonly<Record<string, string>> = {
  BeingDeleted: 'not being deleted',
  HeldByOther: 'not held by another claim',
  Cordoned: 'not cordoned',
  NotAvailable: 'Available',
  PoweredOn: 'powered off',
  OperationPending: 'without a pending operation',
  Tainted: 'tolerated',
};

/** Narrows all servers down. Steps that drop nobody are left out, except the first. */
export function funnelOf(servers: readonly Server[], { claim, requirements, selector }: Wish): Funnel {
  const wanted = servers.filter((server) => isWanted(server, claim));
  const steps: FunnelStep[] = [{ count: servers.length, label: servers.length === 1 ? 'server' : 'servers' }];
  if (selector !== undefined) steps.push({ count: wanted.length, label: `match ${selector}` });
  const fit = requirements.reduce((left, { phrase, isMet }) => {
    const met = left.filter(isMet);
    steps.push({ count: met.length, label: phrase });
    return met;
  }, wanted);
  const candidates = fit.map((server) => candidateOf(server, claim));
  const free = candidates.filter(({ isFree }) => isFree).sort(byName);
  const misses = candidates.filter(({ isFree }) => !isFree).sort(nearest);
  return { steps: [...steps, ...gateSteps(candidates)], free, misses };
}

function candidateOf(server: Server, claim: Wish['claim']): Candidate {
  const lines = claimable.explain({ server, claim });
  return { server, gates: lines, isFree: lines.every(({ isOpen }) => isOpen) };
}

function gateSteps(candidates: readonly Candidate[]): FunnelStep[] {
  let left = candidates;
  return claimable.gates.flatMap(({ reason, must }) => {
    const passed = left.filter(({ gates }) => gates.find((line) => line.reason === reason)?.isOpen);
    const drops = passed.length < left.length;
    left = passed;
    return drops ? [{ count: passed.length, label: gateLabels[reason] ?? must }] : [];
  });
}

const shutCount = ({ gates }: Candidate): number => gates.filter(({ isOpen }) => !isOpen).length;
const byName = (a: Candidate, b: Candidate): number => (a.server.metadata.name < b.server.metadata.name ? -1 : 1);
const nearest = (a: Candidate, b: Candidate): number => shutCount(a) - shutCount(b) || byName(a, b);

/** `412 servers → 38 match pool=general → 0 tolerated` */
export const funnelText = ({ steps }: Funnel): string =>
  steps.map(({ count, label }) => `${count} ${label}`).join(' → ');

/** Why a candidate cannot be had: what its shut gates say. */
export const reasonsOf = ({ gates }: Candidate): string => gates.flatMap(({ because }) => because ?? []).join('; ');

/** `node044 (powered on; …)`, nearest first. */
export const missesText = ({ misses }: Funnel, limit: number): string[] =>
  misses.slice(0, limit).map((miss) => `${miss.server.metadata.name} (${reasonsOf(miss)})`);
