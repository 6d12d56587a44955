/** Draws the claim view: title with the funnel, servers, the one under the cursor, image and keys. */
import { detailLines } from '../shared/browse.js';
import { fieldText } from '../shared/field.js';
import { helpFrame } from '../shared/help.js';
import { keyLine } from '../shared/keymap.js';
import { ends, filled, glyph, isTooSmall, line, rule } from '../shared/layout.js';
import { linkText, staleText } from '../shared/link.js';
import { readingText } from '../shared/reading.js';
import { troubleFrame, troubleText } from '../shared/trouble.js';
import { detailsOf } from './details.js';
import { formLines, isTabField } from './form.js';
import { listOf } from './list.js';
import { type ClaimState, focused, footHeight, isRoomy } from './model.js';
import { claimingOf, planLine, previewOf } from './preview.js';

/** The frame, one line shorter than the screen. */
export function drawClaim(state: ClaimState): readonly string[] {
  const { look } = state;
  const height = look.rows - 1;
  if (isTooSmall(look)) {
    return filled(
      [line('Too small for the claim view.', look.columns), line('metalctl claim --server NAME', look.columns)],
      height,
    );
  }
  if (state.help !== undefined) return helpFrame('the claim view', state.keymap, look, state.help);
  if (state.troublePage !== undefined) return troubleFrame(state, look, state.troublePage);
  const foot = footOf(state);
  const body = bodyOf(state);
  const room = height - 2 - foot.length;
  return [titleOf(state), rule(look), ...filled(body, room), ...foot];
}

const titleOf = (state: ClaimState): string =>
  ends(
    `metalctl claim ${state.claim}   ${wantedText(state)}`,
    linkText(state.link, readingText(state.reading, state.funnel)),
    state.look.columns,
  );

/** `3 wanted, 2 marked` */
const wantedText = ({ wanted, marked, isAtomic }: ClaimState): string =>
  [`${wanted} wanted`, ...(isAtomic ? ['or none'] : []), ...(wanted > 1 ? [`${marked.length} marked`] : [])].join(', ');

function bodyOf(state: ClaimState): string[] {
  if (state.phase === 'preview') return previewOf(state, state.look.rows - 3 - footHeight(state));
  if (state.phase === 'claiming') return claimingOf(state);
  if (state.showsWhy) return [...formOf(state), ...whyOf(state)];
  return [...formOf(state), ...listOf(state)];
}

function formOf({ look, form, spread, image, field, problem }: ClaimState): string[] {
  const focus = field !== undefined && isTabField(field.of) ? field.of : undefined;
  const shown = field?.of === 'image' ? field.text : image;
  return formLines({ form, spread, image: shown }, focus, problem?.field, look);
}

/** Every step of the funnel, and every gate of the row: the whole answer. */
function whyOf(state: ClaimState): string[] {
  const row = focused(state);
  const { look, steps } = state;
  const gates = (row?.gates ?? []).map(({ text, isOpen }) => ` ${glyph(isOpen ? 'ready' : 'bad', look.ascii)} ${text}`);
  return [...steps, ...(row === undefined ? [] : [row.name, ...gates])].map((text) => line(text, look.columns));
}

/** Rule, details, message and key lines: always as many, so that nothing jumps. */
function footOf(state: ClaimState): string[] {
  const { look, image, ignition, power, wait } = state;
  const settings = `image ${image || '-'}   ${ignition === '' ? '' : `ignition ${ignition}   `}power ${power}${wait === undefined ? '' : `   wait ${wait}`}`;
  const keys = keyLine(state.phase === 'choose' ? keysOf(state) : afterwards(state), look.columns);
  return [
    rule(look),
    ...filled(detailsOf(state), detailLines(look, state.details)),
    ...(isRoomy(state) ? [rule(look)] : []),
    ends(isRoomy(state) ? planLine(state) : settings, staleText(state.link), look.columns).trimEnd(),
    line(saidOf(state), look.columns),
    keys,
  ];
}

/** Marking is told of where several are wanted. */
const keysOf = ({ wanted, keymap }: ClaimState) => keymap.filter(({ action }) => wanted > 1 || action !== 'mark');

/** What is typed stands in the form already: why it does not parse is worth more than saying it twice. */
function saidOf(state: ClaimState): string {
  const { field, problem, message, wanted } = state;
  if (field === undefined) return message || troubleText(state, state.keymap);
  if (field.of === 'spread') {
    return wanted > 1
      ? 'spread: space changes it, enter leaves; marking with a keeps the servers apart'
      : 'spread is for several servers: --count N; enter leaves';
  }
  return problem?.field === field.of ? `! ${problem.text}` : fieldText(field);
}

const afterwards = ({ phase }: ClaimState) =>
  phase === 'preview'
    ? [
        { action: 'yes', keys: ['return', 'y'], label: 'enter create', help: '' },
        { action: 'no', keys: ['escape'], label: 'esc back', help: '' },
        { action: 'quit', keys: ['q'], label: 'q quit', help: '' },
      ]
    : [{ action: 'quit', keys: ['q'], label: 'q leave: what is written goes on', help: '' }];
