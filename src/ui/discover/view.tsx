/** Draws the discover view: progress, counts, rows, the one under the cursor, and keys. */
import { detailLines } from '../shared/browse.js';
import { fieldText } from '../shared/field.js';
import { helpFrame } from '../shared/help.js';
import { keyLine } from '../shared/keymap.js';
import { ends, filled, glyph, isTooSmall, line, rule } from '../shared/layout.js';
import { troubleFrame, troubleText } from '../shared/trouble.js';
import { detailsOf } from './details.js';
import { listOf, tabsOf } from './list.js';
import { type DiscoverState, focused, isRoomy } from './model.js';

/** The frame, one line shorter than the screen. */
export function drawDiscover(state: DiscoverState): readonly string[] {
  const { look } = state;
  const height = look.rows - 1;
  if (isTooSmall(look)) {
    return filled(
      [line('Too small for the discover view.', look.columns), line('metalctl discover without -i', look.columns)],
      height,
    );
  }
  if (state.help !== undefined) return helpFrame('the discover view', state.keymap, look, state.help);
  if (state.troublePage !== undefined) return troubleFrame(state, look, state.troublePage);
  const foot = footOf(state);
  const body = bodyOf(state);
  return [titleOf(state), rule(look), ...filled(body, height - 2 - foot.length), ...foot];
}

function titleOf({ look, ranges, total, probed, rows, isSwept, isStopping }: DiscoverState): string {
  const mark = isSwept ? glyph('done', look.ascii) : glyph('busy', look.ascii);
  const right = `${mark} ${probed}/${total}  ${rows.length} found${isStopping && !isSwept ? '  stopping' : ''}`;
  return ends(`metalctl discover  ${ranges}`, right, look.columns);
}

function bodyOf(state: DiscoverState): string[] {
  const { look, phase, results } = state;
  const lines = (texts: readonly string[]): string[] => texts.map((text) => line(text, look.columns));
  if (state.showsRaw) return lines(focused(state)?.raw ?? []);
  if (phase === 'planning') return ['Planning …'];
  if (phase === 'preview') return lines(planLines(state));
  if (phase === 'creating' || phase === 'created') return lines(results.length > 0 ? results : ['Creating …']);
  return [tabsOf(state), ...listOf(state)];
}

/** The plan, as much of it as there is room for, and what Enter does with it. */
function planLines({ look, details, plan, isBlocked }: DiscoverState): readonly string[] {
  const end = isBlocked
    ? 'Nothing can be created like this: any key goes back.'
    : 'Enter or y creates it, any other key goes back.';
  const room = look.rows - 8 - detailLines(look, details);
  const shown = plan.length <= room ? plan : [...plan.slice(0, room - 1), `and ${plan.length - room + 1} lines more`];
  return [...shown, '', end];
}

function footOf(state: DiscoverState): string[] {
  const { look, field, message, phase } = state;
  const details = phase === 'choose' ? detailsOf(state) : [];
  return [
    rule(look),
    ...filled(
      details.map((text) => line(text, look.columns)),
      detailLines(look, state.details),
    ),
    ...(isRoomy(state) ? [rule(look)] : []),
    line(field === undefined ? message || troubleText(state, state.keymap) : fieldText(field), look.columns),
    keyLine(keysOf(state), look.columns),
  ];
}

const keysOf = ({ phase, isSwept, keymap, isBlocked }: DiscoverState) => {
  if (phase === 'choose') return isSwept ? keymap.filter(({ action }) => action !== 'stop') : keymap;
  const back = { action: 'back', keys: ['escape'], label: 'esc back', help: '' };
  const quit = { action: 'quit', keys: ['q'], label: 'q quit', help: '' };
  if (phase === 'preview' && isBlocked) return [back, quit];
  return phase === 'preview'
    ? [{ action: 'yes', keys: ['return'], label: 'enter create', help: '' }, back, quit]
    : [quit];
};
