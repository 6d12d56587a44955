/**
 * The BMC emulator: Redfish services with machines behind them, on loopback addresses, in this process. Power takes
 * time, overrides are spent by a boot, sessions expire, vendors differ; a seed makes it all repeatable. It shares no
 * code with the Redfish client, so that it cannot share its mistakes.
 */
export type { EmulatorClock } from './clock.js';
export type { EmulatorControl } from './control.js';
export { type ControlPlane, type ControlPlaneOptions, startControlPlane } from './control-plane.js';
export { type ControlStep, readScenario, readStep, type Scenario } from './control-steps.js';
export {
  type EmulatedBmc,
  type Emulator,
  type EmulatorOptions,
  startEmulator,
} from './emulator.js';
export { namedFaults, presets, scenarioNamed } from './faults/presets.js';
export { readFault, readRule } from './faults/read-rule.js';
export type { FaultAction, FaultRule } from './faults/rules.js';
export type { ActionEntry, EmulatorLog, LoginCounts, RequestEntry } from './log.js';
export type { NetworkBootOffer } from './machine/types.js';
export { profiles } from './profiles/index.js';
export { type Replay, type ReplayOptions, serveRecording } from './replay/serve-recording.js';
export { type ServedTree, serveTree, type TreeOptions } from './serve-tree.js';
export { type ShardedEmulator, startShardedEmulator } from './shards/sharded.js';
