/** `boot media list`. */

import { bootMachine } from './boot-machine.js';
import type { MediaRun } from './boot-media.js';

export async function listMedia(run: MediaRun): Promise<void> {
  const { bmc, system, name } = await bootMachine(run, run.args.server);
  const slots = (await bmc.mediaSlots(system.uri)).map((slot) => ({
    ...slot,
    ...(slot.image === undefined ? {} : { image: shownUrl(slot.image) }),
  }));
  await run.out.document(
    { kind: 'MediaList', server: name, slots },
    () => ({
      columns: [{ header: 'SLOT' }, { header: 'TYPES' }, { header: 'INSERTED' }, { header: 'IMAGE' }],
      rows: slots.map((slot) => [slot.id, slot.types.join(','), slot.isInserted ? 'yes' : 'no', slot.image ?? '']),
    }),
    slots.map(({ id }) => id),
  );
}

/** URLs of images may carry one-time tokens: their query and user are not for screens. */
export function shownUrl(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  return `${url.protocol}//${url.host}${url.pathname}${url.search === '' ? '' : '?…'}`;
}
