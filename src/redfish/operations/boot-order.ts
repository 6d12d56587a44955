/** Persistent boot order: read in whichever property the service orders by, written alone and where it is taken. */
import { ConflictError, isMetalError } from '../../errors/classes.js';
import type { BootOrder } from '../../ports/bmc.js';
import type { Resources } from '../resources.js';
import { ComputerSystem } from '../schema/computer-system.js';
import type { Path } from '../transport/link.js';
import { elsewhere, settingsFirst } from './boot-places.js';
import { patch } from './patch.js';
import type { Reach } from './reach.js';
import { unsupported } from './unsupported.js';

interface Order {
  readonly property: 'BootOrder' | 'AliasBootOrder';
  readonly references: readonly string[];
}

/** The order of a system. Services that order by device kind have AliasBootOrder alone (ComputerSystem v1_6_0). */
export function orderOf({ Boot }: ComputerSystem): Order | undefined {
  if (Boot?.BootOrder !== undefined) return { property: 'BootOrder', references: Boot.BootOrder.map(toReference) };
  if (Boot?.AliasBootOrder === undefined) return undefined;
  return { property: 'AliasBootOrder', references: Boot.AliasBootOrder.map(toReference) };
}

/** NVIDIA's newest write `Boot0019: Some Name`; what is compared and sent is the reference. */
const toReference = (entry: string): string => /^(Boot[0-9A-Fa-f]{4})\b/.exec(entry)?.[1] ?? entry;

/** Boot order of the systems of a BMC. */
export function bootOrderOf({ resources, changing }: Reach): BootOrder {
  return {
    bootOrder: (uri) => read(resources, resources.service.path(uri)),
    setBootOrder: (uri, order) => changing(uri, (path) => write(resources, path, order.map(toReference))),
  };
}

async function read(resources: Resources, path: Path): Promise<readonly string[]> {
  const order = orderOf(ComputerSystem.parse((await resources.get(path)).json));
  if (order === undefined) throw unsupported(resources, 'reading the boot order', 'the system tells none');
  return order.references;
}

async function write(resources: Resources, path: Path, wanted: readonly string[]): Promise<void> {
  const resource = await resources.get(path);
  const system = ComputerSystem.parse(resource.json);
  const order = orderOf(system);
  if (order === undefined) throw unsupported(resources, 'setting the boot order', 'the system tells none');
  if (isSame(order.references, wanted)) return;
  const { vendor } = await resources.service.known();
  const places = settingsFirst(resources, path, system, vendor.boot.orderTo ?? vendor.boot.writeTo);
  const body = { Boot: { [order.property]: wanted } };
  await firstThatTakes(resources, places, async (place) => {
    const etag = place === path ? resource.etag : (await resources.get(place)).etag;
    await patch(resources.service, place, body, etag);
  });
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((entry, index) => entry === b[index]);

async function firstThatTakes(
  resources: Resources,
  places: readonly Path[],
  send: (place: Path) => Promise<void>,
): Promise<void> {
  let failure: unknown = new ConflictError('BMC_CONFLICT', 'setting the boot order');
  for (const place of places) {
    try {
      return await send(place);
    } catch (error) {
      if (!isMetalError(error) || !elsewhere.includes(error.code)) throw error;
      failure = error;
    } finally {
      resources.forget(place);
    }
  }
  throw failure;
}
