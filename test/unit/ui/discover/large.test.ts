/** The discover view on a large screen, names from a template, and what blocks a plan. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chosenOf, type DiscoverState, reduceDiscover } from '../../../../src/ui/discover/model.js';
import { aRow, frame, play, press, rows, start } from './screen.js';

const about = [
  '10.20.0.12      Dell PowerEdge R660   serial 8XK2M14   uuid 4c4c4544-0058-4b10-8032-b8c04f4d3134',
  'Service         Redfish 1.17.0 · iDRAC 7.10.50',
  'Certificate     expires in 214 days  sha256 9f:3a:00:11:22:33:44:55:…  first seen: will be pinned',
  'Login           ok with BMCSecret "oob-default"',
  'Systems         System.Embedded.1  512Gi  power On',
];
const known = { systems: '1', firmware: '7.10.50', about, onboarding: { secret: 'new', labels: 'location=fra' } };
const told = (state: DiscoverState): DiscoverState =>
  reduceDiscover(state, {
    type: 'finding',
    row: aRow('10.20.0.12', { ...known, isRunning: true, name: 'dell-8xk2m14' }),
  });
const keys = (state: DiscoverState, ...pressed: string[]): DiscoverState =>
  pressed.map(press).reduce(reduceDiscover, state);

test('120 columns, 40 lines', () => {
  assert.equal(
    frame(keys(told(play(start(120, 40))), 'down', 'space', 'l', 'rack=r12', 'return')),
    `metalctl discover  10.20.0.0/22                                                                      ◐ 611/1022  4 found
${'─'.repeat(120)}
All 4    New 2    Moved 0    Conflict 0    Auth 1    TLS 0    Known 1                                         1 selected
     ADDRESS     STATUS    VENDOR     MODEL                    SERIAL       PWR SYS FIRMWARE   NAME / OBJECT
 [ ] 10.20.0.11  ✔ new     Dell       PowerEdge R660           8XK2M04      Off                dell-8xk2m04
>[x] 10.20.0.12  ✔ new     Dell       PowerEdge R660           8XK2M04      Off 1   7.10.50    dell-8xk2m14
  -  10.20.0.40  ● known   HPE        ProLiant DL380           CZ2209XX     Off                node011
  -  10.20.1.9   ✖ auth    Supermicro
${'\n'.repeat(20)}
${'─'.repeat(120)}
10.20.0.12      Dell PowerEdge R660   serial 8XK2M14   uuid 4c4c4544-0058-4b10-8032-b8c04f4d3134
Service         Redfish 1.17.0 · iDRAC 7.10.50
Certificate     expires in 214 days  sha256 9f:3a:00:11:22:33:44:55:…  first seen: will be pinned
Login           ok with BMCSecret "oob-default"
Systems         System.Embedded.1  512Gi  power On
On onboarding   BMC dell-8xk2m14 + BMCSecret dell-8xk2m14; location=fra rack=r12; CORDONED (it is running)
${'─'.repeat(120)}
labels of 1 rows set
space select  a all new  n name  l label  c creds  enter preview  x stop  / filter  s sort  ? help  q quit`,
  );
});

test('what onboarding would make is said for rows without an account, and for those it cannot take', () => {
  const last = (state: DiscoverState): string => /^On onboarding .*$/m.exec(frame(state))?.[0] ?? '';
  assert.equal(last(play(start(120, 40))), 'On onboarding   BMC dell-8xk2m04 + no account is known yet: c');
  assert.equal(last(play(start(120, 40), 'G')), 'On onboarding   nothing: it cannot be onboarded: 401');
  const existing = { ...known, onboarding: { secret: 'oob', labels: '' } };
  const state = reduceDiscover(play(start(120, 40)), { type: 'finding', row: aRow('10.20.0.11', existing) });
  assert.equal(last(state), 'On onboarding   BMC dell-8xk2m04 + BMCSecret oob');
});

test('a name with fields is for the selected rows, is handed on once, and its names are shown', () => {
  const asking = play(start(80, 24), 'a', 'n', 'ctrl-u', '{location}-{serial}');
  assert.match(
    frame(asking),
    /^name of 10\.20\.0\.11, or of 2 as \{location\}-\{serial\} \[\{location\}-\{serial\}_\]$/m,
  );
  const typed = keys(asking, 'return');
  assert.deepEqual(typed.template, { text: '{location}-{serial}', places: ['10.20.0.11', '10.20.0.12'] });
  assert.equal(reduceDiscover(typed, { type: 'template-taken' }).template, undefined);
  const names = new Map([
    ['10.20.0.11', 'fra-8xk2m04'],
    ['10.20.0.12', 'fra-8xk2m14'],
  ]);
  const named = reduceDiscover(typed, { type: 'named', names });
  assert.deepEqual(
    chosenOf(named).map(({ name }) => name),
    ['fra-8xk2m04', 'fra-8xk2m14'],
  );
  assert.match(frame(named), /10\.20\.0\.12 .* fra-8xk2m14\n/);
  assert.equal(named.message, '2 rows are named');
  assert.deepEqual(play(start(80, 24), 'n', 'ctrl-u', '{ip}', 'return').template?.places, ['10.20.0.11']);
});

test('a plan that is blocked says why, and Enter creates nothing', () => {
  const planned = reduceDiscover(play(start(80, 24), 'a', 'return'), {
    type: 'planned',
    lines: ['Names collide', ' x  at 10.20.0.11 and 10.20.0.12'],
    isBlocked: true,
  });
  assert.match(
    frame(planned),
    /\nNames collide\n x {2}at 10\.20\.0\.11 and 10\.20\.0\.12\n\nNothing can be created like this/,
  );
  assert.doesNotMatch(frame(planned), /enter create/);
  for (const key of ['return', 'y']) assert.equal(keys(planned, key).phase, 'choose', key);
});

test('a plan longer than the screen says how much of it is not shown, and still how to go on', () => {
  const lines = Array.from({ length: 60 }, (_, at) => `line ${at}`);
  const planned = reduceDiscover(play(start(80, 24), 'a', 'return'), { type: 'planned', lines });
  assert.match(frame(planned), /\nline 12\nand 47 lines more\n\nEnter or y creates it/);
});

test('40 columns: what is on the screen is the same for rows with all facts', () => {
  assert.match(frame(told(play(start(40, 14)))), /^ \[ \] 10\.20\.0\.12 {2}✔ new {5}dell-8xk2m14$/m);
  assert.equal(rows.length, 4);
});
