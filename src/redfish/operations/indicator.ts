/** Identify light: the old property where it lives, the new one otherwise, the chassis where the system has neither. */
import type { Indicator, IndicatorState } from '../../ports/bmc.js';
import type { Resources } from '../resources.js';
import { ComputerSystem } from '../schema/computer-system.js';
import { link } from '../schema/lenient.js';
import type { Resource } from '../service.js';
import type { JsonObject } from '../transport/json.js';
import type { Path } from '../transport/link.js';
import { patch } from './patch.js';
import type { Reach } from './reach.js';
import { unsupported } from './unsupported.js';

/** Lights of the systems of a BMC. */
export function indicatorOf({ resources, changing }: Reach): Indicator {
  return { setIndicator: (uri, to) => changing(uri, (path) => setIndicator(resources, path, to)) };
}

async function setIndicator(resources: Resources, path: Path, to: IndicatorState): Promise<void> {
  const system = await resources.get(path);
  if (await shine(resources, path, system, to)) return;
  for (const chassis of ComputerSystem.parse(system.json).Links?.Chassis ?? []) {
    const place = resources.service.path(link.parse(chassis));
    if (await shine(resources, place, await resources.get(place), to)) return;
  }
  throw unsupported(resources, 'setting the identify light', 'neither the system nor its chassis has one');
}

/** Whether this resource has a light; then it shows what it should. */
async function shine(resources: Resources, path: Path, { json, etag }: Resource, to: IndicatorState): Promise<boolean> {
  const body = changeOf(json, to);
  if (body === 'no light') return false;
  if (body === 'as wanted') return true;
  try {
    await patch(resources.service, path, body, etag);
  } finally {
    resources.forget(path);
  }
  return true;
}

/** IndicatorLED is deprecated but tells blinking from lit; LocationIndicatorActive is on or off. */
function changeOf(json: JsonObject, to: IndicatorState): JsonObject | 'no light' | 'as wanted' {
  if (typeof json.IndicatorLED === 'string') return json.IndicatorLED === to ? 'as wanted' : { IndicatorLED: to };
  if (typeof json.LocationIndicatorActive !== 'boolean') return 'no light';
  const active = to !== 'Off';
  return json.LocationIndicatorActive === active ? 'as wanted' : { LocationIndicatorActive: active };
}
