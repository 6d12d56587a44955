/**
 * The agent a booted machine runs to report what it is: `metalctl probe`. It reads `/sys`, `/proc` and udev's database,
 * asks `lldpctl` and `ethtool` where there are any, and posts upstream's wire format to the registry. It changes nothing on the
 * machine and needs no privilege; without root, serial numbers, the UUID and the memory modules stay unknown.
 */
export { type AgentOptions, runAgent } from './agent.js';
export { collect, type Hardware } from './collect.js';
export { ethtool } from './ethtool.js';
export { readLldp } from './lldpctl.js';
export { postReport } from './post.js';
export { rootAt } from './root.js';
export type { MachineReport, Registration } from './wire.js';
