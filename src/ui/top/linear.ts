/** The dashboard as a conversation: what needs attention, any page, any server; read again when asked. */
import { type Dialogue, sayPage } from '../shared/dialogue.js';
import { type Page, pages, type TopRow, type TopSnapshot } from './model.js';

/** Reads the dashboard aloud until the person opens a server (its name) or leaves (undefined). */
export async function topDialogue(
  read: () => Promise<TopSnapshot>,
  dialogue: Dialogue,
  first: Page = 'attention',
): Promise<string | undefined> {
  let page = first;
  let rows = await sayAll(await read(), page, dialogue);
  let heard = sayPage(dialogue, rows.map(lineOf), 0);
  for (;;) {
    const answer = await dialogue.ask(`Number or name to open, ${pages.join(', ')}, r to read again, q to quit: `);
    if (answer === undefined || answer === 'q' || answer === '') return undefined;
    if (answer === 'more') {
      heard = sayPage(dialogue, rows.map(lineOf), heard);
      continue;
    }
    const asked = pages.find((each) => each === answer);
    if (asked !== undefined || answer === 'r') {
      page = asked ?? page;
      rows = await sayAll(await read(), page, dialogue);
      heard = sayPage(dialogue, rows.map(lineOf), 0);
      continue;
    }
    const row = rows[Number(answer) - 1] ?? rows.find(({ name }) => name === answer);
    if (row?.kind === 'rack') {
      page = 'servers';
      rows = (await read()).rows.servers.filter(({ rack }) => rack === row.name);
      dialogue.say(`Rack ${row.name}, ${rows.length} server${rows.length === 1 ? '' : 's'}.`);
      heard = sayPage(dialogue, rows.map(lineOf), 0);
      continue;
    }
    if (row?.opens !== undefined) return row.opens;
    dialogue.say(row === undefined ? `There is no ${answer}.` : `No server stands behind ${row.kind} ${row.name}.`);
  }
}

async function sayAll(snapshot: TopSnapshot, page: Page, { say }: Dialogue): Promise<readonly TopRow[]> {
  const counts = snapshot.counts.map(([state, count]) => `${count} ${state}`).join(', ');
  say(`${snapshot.servers} servers, ${snapshot.bmcs} BMCs.${counts === '' ? '' : ` ${counts}.`}`);
  say(`Driver: ${snapshot.driver}.`);
  const rows = snapshot.rows[page];
  say(page === 'attention' ? `${rows.length} need attention.` : `${rows.length} ${page}.`);
  return rows;
}

const lineOf = ({ kind, name, state, since, note }: TopRow): string =>
  [`${kind} ${name}`, state, since === '' ? '' : `for ${since}`, note].filter((part) => part !== '').join(', ');
