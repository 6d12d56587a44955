/** Body of `bmc sessions list`. */

import { readSessions } from '../../workflows/bmc/sessions.js';
import type { bmcSessionsListCommand } from '../bmc.js';
import { bmcPlace } from './kit/bmc-places.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof bmcSessionsListCommand>): Promise<void> {
  const { bmc, name } = await bmcPlace(run, run.args.target);
  const sessions = await readSessions(bmc, run.signal);
  await run.out.document(
    { kind: 'SessionList', bmc: name, sessions },
    () => ({
      columns: [
        { header: 'ID' },
        { header: 'USER' },
        { header: 'TYPE' },
        { header: 'FROM' },
        { header: 'SINCE' },
        { header: 'OWN' },
      ],
      rows: sessions.map((each) => [
        each.id,
        each.userName ?? '',
        each.type ?? '',
        each.origin ?? '',
        each.createdTime ?? '',
        each.isOwn ? 'this command' : '',
      ]),
    }),
    sessions.map(({ id }) => id),
  );
}
