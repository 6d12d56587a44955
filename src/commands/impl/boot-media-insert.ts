/** `boot media insert`. */
import { UserError } from '../../errors/classes.js';
import { bootMachine } from './boot-machine.js';
import type { MediaRun } from './boot-media.js';
import { shownUrl } from './boot-media-list.js';

export async function insertMedia(run: MediaRun): Promise<void> {
  const { what: url = '' } = run.args;
  const kind = run.flags.type === 'cd' ? 'CD' : 'USB';
  if (!URL.canParse(url) || !/^(https?|nfs|cifs|smb):$/.test(new URL(url).protocol)) {
    throw new UserError('USAGE', `"${shownUrl(url)}" is no URL a BMC could fetch`, { hint: 'http://HOST/rescue.iso' });
  }
  const { bmc, system, name, level, owner } = await bootMachine(run, run.args.server);
  const tell = (slot: string | undefined, outcome: string): Promise<void> =>
    run.out.document(
      { kind: 'MediaInserted', server: name, image: shownUrl(url), ...(slot === undefined ? {} : { slot }), outcome },
      () => `server/${name}: ${shownUrl(url)} ${outcome}${slot === undefined ? '' : ` in ${slot}`}\n`,
    );
  if (run.globals.dryRun !== 'none') return tell(undefined, 'would be inserted');
  await run.confirm({
    level,
    what: `inserting an image into server/${name}`,
    plan: [`${owner}: gets ${shownUrl(url)} as ${kind}`],
  });
  run.signal.throwIfAborted();
  const slot = await bmc.insertMedia(system.uri, kind, { url });
  await tell(slot.id, 'inserted');
  run.talk.hint(`Next: metalctl boot once ${name} ${kind.toLowerCase()} --reset`);
}
