/** The chassis a system is in. */
import type { SystemUri } from '../../ports/bmc.js';
import type { JsonObject } from '../transport/json.js';
import type { Reach } from './reach.js';

/** What a chassis leads to stays. */
const linksMs = 3_600_000;

/** Those the system links, in its order; none where it links none. */
export async function chassisOf({ resources, links }: Reach, uri: SystemUri): Promise<JsonObject[]> {
  return resources.resolved((await links(uri)).Links?.Chassis ?? [], { tolerant: true });
}

/** The same for what they link to: one read an hour will do. */
export async function chassisLinksOf({ resources, links }: Reach, uri: SystemUri): Promise<JsonObject[]> {
  return resources.resolved((await links(uri)).Links?.Chassis ?? [], { tolerant: true, maxAgeMs: linksMs });
}
