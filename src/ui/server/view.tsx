/** Draws the detail of a server: state and power, tabs, the lines of one, the likely fix, keys. */
import { questionLines } from '../shared/acting.js';
import { fieldText } from '../shared/field.js';
import { helpFrame } from '../shared/help.js';
import { keyLine } from '../shared/keymap.js';
import { ends, filled, glyph, isTooSmall, line, rule } from '../shared/layout.js';
import { linkText, staleText } from '../shared/link.js';
import { isLarge, sideBySide } from '../shared/panes.js';
import {
  type DetailLine,
  linesOf,
  offeredKeys,
  paneWidth,
  type ServerState,
  tabHeight,
  tabs,
  timelineHeight,
  topLine,
} from './model.js';
import { paneLines } from './pane.js';

/** The frame, one line shorter than the screen. */
export function drawServer(state: ServerState): readonly string[] {
  const { look, name } = state;
  const height = look.rows - 1;
  if (isTooSmall(look)) {
    return filled(
      [line('Too small for the server view.', look.columns), line(`metalctl describe server ${name}`, look.columns)],
      height,
    );
  }
  if (state.help !== undefined) return helpFrame('the server view', state.keymap, look, state.help);
  const foot = footOf(state);
  return [titleOf(state), rule(look), ...filled(bodyOf(state), height - 2 - foot.length), ...foot];
}

function titleOf({ look, name, detail, link, isGone }: ServerState): string {
  const parts = detail === undefined ? [] : [detail.state, detail.power && `Power ${detail.power}`, detail.where];
  const right = isGone ? 'gone' : parts.filter((part) => part !== '').join('   ');
  const left = isLarge(look) && detail?.model ? `server/${name}   ${detail.model}` : `server/${name}`;
  return ends(left, linkText(link, right), look.columns);
}

function bodyOf(state: ServerState): string[] {
  const { look, detail, acting } = state;
  const lines = (texts: readonly string[]): string[] => texts.map((text) => line(text, look.columns));
  if (acting.question !== undefined) return lines(questionLines(acting.question));
  if (detail === undefined) return [line(`Loading server/${state.name} …`, look.columns)];
  return [tabLine(state), rule(look), ...filled(tabBody(state), tabHeight(state)), ...timelineOf(state)];
}

/** What happened lately, below the reasons: the last lines are those next to now. */
function timelineOf(state: ServerState): string[] {
  const { look, detail } = state;
  const height = timelineHeight(state);
  if (height === 0) return [];
  const shown = detail?.timeline.slice(-(height - 2)) ?? [];
  const texts = shown.length === 0 ? ['Nothing is recorded.'] : shown;
  return [rule(look), 'Timeline (24h)', ...texts.map((text) => line(text, look.columns))];
}

/** The lines of the tab, and what is beside them where there is room. */
function tabBody(state: ServerState): string[] {
  const { look } = state;
  const all = linesOf(state);
  const from = topLine(state);
  const shown = all.slice(from, from + tabHeight(state)).map((each) => textOf(each, look.ascii));
  const texts = all.length === 0 ? ['Nothing is known.'] : shown;
  const width = paneWidth(state);
  if (width === 0) return texts.map((text) => line(text, look.columns));
  return sideBySide(texts, paneLines(state, tabHeight(state)), look, width);
}

const textOf = ({ text, mark }: DetailLine, ascii: boolean): string =>
  mark === undefined ? text : `${glyph(mark === 'good' ? 'ready' : 'bad', ascii)} ${text}`;

/** `Overview [Why] Hardware`: the one that is open is in brackets, as colour is not to be relied on. */
function tabLine({ look, tab }: ServerState): string {
  const marked = (each: string, blank: string): string => (each === tab ? `[${each}]` : `${blank}${each}${blank}`);
  const wide = tabs.map((each) => marked(each, ' ')).join(' ');
  const narrow = tabs.map((each) => marked(each, '')).join(' ');
  const whole = wide.length <= look.columns ? wide : narrow;
  return line(whole.length <= look.columns ? whole : `[${tab}] ${tabs.indexOf(tab) + 1}/${tabs.length}`, look.columns);
}

function footOf(state: ServerState): string[] {
  const { look, detail, message, acting } = state;
  const fix = detail?.fix === undefined ? '' : `Likely fix: ${detail.fix}`;
  const busy = acting.act === undefined ? '' : `${glyph('busy', look.ascii)} ${acting.act.action}`;
  const said = acting.typing === undefined ? message || busy : fieldText(acting.typing);
  return [
    rule(look),
    ends(fix, staleText(state.link), look.columns),
    line(said, look.columns),
    line(keyLine(offeredKeys(state), look.columns), look.columns),
  ];
}
