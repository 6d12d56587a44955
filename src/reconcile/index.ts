/**
 * The operator as a library: its reconcilers in the order a pass visits them, the one-shot runner, and what they need.
 * Nothing here does I/O; ports are handed in.
 */
import { bmcRegistration } from './bmc/machine.js';
import { bmcUserRegistration } from './bmcuser/machine.js';
import { endpointRegistration } from './endpoint/machine.js';
import type { AnyRegistration } from './runtime/registration.js';
import { serverMachine, serverRegistration } from './server/machine.js';
import { serverBootConfigurationRegistration } from './serverbootconfiguration/machine.js';
import { serverClaimMachine, serverClaimRegistration } from './serverclaim/machine.js';
import { serverReadinessRuleRegistration } from './serverreadinessrule/machine.js';

/** Every reconciler, in kind order. The order only saves rounds; any order reaches the same end. */
export const reconcilers: readonly AnyRegistration[] = [
  endpointRegistration,
  bmcRegistration,
  bmcUserRegistration,
  serverRegistration,
  serverBootConfigurationRegistration,
  serverClaimRegistration,
  serverReadinessRuleRegistration,
];

export type { DnsRecordTemplate } from './bmc/dns-template.js';
export { defaultSettings, type IdSource, type MacPrefix, type Reads, type Settings } from './reads.js';
export type { Decision } from './runtime/decision.js';
export { type LoopOptions, reconcileLoop, reconcileUntil } from './runtime/loop.js';
export { ObjectLeases, serverLease } from './runtime/object-leases.js';
export { type OnceOptions, type OnceResult, reconcileOnce } from './runtime/once.js';
export type { ObjectReport, ReconcileReport } from './runtime/report.js';
export { Runner, type RunnerOptions, type RunnerPorts } from './runtime/runner.js';
export { probeIgnition, renderIgnition, sampleBoot } from './server/discovery-ignition.js';
export { claimable } from './server/gates.js';
export { inShard, registrationsIn, type Shard, shardOf } from './shard.js';

/** The states of the kinds that have them, and where each may lead: for those who explain them. */
export const stateTables: readonly {
  readonly kind: string;
  readonly table: Readonly<Record<string, { readonly to: readonly string[] }>>;
  /** What may happen in any state. */
  readonly interrupts: readonly { readonly to: readonly string[] }[];
}[] = [
  { kind: 'Server', table: serverMachine.table, interrupts: serverMachine.interrupts },
  { kind: 'ServerClaim', table: serverClaimMachine.table, interrupts: serverClaimMachine.interrupts },
];
