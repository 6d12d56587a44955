/** Body of `bmc time sync`. */
import { PermanentError } from '../../errors/classes.js';
import { formatDuration } from '../../lib/duration.js';
import type { bmcTimeSyncCommand } from '../bmc-config.js';
import { changeResource, readResource, textIn } from './bmc-resources.js';
import { bmcPlace } from './kit/bmc-places.js';
import type { Run } from './kit/run.js';

/** BMCs tell whole seconds. How long the answer took counts for the BMC. */
const rightMs = 2_000;

export default async function (run: Run<typeof bmcTimeSyncCommand>): Promise<void> {
  const { bmc, name } = await bmcPlace(run, run.args.target);
  const { clock } = run.ports;
  const { uri } = await bmc.manager();
  const askedMs = clock.now().getTime();
  const { json, etag } = await readResource(bmc, uri);
  const answeredMs = clock.now().getTime();
  const shown = Date.parse(textIn(json.DateTime) ?? '');
  if (Number.isNaN(shown)) throw new PermanentError('BMC_UNSUPPORTED', `bmc/${name} tells no time`);
  const offMs = shown < askedMs ? shown - askedMs : Math.max(0, shown - answeredMs);
  const isRight = Math.abs(offMs) <= rightMs;
  const isDry = run.globals.dryRun !== 'none';
  const off = `${formatDuration(Math.abs(offMs))} ${offMs > 0 ? 'fast' : 'slow'}`;
  if (!isRight && !isDry) {
    await run.confirm({ level: 1, what: `setting the clock of bmc/${name}`, plan: [`bmc/${name} is ${off}`] });
    run.signal.throwIfAborted();
    // With an offset, as Redfish wants it, and without a fraction.
    await changeResource(bmc, uri, { DateTime: `${clock.now().toISOString().slice(0, 19)}+00:00` }, etag);
  }
  const outcome = isRight ? 'right, unchanged' : isDry ? `${off}, would be set` : `was ${off}, set`;
  const offSeconds = Math.round(offMs / 1000);
  await run.out.document(
    { kind: 'ClockSet', bmc: name, offSeconds, outcome },
    () => `clock of bmc/${name} ${outcome}\n`,
  );
}
