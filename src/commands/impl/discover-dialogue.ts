/** The discover view as a conversation: the sweep first, then the choice, in lines. */
import type { ExitName } from '../../errors/exit.js';
import type { LinearIntents } from '../../ui/discover/linear-letters.js';
import type { FindingRow } from '../../ui/discover/state.js';
import { converse } from './claim-dialogue.js';
import type { DiscoverRun } from './discover-report.js';
import type { DiscoverSession } from './discover-session.js';

export async function converseDiscover(run: DiscoverRun, session: DiscoverSession): Promise<ExitName | undefined> {
  const rows = new Map<string, FindingRow>();
  await session.feed((event) => {
    if (event.type === 'finding') rows.set(event.row.place, event.row);
    if (event.type !== 'swept') return;
    // Read aloud in the order of the report, which is that of addresses.
    rows.clear();
    for (const row of event.rows) rows.set(row.place, row);
  });
  const intents: LinearIntents = {
    onPreview: (chosen) => session.preview(chosen),
    onCreate: (chosen, tell) => session.create(chosen, tell),
    onReport: (path) => session.writeTo(path),
    onLogin: (places, username, password) => session.login(places, username, password),
    onTemplate: (template, chosen) => session.namesOf(template, chosen),
  };
  const { discoverDialogue } = await import('../../ui/discover/linear.js');
  try {
    await converse(run, (dialogue) => discoverDialogue(() => [...rows.values()], intents, dialogue));
  } catch (error) {
    if (!run.signal.aborted) throw error;
    return session.finish({ at: 'choose', chosen: [], isTypingAccount: false });
  }
  return session.finish();
}
