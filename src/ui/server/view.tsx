/** Draws the detail of a server: state and power, tabs, the lines of one, the likely fix, keys. */
import { isActedUpon, questionLines } from '../shared/acting.js';
import { fieldText } from '../shared/field.js';
import { helpFrame } from '../shared/help.js';
import { keyLine } from '../shared/keymap.js';
import { ends, filled, glyph, isTooSmall, line, rule } from '../shared/layout.js';
import { linkText, staleText } from '../shared/link.js';
import { isLarge, sideBySide } from '../shared/panes.js';
import { troubleFrame, troubleText } from '../shared/trouble.js';
import { menuLines } from './menu.js';
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
  yamlTree,
} from './model.js';
import { paneLines } from './pane.js';
import { seenIn, shownText } from './yaml-tree.js';

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
  if (state.troublePage !== undefined) return troubleFrame(state, look, state.troublePage);
  const foot = footOf(state);
  return [titleOf(state), rule(look), ...filled(bodyOf(state), height - 2 - foot.length), ...foot];
}

/** What is done to it stands in the place of its state until that is told anew. */
function titleOf({ look, name, detail, link, isGone, acting }: ServerState): string {
  const busy = isActedUpon(acting, name) ? `${glyph('busy', look.ascii)} ${acting.act?.action}` : undefined;
  const parts =
    detail === undefined ? [] : [busy ?? detail.state, detail.power && `Power ${detail.power}`, detail.where];
  const right = isGone ? 'gone' : parts.filter((part) => part !== '').join('   ');
  const left = isLarge(look) && detail?.model ? `server/${name}   ${detail.model}` : `server/${name}`;
  return ends(left, linkText(link, right), look.columns);
}

function bodyOf(state: ServerState): string[] {
  const { look, detail, acting } = state;
  const lines = (texts: readonly string[]): string[] => texts.map((text) => line(text, look.columns));
  if (acting.question !== undefined) return lines(questionLines(acting.question));
  if (state.isPowerMenu && detail !== undefined) return lines(menuLines(detail.name, detail.power, detail.actions));
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
  const texts = linesOf(state).length === 0 ? ['Nothing is known.'] : textsOf(state);
  const width = paneWidth(state);
  if (width === 0) return texts.map((text) => line(text, look.columns));
  return sideBySide(texts, paneLines(state, tabHeight(state)), look, width);
}

function textsOf(state: ServerState): string[] {
  if (state.tab === 'YAML') return yamlTexts(state);
  const from = topLine(state);
  return linesOf(state)
    .slice(from, from + tabHeight(state))
    .map((each) => textOf(each, state.look.ascii));
}

/** The part of the YAML that is on the screen, with its cursor. */
function yamlTexts(state: ServerState): string[] {
  const { folds, cursor, first } = state.yaml;
  const tree = yamlTree(state);
  const seen = seenIn(tree, folds).slice(first, first + tabHeight(state));
  return seen.map((at) => `${at === cursor ? '>' : ' '} ${shownText(tree, folds, at)}`);
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
  const typing = acting.typing ?? state.yaml.search?.field;
  const said =
    typing === undefined
      ? message || busy || troubleText(state, state.keymap)
      : [fieldText(typing), message].filter(Boolean).join('  ');
  return [
    rule(look),
    ends(fix, staleText(state.link), look.columns),
    line(said, look.columns),
    line(keyLine(offeredKeys(state), look.columns), look.columns),
  ];
}
