/** The pane beside a tab on large screens: what the sensors say now, and what belongs to the server. */
import { cell } from '../shared/layout.js';
import { paneWidth, type ServerState } from './state.js';

/** At most `height` lines; facts are worth more than the last sensors. */
export function paneLines(state: ServerState, height: number): string[] {
  const facts = (state.detail?.beside ?? []).map(([title, text]) => `${cell(title, 10)} ${text === '' ? '-' : text}`);
  const room = Math.max(1, height - facts.length - 2);
  return ['Sensors (live, 10s)', ...sensorTexts(state, room), '', ...facts];
}

/** Those that fit, and how many do not. */
function sensorTexts(state: ServerState, room: number): string[] {
  const { sensors = [], name } = state;
  if (sensors.length === 0) return ['-'];
  const width = paneWidth(state) - 24;
  const texts = sensors.map(({ name: sensor, reading, health }) =>
    `${cell(sensor, width)} ${cell(reading, 13)} ${health}`.trimEnd(),
  );
  if (texts.length <= room) return texts;
  const shown = texts.slice(0, room - 1);
  return [...shown, `and ${texts.length - shown.length} more: metalctl bmc sensors ${name}`];
}
