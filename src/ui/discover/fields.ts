/** What is typed into the discover view: names, labels, filters, accounts. Pure. */
import { edit } from '../shared/field.js';
import type { Press } from '../shared/keymap.js';
import { readLabelText } from './labels.js';
import { refiltered } from './rows.js';
import { aimedAt, type DiscoverState, type FieldName, type FindingRow, focused, nameOf } from './state.js';

export function onFieldKey(
  state: DiscoverState,
  field: NonNullable<DiscoverState['field']>,
  press: Press,
): DiscoverState {
  const edited = edit(field, press);
  if (edited === 'left') return { ...state, field: undefined, username: '' };
  if ('field' in edited) {
    const next = { ...state, field: { ...edited.field, of: field.of } };
    return field.of === 'filter' ? refiltered(next, edited.field.text) : next;
  }
  return entered[field.of]({ ...state, field: undefined }, edited.entered);
}

/** What a finished field does, by its name. */
const entered: Readonly<Record<FieldName, (state: DiscoverState, text: string) => DiscoverState>> = {
  filter: refiltered,
  name: (state, text) => {
    if (state.cursor === undefined || text === '') return state;
    if (text.includes('{')) return { ...state, template: { text, places: aimedAt(state) } };
    const row = focused(state);
    if (row?.barred !== undefined) return { ...state, message: `! ${row.place} ${row.barred}` };
    return { ...state, names: new Map([...state.names, [state.cursor, text]]) };
  },
  labels: (state, text) => {
    const read = readLabelText(text);
    if ('problem' in read) return { ...state, message: `! ${read.problem}` };
    const given = aimedAt(state).map((place) => [place, read.labels] as const);
    return { ...state, labels: new Map([...state.labels, ...given]), message: `labels of ${given.length} rows set` };
  },
  report: (state, text) => (text === '' ? state : { ...state, reportTo: text, message: `writing ${text}` }),
  username: (state, text) => {
    if (text === '') return state;
    return {
      ...state,
      username: text,
      field: { of: 'password', label: `password of ${text}`, text: '', isSecret: true },
    };
  },
  password: (state, text) => {
    const { username } = state;
    const row = focused(state);
    // A BMC that refused cannot be selected: standing on it is choosing it.
    const places = row?.status === 'auth' ? [row.place] : aimedAt(state);
    if (text === '' || places.length === 0) return { ...state, username: '' };
    const message = `logging in to ${places.length === 1 ? places[0] : `${places.length} BMCs`}, once`;
    return { ...state, username: '', login: { places, username, password: text }, asking: new Set(places), message };
  },
};

/** Opens the field of labels, with those the first of the rows has. */
export const labelling = (state: DiscoverState): DiscoverState => ({
  ...state,
  field: { of: 'labels', label: 'labels', text: textOfLabels(state) },
});

const textOfLabels = (state: DiscoverState): string =>
  Object.entries(state.labels.get(aimedAt(state)[0] ?? '') ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');

export function rename(state: DiscoverState, row: FindingRow | undefined): DiscoverState {
  const several = state.selected.size > 1 ? `, or of ${state.selected.size} as {location}-{serial}` : '';
  if (row === undefined || (row.barred !== undefined && several === '')) return state;
  return { ...state, field: { of: 'name', label: `name of ${row.place}${several}`, text: nameOf(state, row) } };
}
