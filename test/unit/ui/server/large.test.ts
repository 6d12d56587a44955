/** The detail of a server on a large screen: the tab left, what its sensors say and what belongs to it right. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWatching, reduceServer, type SensorLine, type ServerState } from '../../../../src/ui/server/model.js';
import { serverView } from '../../../../src/ui/server/run.js';
import { detail, frame, play, press } from './a-server.js';

const rule = '─'.repeat(120);
const blank = (lines: number): string => '\n'.repeat(lines);
const sensors: readonly SensorLine[] = [
  { name: 'PSU2', reading: '-', health: 'CRITICAL' },
  { name: 'Inlet Temp', reading: '31 C', health: 'ok' },
  { name: 'Fans', reading: '8 of 8', health: 'ok' },
];
const told = (state: ServerState): ServerState => reduceServer(state, { type: 'sensors', sensors });

test('120 columns and 40 rows: sensors, claim, BMC and the last claim stand beside the tab', () => {
  assert.equal(
    frame(told(play(120, 40, 'tab'))),
    `server/node-44   Lenovo SR650 V3   serial J901AB44                                        Error   Power On   fra/r14/u07
${rule}
 Overview  [Why]  Hardware   Network   Storage   BMC   BIOS/FW   Events   History   YAML
${rule}
server/node-44 cannot be claimed                                    Sensors (live, 10s)
✔ not cordoned                                                      PSU2                         -             CRITICAL
✖ state is Error (must: state is Available)                         Inlet Temp                   31 C          ok
                                                                    Fans                         8 of 8        ok

                                                                    Claim      none
                                                                    BMC        10.20.1.44  XCC  4.10
                                                                    Last claim ci/build-1, released 5d ago${blank(7)}${rule}
Timeline (24h)
 13:31  bmc     event      Warning PowerLost: PSU2
 13:44  server  event      Warning Reset: 503${blank(14)}${rule}
Likely fix: metalctl describe bmc node-44

tab next  f fix  p power  o console  c cordon  y yaml  ? help  q quit  esc back`,
  );
});

test('below the reasons stands what happened lately; the last lines are kept, and other tabs have the room', () => {
  const times = Array.from({ length: 40 }, (_, at) => ` 12:${at + 10}  server  event  told`);
  const state = reduceServer(play(120, 40, 'tab'), { type: 'detail', detail: { ...detail, timeline: times } });
  assert.match(frame(state), /\nTimeline \(24h\)\n 12:35.*\n[\s\S]* 12:49 {2}server {2}event {2}told\n─/);
  assert.doesNotMatch(frame(state), /12:34/);
  assert.doesNotMatch(frame(reduceServer(state, press('tab'))), /Timeline/);
  const quiet = reduceServer(state, { type: 'detail', detail: { ...detail, timeline: [] } });
  assert.match(frame(quiet), /\nTimeline \(24h\)\nNothing is recorded\.\n/);
});

test('reasons that are many keep their lines; the timeline keeps eight', () => {
  const many = Array.from({ length: 60 }, (_, at) => ({ text: `reason ${at}` }));
  const more = { ...detail, tabs: { ...detail.tabs, Why: many } };
  const state = reduceServer(play(120, 40, 'tab'), { type: 'detail', detail: more });
  assert.match(frame(state), /\nreason 20.*\n─+\nTimeline/);
  assert.match(frame(reduceServer(state, press('G'))), /\nreason 59.*\n─+\nTimeline/);
});

test('what cannot be read is -, and so it is before the first reading', () => {
  const pane = /Sensors \(live, 10s\)\n.* {10}-\n.*\n.* Claim {6}none\n/;
  assert.match(frame(play(120, 40, 'tab')), pane);
  assert.match(frame(reduceServer(told(play(120, 40, 'tab')), { type: 'sensors', sensors: undefined })), pane);
});

test('more sensors than there is room for: the first ones, and the command that shows all', () => {
  const many = Array.from({ length: 60 }, (_, at) => ({ name: `Temp ${at}`, reading: '1 C', health: 'ok' }));
  const shown = frame(reduceServer(play(120, 40), { type: 'sensors', sensors: many }));
  assert.match(shown, / Temp 24 +1 C +ok\n.* and 35 more: metalctl bmc sensors node-44\n\n.* Claim/);
});

test('sensors are asked for only while the pane is on the screen, and somebody looks at it', () => {
  assert.equal(isWatching(play(120, 40)), true);
  const unseen: Readonly<Record<string, ServerState>> = {
    'a small screen': play(80, 24),
    'a wide one of few rows': play(120, 33),
    'switched off': play(120, 40, 'd'),
    gone: reduceServer(play(120, 40), { type: 'gone' }),
    disconnected: reduceServer(play(120, 40), { type: 'link', link: { seconds: 4, tries: 2, why: 'refused' } }),
    'a console has the terminal': play(120, 40, 'o'),
  };
  for (const [why, state] of Object.entries(unseen)) {
    assert.equal(isWatching(state), false, why);
    assert.equal(told(state).sensors, undefined, why);
  }
  // What was read before somebody looked away is old.
  assert.equal([press('d'), press('d')].reduce(reduceServer, told(play(120, 40))).sensors, undefined);
});

test('whoever reads them is told when to begin and when to end', () => {
  const told: boolean[] = [];
  const intents = { onAct: async () => '', command: '', onWatch: (is: boolean) => void told.push(is) };
  const view = serverView(play(80, 24), intents);
  let state = view.initial;
  for (const event of [
    { type: 'size', size: { columns: 120, rows: 40 } },
    press('tab'),
    { type: 'link', link: { seconds: 1, tries: 1, why: '' } },
    { type: 'link', link: undefined },
    press('d'),
  ] as const) {
    const next = view.reduce(state, event);
    view.effects(next, state, () => undefined);
    state = next;
  }
  assert.deepEqual(told, [true, false, true, false]);
});

test('d gives the tab the whole width; on a small screen it says from when on there is a pane', () => {
  assert.doesNotMatch(frame(play(120, 40, 'd')), /Sensors/);
  assert.match(frame(play(120, 40, 'd', 'd')), /Sensors/);
  assert.match(frame(play(80, 24, 'd')), /^there is a pane beside from 120 columns and 34 rows on$/m);
});

test('on a huge screen the pane is wider', () => {
  assert.match(frame(told(play(180, 50))), /^.{108}Sensors \(live, 10s\)$/m);
});
