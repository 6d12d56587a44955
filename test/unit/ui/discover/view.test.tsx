/** The discover view as a person sees it: exact frames at 80 and 40 columns, selection, preview, creation. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { render } from 'ink-testing-library';
import { widthOf } from '../../../../src/lib/output/width.js';
import {
  chosenOf,
  type DiscoverEvent,
  type DiscoverState,
  discoverKeys,
  reduceDiscover,
  shownRows,
} from '../../../../src/ui/discover/model.js';
import { discoverView } from '../../../../src/ui/discover/run.js';
import { drawDiscover } from '../../../../src/ui/discover/view.js';
import { edit } from '../../../../src/ui/shared/field.js';
import { App } from '../../../../src/ui/shared/ink.js';
import { actionOf } from '../../../../src/ui/shared/keymap.js';
import { pressReader } from '../../../../src/ui/shared/presses.js';
import { aRow, frame, play, press, rows, start, swept } from './screen.js';

test('80 columns', () => {
  assert.equal(
    frame(play(start(80, 16), 'space', 'down')),
    `metalctl discover  10.20.0.0/22                              ◐ 611/1022  4 found
${'─'.repeat(80)}
All 4  New 2  Auth 1  Known 1                                         1 selected
     ADDRESS     STATUS    VENDOR     MODEL          SERIAL    PWR NAME
 [x] 10.20.0.11  ✔ new     Dell       PowerEdge R660 8XK2M04   Off dell-8xk2m04
>[ ] 10.20.0.12  ✔ new     Dell       PowerEdge R660 8XK2M14   On  dell-8xk2m14
  -  10.20.0.40  ● known   HPE        ProLiant DL380 CZ2209XX  Off node011
  -  10.20.1.9   ✖ auth    Supermicro


${'─'.repeat(80)}
10.20.0.12  Redfish 1.17.0
login with BMCSecret "oob"

space select  a all new  n name  l label  c creds  enter preview  x stop  ? q`,
  );
});

test('40 columns', () => {
  assert.equal(
    frame(play(start(40, 14))),
    `metalctl discover  … ◐ 611/1022  4 found
${'─'.repeat(40)}
All 4  New 2  Auth 1  Known 1 0 selected
     ADDRESS     STATUS    NAME
>[ ] 10.20.0.11  ✔ new     dell-8xk2m04
 [ ] 10.20.0.12  ✔ new     dell-8xk2m14
  -  10.20.0.40  ● known   node011
  -  10.20.1.9   ✖ auth
${'─'.repeat(40)}
10.20.0.11  Redfish 1.17.0
login with BMCSecret "oob"

space select  a all new  n name  ? q`,
  );
});

test('no frame is wider or taller than the screen, whatever is shown', () => {
  const hostile = aRow('10.0.0.1', {
    model: `\u001b]0;x\u0007${'y'.repeat(300)}`,
    name: 'n'.repeat(90),
    details: ['\u202e'.repeat(300)],
  });
  for (const [columns, lines] of [
    [40, 12],
    [72, 16],
    [80, 24],
    [120, 40],
    [20, 5],
  ] as const) {
    for (const keys of [[], ['?'], ['space', 'return'], ['/', 'zz'], ['n', 'x'.repeat(400)], ['G']]) {
      const many = Array.from(
        { length: 300 },
        (_, at): DiscoverEvent => ({ type: 'finding', row: aRow(`10.1.${at}.1`) }),
      );
      const state = [{ type: 'finding', row: hostile } as DiscoverEvent, ...many, ...keys.map(press)].reduce(
        reduceDiscover,
        start(columns, lines),
      );
      const drawn = drawDiscover(state);
      assert.equal(drawn.length, lines - 1);
      for (const text of drawn) {
        assert.ok(widthOf(text) <= columns, `${columns} ${keys}: ${text}`);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the test
        assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f\u202e]/);
      }
    }
  }
});

test('only new rows can be selected; others say why', () => {
  const all = play(start(80, 24), 'a');
  assert.deepEqual([...all.selected], ['10.20.0.11', '10.20.0.12']);
  const barred = play(start(80, 24), 'G', 'space');
  assert.equal(barred.selected.size, 0);
  assert.equal(barred.message, '! 10.20.1.9 cannot be onboarded: 401');
  assert.match(frame(play(start(80, 24), 'return')), /nothing is selected: space selects/);
});

test('a row that turns into a conflict at the end is deselected', () => {
  const conflict = aRow('10.20.0.11', { status: 'conflict', barred: 'cannot be onboarded: twice' });
  const state = reduceDiscover(play(start(80, 24), 'a'), { type: 'swept', rows: [conflict] });
  assert.deepEqual([...state.selected], ['10.20.0.12']);
  assert.match(frame(state), /✔ 611\/1022/);
});

test('any order of arrival gives the same rows', () => {
  const placesOf = (events: DiscoverEvent[]) =>
    events
      .reduce(reduceDiscover, start(80, 24))
      .rows.map(({ place }) => place)
      .sort();
  assert.deepEqual(placesOf([...swept].reverse()), placesOf([...swept, ...swept]));
});

test('a name typed by hand is what is created', () => {
  const state = play(start(80, 24), 'space', 'n', 'ctrl-u', 'rack3-07', 'return');
  assert.deepEqual(chosenOf(state), [{ place: '10.20.0.11', name: 'rack3-07', labels: {} }]);
});

test('labels typed once go to every selected row, and into what is created', () => {
  const state = play(start(80, 24), 'a', 'l', 'location=fra rack=r12', 'return');
  assert.deepEqual(
    chosenOf(state).map(({ labels }) => labels),
    [
      { location: 'fra', rack: 'r12' },
      { location: 'fra', rack: 'r12' },
    ],
  );
  assert.match(frame(state), /location=fra rack=r12/);
  const bad = play(start(80, 24), 'l', 'rack', 'return');
  assert.equal(bad.message, '! "rack" is not KEY=VALUE');
  assert.equal(bad.labels.size, 0);
});

test('a typed account is for the refused row under the cursor, is handed on once, and is never drawn', () => {
  const asking = play(start(80, 24), 'G', 'c', 'root', 'return', 'ctrl-u', 'hunter2');
  assert.ok(!frame(asking).includes('hunter2'));
  assert.match(frame(asking), /password of root \[…_\]/);
  const typed = reduceDiscover(asking, press('return'));
  assert.deepEqual(typed.login, { places: ['10.20.1.9'], username: 'root', password: 'hunter2' });
  assert.equal(typed.message, 'logging in to 10.20.1.9, once');
  const taken = reduceDiscover(typed, { type: 'login-taken' });
  assert.ok(!JSON.stringify(taken).includes('hunter2'));
  assert.equal(play(start(80, 24), 'c', 'root', 'return', 'escape').login, undefined);
});

test('rows are sorted by the next column and back, and the cursor keeps its row', () => {
  const state = play(start(80, 24), 'down', 's', 's', 's', 's', 'S');
  assert.equal(state.message, 'sorted by model, reversed');
  assert.equal(shownRows(state)[0]?.model, 'ProLiant DL380');
  assert.equal(state.cursor, '10.20.0.12');
});

test('a filter takes fields, negation and expressions', () => {
  const found = (filter: string): string[] => shownRows(play(start(80, 24), '/', filter)).map(({ place }) => place);
  assert.deepEqual(found('vendor=dell'), ['10.20.0.11', '10.20.0.12']);
  assert.deepEqual(found('!vendor=dell status=auth'), ['10.20.1.9']);
  assert.deepEqual(found('~^10.20.1'), ['10.20.1.9']);
  assert.deepEqual(found('~('), []);
});

test('a range selects what can be selected between its begin and the cursor', () => {
  assert.deepEqual([...play(start(80, 24), 'v', 'G').selected], ['10.20.0.11', '10.20.0.12']);
  assert.deepEqual([...play(start(80, 24), 'v', 'v', 'G').selected], ['10.20.0.11']);
});

test('nothing is created but by Enter or y on the preview', () => {
  const planned = reduceDiscover(play(start(80, 24), 'space', 'return'), { type: 'planned', lines: ['PLAN  1 BMC'] });
  assert.match(frame(planned), /PLAN {2}1 BMC/);
  for (const key of ['escape', 'n', 'space']) assert.equal(reduceDiscover(planned, press(key)).phase, 'choose', key);
  assert.equal(reduceDiscover(planned, press('return')).phase, 'creating');
  assert.equal(reduceDiscover(reduceDiscover(planned, press('y')), press('q')).end, undefined);
});

test('Ctrl-C while objects are written: no other is begun, and the view ends after this one, whatever became of it', () => {
  const planned = reduceDiscover(play(start(80, 24), 'space', 'return'), { type: 'planned', lines: [] });
  const leaving = [press('y'), press('ctrl-c')].reduce(reduceDiscover, planned);
  assert.deepEqual([leaving.phase, leaving.isCancelling, leaving.end], ['creating', true, undefined]);
  assert.match(frame(leaving), /leaving after the object that is being written/);
  for (const last of [
    { type: 'created', tookMs: 1 },
    { type: 'refused', why: 'cut' },
  ] as const)
    assert.equal(reduceDiscover(leaving, last).end?.interrupted?.at, 'creating');
});

test('Ctrl-C leaves from every step, also while something is typed or read; what was selected is handed over', () => {
  const planned = reduceDiscover(play(start(80, 24), 'space', 'return'), { type: 'planned', lines: [] });
  const states = [
    play(start(80, 24)),
    play(start(80, 24), 'space', 'n', 'x'),
    play(start(80, 24), 'c', 'root', 'return', 'secret'),
    play(start(80, 24), '?'),
    play(start(80, 24), 'space', 'return'),
    planned,
  ].map((state) => reduceDiscover(state, press('ctrl-c')).end?.interrupted);
  assert.deepEqual(
    states.map((state) => [state?.at, state?.chosen.length, state?.isTypingAccount]),
    [
      ['choose', 0, false],
      ['choose', 1, false],
      ['choose', 0, true],
      ['choose', 0, false],
      ['planning', 1, false],
      ['preview', 1, false],
    ],
  );
  assert.deepEqual(reduceDiscover(planned, press('q')).end, { isCreated: false });
  const done = reduceDiscover({ ...planned, phase: 'created' }, press('ctrl-c'));
  assert.deepEqual(done.end, { isCreated: true });
});

test('o asks for a file once the sweep has ended, and hands it on once', () => {
  assert.match(play(start(80, 24), 'o').message, /when the sweep has ended; x stops it/);
  const ended = reduceDiscover(play(start(80, 24)), { type: 'swept', rows });
  const asked = reduceDiscover(ended, press('o'));
  assert.match(frame(asked), /^write the report to \[discover\.json_\]/m);
  const given = reduceDiscover(asked, press('return'));
  assert.equal(given.reportTo, 'discover.json');
  assert.equal(reduceDiscover(given, { type: 'report-taken' }).reportTo, undefined);
});

test('after the sweep rows stand in the order of the report; the cursor keeps its row, or the top', () => {
  const report: DiscoverEvent = { type: 'swept', rows: rows.toReversed() };
  const places = ({ rows: all }: DiscoverState): string[] => all.map(({ place }) => place);
  const untouched = reduceDiscover(play(start(80, 24)), report);
  assert.deepEqual(places(untouched), places(play(start(80, 24))).toReversed());
  assert.equal(untouched.cursor, '10.20.1.9');
  assert.equal(reduceDiscover(play(start(80, 24), 'down'), report).cursor, '10.20.0.12');
  assert.ok(!frame(untouched).includes('x stop'));
});

test('with long addresses the model gives way to the name; roomy screens show both whole', () => {
  const state = (columns: number): string =>
    frame(reduceDiscover(start(columns, 24), { type: 'finding', row: aRow('127.77.5.100:40099') }));
  assert.match(state(80), /8XK2M04 {3}Off dell-8xk2m04/);
  assert.doesNotMatch(state(80), /PowerEdge/);
  assert.match(state(120), /PowerEdge R660 .* dell-8xk2m04/);
});

test('rows keep their places while the cursor moves, also when the sweep ends; r puts them in order', () => {
  const moving = play(start(80, 24), 'down');
  const swept: DiscoverEvent = { type: 'swept', rows: rows.toReversed() };
  const sorted = reduceDiscover(moving, swept);
  const shown = (state: DiscoverState): string[] => shownRows(state).map(({ place }) => place);
  assert.deepEqual(
    shown(sorted),
    rows.map(({ place }) => place),
  );
  assert.deepEqual(
    shown(reduceDiscover(sorted, press('r'))),
    rows.toReversed().map(({ place }) => place),
  );
  assert.equal(reduceDiscover(sorted, { type: 'rest' }).cursor, '10.20.0.12');
});

test('d: two lines, everything found, nothing; w and arrows: wide columns behind the address; Y copies the name', () => {
  const raw = [aRow('10.20.0.11', { raw: ['firmware: 7.10.50'] }), ...rows.slice(1)];
  const told = raw.map((row): DiscoverEvent => ({ type: 'finding', row }));
  const after = (...keys: string[]): string =>
    frame([...told, ...keys.map(press)].reduce(reduceDiscover, start(80, 24)));
  assert.doesNotMatch(after(), /firmware/);
  assert.match(after('d'), /\nfirmware: 7\.10\.50\n/);
  assert.doesNotMatch(after('d', 'd'), /Redfish 1\.17/);
  assert.match(after('w', 'right', 'right'), /^>\[ \] 10\.20\.0\.11 +PowerEdge R660 {11}8XK2M04/m);
  assert.equal(after('right', 'left', 'w'), after());
  assert.deepEqual(play(start(80, 24), 'Y').copied, { text: 'dell-8xk2m04' });
});

test('keys that arrive together are taken one by one; a paste is one press and no key', () => {
  const read = pressReader();
  const keys = (input: string, key = {}): string[] => read(input, key).map((each) => each.key);
  assert.deepEqual(keys(' a\r\u0003'), ['space', 'a', 'return', 'ctrl-c']);
  assert.deepEqual(keys('', { downArrow: true }), ['down']);
  assert.deepEqual(keys('[200~'), []);
  const [paste] = read('y', {});
  assert.ok(paste);
  assert.equal(actionOf(discoverKeys, paste), undefined);
  assert.deepEqual(edit({ label: 'image', text: '' }, paste), { field: { label: 'image', text: 'y' } });
  assert.deepEqual(keys('[201~'), []);
  assert.deepEqual(keys('q'), ['q']);
});

test('run with Ink: select, preview, create, leave', async () => {
  const created: unknown[] = [];
  let ended: unknown;
  const view = discoverView(start(80, 24), {
    onPreview: async (chosen) => ({ lines: chosen.map(({ name }) => `will create ${name}`) }),
    onTemplate: async () => new Map(),
    onCreate: async (chosen, tell) => {
      created.push(...chosen);
      tell('bmc/dell-8xk2m04  created');
    },
    onStop: () => undefined,
    onCancel: () => undefined,
    onReport: async () => '',
    onLogin: async () => '',
    commandOf: () => '',
  });
  const feed = (send: (event: DiscoverEvent) => void) => {
    for (const event of swept) send(event);
    return () => undefined;
  };
  const screen = render(
    <App
      view={view}
      feed={feed}
      onEnd={(end) => {
        ended = end;
      }}
    />,
  );
  const seen = async (pattern: RegExp): Promise<void> => {
    for (let turn = 0; turn < 200 && !pattern.test(screen.lastFrame() ?? ''); turn += 1)
      await new Promise((resolve) => setTimeout(resolve, 5));
    assert.match(screen.lastFrame() ?? '', pattern);
  };
  await seen(/>\[ \] 10\.20\.0\.11/);
  screen.stdin.write(' ');
  await seen(/1 selected/);
  screen.stdin.write('\r');
  await seen(/will create dell-8xk2m04/);
  screen.stdin.write('\r');
  await seen(/bmc\/dell-8xk2m04 {2}created/);
  await seen(/1 BMC onboarded; q leaves/);
  screen.stdin.write('q');
  for (let turn = 0; turn < 100 && ended === undefined; turn += 1)
    await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(created, [{ place: '10.20.0.11', name: 'dell-8xk2m04', labels: {} }]);
  assert.deepEqual(ended, { isCreated: true });
  screen.unmount();
});
