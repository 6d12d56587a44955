/** Body of `redfish replay`: serves until told to stop. */
import { join } from 'node:path';
import { stateDir } from '../../lib/state-dir.js';
import type { redfishReplayCommand } from '../redfish-record.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof redfishReplayCommand>): Promise<void> {
  const { replayUp } = await import('../../sandbox/replay.js');
  const { port, http } = run.flags;
  const replay = await replayUp(run.args.path, { dataDir: join(stateDir(), 'replay'), port, http });
  try {
    const { bmcs, caFile } = replay;
    await run.out.document({ kind: 'Replay', bmcs, ...(caFile === undefined ? {} : { caFile }) }, () => ({
      columns: [{ header: 'BMC' }, { header: 'URL' }, { header: 'EXCHANGES', align: 'right' }],
      rows: bmcs.map(({ name, url, exchanges }) => [name, url, String(exchanges)]),
    }));
    if (caFile !== undefined) run.talk.note(`Trust   export METALCTL_BMC_CA=${caFile}     Ctrl-C stops`);
    await new Promise<void>((resolve) => {
      if (run.signal.aborted) resolve();
      run.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    const strays = replay.strays();
    if (strays.length > 0) run.talk.warn(`${strays.length} requests were not in the recording, first ${strays[0]}`);
  } finally {
    await replay.close();
  }
}
