/** Body of `bmc sessions kill`. */
import { UserError } from '../../errors/classes.js';
import type { Bmc } from '../../ports/bmc.js';
import { readSessions, type SessionInfo } from '../../workflows/bmc/sessions.js';
import type { bmcSessionsKillCommand } from '../bmc.js';
import { bmcPlace } from './kit/bmc-places.js';
import { failureOf, readEach } from './kit/each.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof bmcSessionsKillCommand>): Promise<void> {
  const { bmc, name } = await bmcPlace(run, run.args.target);
  const chosen = chosenOf(await readSessions(bmc, run.signal), run.args.sessions);
  const isDry = run.globals.dryRun !== 'none';
  const plan = chosen.map((each) => `ends session ${lineOf(each)}`);
  if (!isDry && chosen.length > 0) {
    await run.confirm({ level: 2, what: `ending ${chosen.length} sessions of bmc/${name}`, plan });
  }
  const ended = await readEach(
    run,
    chosen,
    ({ id }) => `session/${id}`,
    async (each) => (isDry ? each : kill(bmc, each)),
  );
  await run.out.document(
    { kind: 'SessionsEnded', bmc: name, dryRun: isDry, sessions: ended.values },
    () => ({
      columns: [{ header: 'SESSION' }, { header: 'USER' }],
      rows: ended.values.map((each) => [each.id, each.userName ?? '']),
    }),
    ended.values.map(({ id }) => id),
  );
  if (chosen.length === 0) run.talk.note('No sessions to end.');
  const failure = failureOf(ended);
  if (failure !== undefined) throw failure;
}

const lineOf = ({ id, userName = 'unknown', origin }: SessionInfo): string =>
  `${id} of ${userName}${origin === undefined ? '' : ` from ${origin}`}`;

/** @throws UserError NOT_FOUND for an id that is not there · USAGE for the session of this command */
function chosenOf(sessions: readonly SessionInfo[], words: readonly string[]): readonly SessionInfo[] {
  if (words.includes('all')) return sessions.filter(({ isOwn }) => !isOwn);
  return words.map((word) => {
    const found = sessions.find(({ id }) => id === word);
    if (found?.isOwn)
      throw new UserError('USAGE', `session ${word} is that of this command`, { why: 'it ends by itself' });
    if (found !== undefined) return found;
    throw new UserError('NOT_FOUND', `the BMC has no session "${word}"`, {
      why: `it has ${sessions.map(({ id }) => id).join(', ') || 'none'}`,
      hint: 'metalctl bmc sessions list',
    });
  });
}

async function kill(bmc: Bmc, session: SessionInfo): Promise<SessionInfo> {
  const { status, problem } = await bmc.raw({ method: 'DELETE', path: session.path });
  if (problem !== undefined && status !== 404) throw problem;
  return session;
}
