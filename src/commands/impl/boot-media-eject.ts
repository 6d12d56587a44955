/** `boot media eject`. */
import { UserError } from '../../errors/classes.js';
import type { MediaSlot } from '../../ports/bmc.js';
import { bootMachine } from './boot-machine.js';
import type { MediaRun } from './boot-media.js';

export async function ejectMedia(run: MediaRun): Promise<void> {
  const { bmc, system, name, level, owner } = await bootMachine(run, run.args.server);
  const slots = chosen(await bmc.mediaSlots(system.uri), run.args.what);
  const isDry = run.globals.dryRun !== 'none';
  if (!isDry && slots.length > 0) {
    const plan = [`${owner}: ${slots.map(({ id }) => id).join(', ')} ${slots.length === 1 ? 'is' : 'are'} emptied`];
    await run.confirm({ level, what: `ejecting media of server/${name}`, plan });
  }
  for (const slot of isDry ? [] : slots) {
    run.signal.throwIfAborted();
    await bmc.ejectMedia(slot.uri);
  }
  const ids = slots.map(({ id }) => id);
  const words =
    ids.length === 0 ? 'unchanged: nothing is inserted' : `${ids.join(', ')} ${isDry ? 'would be emptied' : 'emptied'}`;
  await run.out.document(
    { kind: 'MediaEjected', server: name, slots: ids, dryRun: isDry },
    () => `server/${name} ${words}\n`,
    ids,
  );
}

/** @throws UserError NOT_FOUND */
function chosen(slots: readonly MediaSlot[], id: string | undefined): readonly MediaSlot[] {
  if (id === undefined) return slots.filter(({ isInserted }) => isInserted);
  const found = slots.find((slot) => slot.id.toLowerCase() === id.toLowerCase());
  if (found !== undefined) return found.isInserted ? [found] : [];
  throw new UserError('NOT_FOUND', `the server has no drive "${id}"`, {
    why: `it has ${slots.map((slot) => slot.id).join(', ')}`,
  });
}
