/** Body of `bmc logs clear`. */
import { writeFile } from 'node:fs/promises';
import { PermanentError, UserError } from '../../errors/classes.js';
import type { bmcLogsClearCommand } from '../bmc.js';
import { chooseLog } from './bmc-log-choice.js';
import { bmcPlace, systemAt } from './kit/bmc-places.js';
import type { Run } from './kit/run.js';

/** More than any log holds. */
const every = 10_000;

export default async function (run: Run<typeof bmcLogsClearCommand>): Promise<void> {
  const place = await bmcPlace(run, run.args.target);
  const { bmc, name } = place;
  const log = chooseLog(await bmc.logs((await systemAt(place)).uri), run.flags.log);
  if (!log.canBeCleared) throw new PermanentError('BMC_UNSUPPORTED', `${log.id} of bmc/${name} cannot be cleared`);
  const entries = run.flags.save === undefined ? undefined : await bmc.logEntries(log.uri, every);
  const kept =
    entries === undefined
      ? 'its entries are lost; --save FILE keeps them'
      : `${entries.length} entries are saved first`;
  const line = `log ${log.id} of bmc/${name}`;
  if (run.globals.dryRun !== 'none') {
    await tell(run, line, 'would be cleared', log.id, name);
    return;
  }
  await run.confirm({ level: 2, what: `clearing ${line}`, plan: [`clears ${line}; ${kept}`] });
  if (entries !== undefined) await save(run.flags.save ?? '', { bmc: name, log: log.id, entries });
  run.signal.throwIfAborted();
  await bmc.clearLog(log.uri);
  await tell(run, line, 'cleared', log.id, name);
}

const tell = (
  run: Run<typeof bmcLogsClearCommand>,
  line: string,
  what: string,
  log: string,
  bmc: string,
): Promise<void> =>
  run.out.document({ kind: 'LogCleared', bmc, log, dryRun: run.globals.dryRun !== 'none' }, () => `${line} ${what}\n`);

async function save(path: string, value: unknown): Promise<void> {
  try {
    await writeFile(path, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw new UserError('USAGE', `--save ${path} cannot be written`, {
      why: isThere ? 'it exists' : (cause as Error).message,
      hint: 'nothing was cleared; name another file',
      cause,
    });
  }
}
