/** Marking several servers: which, how many are missing, and what became of those that are gone. Pure. */
import { keyFor } from '../shared/keymap.js';
import { apart } from './spread.js';
import { type ClaimState, focused, type ServerRow, shownRows, shutText } from './state.js';

/** What is said of the number of marks: nothing is wrong only when as many are marked as are wanted. */
export function marksText({ marked: { length }, wanted, keymap }: Marked): string {
  const [one, all] = [keyFor(keymap, 'mark'), keyFor(keymap, 'mark all')];
  if (length === wanted) return `${length} marked: ${keyFor(keymap, 'choose')} goes on`;
  if (length > wanted) return `! ${length} are marked, ${wanted} wanted: ${one} takes ${length - wanted} off`;
  return `${length} of ${wanted} marked: ${one} marks ${wanted - length} more, ${all} the first that fit`;
}

type Marked = Pick<ClaimState, 'marked' | 'wanted' | 'keymap'>;

const told = (state: ClaimState): ClaimState => ({ ...state, message: marksText(state) });

/** Space: marks the row under the cursor, or takes its mark off. One that cannot be claimed explains itself. */
export function marking(state: ClaimState): ClaimState {
  const row = focused(state);
  if (state.wanted === 1)
    return { ...state, message: 'one server is wanted: enter chooses it; --count N wants several' };
  if (row === undefined) return state;
  if (state.marked.includes(row.name)) return told({ ...state, marked: without(state.marked, row.name) });
  if (!row.isFree) return { ...state, message: `! ${row.name}: ${shutText(row)}` };
  return told({ ...state, marked: [...state.marked, row.name] });
}

const without = (names: readonly string[], name: string): readonly string[] => names.filter((each) => each !== name);

/** `a`: as many of the shown ones as are missing, from the top, and apart where they are to be spread. */
export function markingAll(state: ClaimState): ClaimState {
  if (state.wanted === 1) return marking(state);
  const isOpen = ({ name, isFree }: ServerRow): boolean => isFree && !state.marked.includes(name);
  const missing = Math.max(0, state.wanted - state.marked.length);
  const there = state.rows.filter(({ name }) => state.marked.includes(name));
  const more = apart(there, shownRows(state).filter(isOpen), missing, state.spread);
  return told({ ...state, marked: [...state.marked, ...more.map(({ name }) => name)] });
}

/** `A`: none. */
export const unmarking = (state: ClaimState): ClaimState =>
  state.wanted === 1 ? marking(state) : told({ ...state, marked: [] });

/** Marks of servers that cannot be had any more come off, and it is said which; nothing takes their place. */
export function stillMarked(state: ClaimState): ClaimState {
  if (state.marked.length === 0) return state;
  const rows = new Map(state.rows.map((row) => [row.name, row]));
  const lost = state.marked.filter((name) => rows.get(name)?.isFree !== true);
  const [first] = lost;
  if (first === undefined) return state;
  const row = rows.get(first);
  const why = row === undefined ? 'does not fit any more' : shutText(row);
  const more = lost.length > 1 ? `, and ${lost.length - 1} more` : '';
  const marked = state.marked.filter((name) => !lost.includes(name));
  return { ...state, marked, message: `! the mark of ${first} is off: ${why}${more}` };
}
