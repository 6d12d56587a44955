/** What capabilities share with the client they belong to: its resources, and where its systems and manager are. */
import type { SystemUri } from '../../ports/bmc.js';
import type { Resources } from '../resources.js';
import type { ComputerSystem } from '../schema/computer-system.js';
import type { JsonObject } from '../transport/json.js';
import type { Path } from '../transport/link.js';

export interface Reach {
  readonly resources: Resources;
  /** The manager chosen for this BMC; `maxAgeMs` accepts a remembered answer that young. */
  managerResource(maxAgeMs?: number): Promise<{ readonly path: Path; readonly json: JsonObject }>;
  /** A system for its links, which are remembered for as long as hardware stays the same. */
  links(uri: SystemUri): Promise<ComputerSystem>;
  /** Runs a change of a system; what is remembered about systems is forgotten. */
  changing<T>(uri: SystemUri, change: (path: Path) => Promise<T>): Promise<T>;
}
