/** Virtual media slots, below the manager or the system. */
import type { JsonObject } from '../json.js';
import type { MediaSlotRules, Quirks } from '../profile.js';
import { link, root, type TreeBuilder } from './builder.js';

/** Adds the slots of the profile below its first system or manager. */
export function putMedia(tree: TreeBuilder, { media }: Quirks, system: string, manager: string): void {
  if (!media) return;
  const owner = `${root}/${media.at === 'system' ? `Systems/${system}` : `Managers/${manager}`}`;
  const path = `${owner}/VirtualMedia`;
  const members = media.slots.map((slot) =>
    tree.put(`${path}/${slot.id}`, 'VirtualMedia.v1_5_1', slotBody(path, slot)),
  );
  tree.collection(path, 'VirtualMedia', members, 'Virtual Media Collection');
  tree.edit(owner, (doc) => {
    doc.VirtualMedia = link(path);
  });
}

function slotBody(collection: string, { id, types, way }: MediaSlotRules): JsonObject {
  const actions = `${collection}/${id}/Actions`;
  const body: JsonObject = {
    Name: `Virtual Media ${id}`,
    MediaTypes: [...types],
    Image: null,
    ConnectedVia: 'NotConnected',
  };
  if (way === 'none') return body;
  body.Inserted = false;
  body.WriteProtected = true;
  if (way === 'patch') return body;
  return {
    ...body,
    Actions: {
      '#VirtualMedia.InsertMedia': { target: `${actions}/VirtualMedia.InsertMedia` },
      '#VirtualMedia.EjectMedia': { target: `${actions}/VirtualMedia.EjectMedia` },
    },
  };
}
