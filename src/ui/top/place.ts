/** The line behind `:`: pages, servers, and any command. Pure. */
import { shellWords } from '../../lib/shell-word.js';
import { edit } from '../shared/field.js';
import type { Press } from '../shared/keymap.js';
import { everything } from '../shared/listing.js';
import { isPage, type Page, pages } from './rows.js';
import { scrolled, type TopState } from './state.js';

/** Another page, from its top and with all its rows. */
export const turnedTo = (state: TopState, page: Page): TopState =>
  scrolled({ ...state, page, wish: everything, held: undefined, cursor: undefined, range: undefined, message: '' });

/** A key in the line behind `:`. Tab adds what all places that begin so have in common. */
export function onPlaceKey(state: TopState, field: NonNullable<TopState['field']>, press: Press): TopState {
  if (press.key === 'tab') return { ...state, field: { ...field, text: completed(state, field.text) } };
  const edited = edit(field, press);
  if (edited === 'left') return { ...state, field: undefined };
  if ('field' in edited) return { ...state, field: { ...edited.field, of: 'place' } };
  return goTo({ ...state, field: undefined }, edited.entered);
}

const serverNames = ({ snapshot }: TopState): string[] => (snapshot?.rows.servers ?? []).map(({ name }) => name);

function completed(state: TopState, text: string): string {
  const fitting = [...pages, ...serverNames(state), ...state.commands].filter((place) => place.startsWith(text));
  const [first = text] = fitting;
  let length = first.length;
  while (!fitting.every((place) => place.startsWith(first.slice(0, length)))) length -= 1;
  return first.slice(0, length);
}

/** A page; a server as commands name it: `node-07`, `server/node-07`; or any command: `why node-07`. */
function goTo(state: TopState, place: string): TopState {
  if (place === '') return state;
  if (isPage(place)) return turnedTo(state, place);
  const name = place.replace(/^servers?[/ ]/, '');
  if (serverNames(state).includes(name)) return { ...state, end: { is: 'open', server: name } };
  const words = shellWords(place);
  if (state.commands.includes(words[0] ?? '')) return { ...state, child: { words } };
  return { ...state, message: `! there is no page, no server and no command "${place}"` };
}
