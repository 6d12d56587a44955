/** A machine that never ran, on a BMC that learns of its parts from the firmware: it tells nothing of itself until then. */
import type { JsonObject } from '../json.js';
import { root } from '../tree/builder.js';
import { typeOf } from '../tree/template.js';
import type { VirtualBmc } from '../virtual-bmc.js';

/** What the firmware collects at its start (iDRAC calls it CSIOR). */
const collected = /^(Processor|Memory|EthernetInterface)Collection$/;

/** The document as long as the machine behind it never started. */
export function asBlank(bmc: VirtualBmc, path: string, doc: JsonObject): JsonObject {
  if (!bmc.profile.quirks.isBlankBeforePost || !path.startsWith(`${root}/Systems/`)) return doc;
  const [machine] = bmc.machines;
  if (machine === undefined || machine.lastResetAt !== undefined || machine.power !== 'Off') return doc;
  if (!bmc.faults.isInForce(bmc, 'neverStarted')) return doc;
  const type = typeOf(doc);
  if (collected.test(type)) return { ...doc, Members: [], 'Members@odata.count': 0 };
  if (type !== 'ComputerSystem' || bmc.machineAt(path)?.isSettings !== false) return doc;
  return { ...doc, Manufacturer: '', Model: '', MemorySummary: { TotalSystemMemoryGiB: 0 } };
}
