/** The chassis a system is in. */
import type { SystemUri } from '../../ports/bmc.js';
import type { JsonObject } from '../transport/json.js';
import type { Reach } from './reach.js';

/** Those the system links, in its order; none where it links none. */
export async function chassisOf({ resources, links }: Reach, uri: SystemUri): Promise<JsonObject[]> {
  return resources.resolved((await links(uri)).Links?.Chassis ?? [], { tolerant: true });
}
