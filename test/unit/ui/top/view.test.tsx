/** The dashboard as a person sees it: exact frames at 80 and 40 columns, pages, selection, actions, a lost API. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { render } from 'ink-testing-library';
import { widthOf } from '../../../../src/lib/output/width.js';
import type { Act } from '../../../../src/ui/shared/acting.js';
import { App } from '../../../../src/ui/shared/ink.js';
import { topDialogue } from '../../../../src/ui/top/linear.js';
import {
  aimedAt,
  eventLines,
  initialTop,
  reduceTop,
  shownRows,
  type TopEvent,
  type TopState,
  topKeys,
} from '../../../../src/ui/top/model.js';
import { topView } from '../../../../src/ui/top/run.js';
import { drawTop } from '../../../../src/ui/top/view.js';
import { aRow, frame, play, press, servers, snapshot, told } from './a-fleet.js';

test('80 columns', () => {
  assert.equal(
    frame(play(80, 20, 'down')),
    `metalctl top                                    3 servers  1 BMCs  live 14:02:31
${'─'.repeat(80)}
Available 1  Reserved 1  Error 1
[==========================##########################!!!!!!!!!!!!!!!!!!!!!!!!!!]
${'─'.repeat(80)}
NEEDS ATTENTION 2
  ✖ node-2                   Error            3d BMC 503
> ✖ bmc/node-9               Enabled          3d no answer


${'─'.repeat(80)}
EVENTS
14:02:28  server/node-3  Reserved  bound to ci/build-9


${'─'.repeat(80)}
Driver: daemon-1 (lease metal/metalctl-reconciler)

1 attention  2 servers  3 racks  4 bmcs  5 claims  enter open  c cordon  ? q`,
  );
});

test('40 columns', () => {
  assert.equal(
    frame(play(40, 14, '2')),
    `metalc… 3 servers  1 BMCs  live 14:02:31
${'─'.repeat(40)}
Available 1  Reserved 1  Error 1
[==============############!!!!!!!!!!!!]
${'─'.repeat(40)}
SERVERS 3
> ✔ node-1             Available
  ✖ node-2             Error
  ● node-3             Reserved
${'─'.repeat(40)}
Driver: daemon-1 (lease metal/metalctl-…

1 attention  2 servers  3 racks  ? q`,
  );
});

test('no frame is wider or taller than the screen, whatever is shown', () => {
  const hostile = aRow(`n\u001b]0;x\u0007${'y'.repeat(200)}`, { note: '\u202e'.repeat(300), state: '\u001b[2J' });
  const bad = { ...snapshot, rows: { ...snapshot.rows, attention: [hostile] }, events: ['\u0007'.repeat(99)] };
  for (const [columns, rows] of [
    [40, 12],
    [60, 16],
    [80, 24],
    [120, 40],
    [30, 5],
  ] as const) {
    for (const keys of [[], ['?'], ['/', 'zz'], ['2', 'G'], ['3'], ['5']]) {
      const first = reduceTop(initialTop({ columns, rows, ascii: true }, 'attention'), {
        type: 'snapshot',
        snapshot: bad,
      });
      const drawn = drawTop(keys.map(press).reduce(reduceTop, first));
      assert.equal(drawn.length, rows - 1, `${columns}x${rows} ${keys}`);
      for (const text of drawn) {
        assert.ok(widthOf(text) <= columns, `${columns} ${keys}: ${text}`);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the test
        assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f\u202e]/);
      }
    }
  }
});

test('loading, nothing there, filtered empty, partial and too small say what is so', () => {
  assert.match(frame(initialTop({ columns: 80, rows: 24, ascii: false }, 'attention')), /Loading servers …/);
  assert.match(frame(play(80, 24, '3')), /No server has a rack\. metalctl label/);
  assert.match(frame(play(80, 24, '2', '/', 'gpu')), /0 of 3 match "gpu"\. Esc clears the filter\./);
  assert.match(
    frame(reduceTop(play(80, 24), { type: 'trouble', troubles: [{ text: 'events is forbidden', lines: [] }] })),
    /^! events is forbidden \(e: show\)$/m,
  );
  assert.match(frame(play(30, 8)), /^Too small for the dashboard\.\nmetalctl top --once/);
});

test('the cursor follows the object and the selection survives filters; what is gone is not selected', () => {
  const state = play(80, 24, '2', 'down', 'space', '/', 'reserved', 'return', 'space');
  assert.deepEqual([...state.selected].sort(), ['node-2', 'node-3']);
  const less = { ...snapshot, rows: { ...snapshot.rows, servers: servers.slice(2) } };
  const after = reduceTop(state, { type: 'snapshot', snapshot: less });
  assert.deepEqual([...after.selected], ['node-3']);
  assert.equal(after.cursor, 'server/node-3');
});

test('Enter opens the server behind a row, at its cause where it needs attention, and says where there is none', () => {
  assert.deepEqual(play(80, 24, 'return').end, { is: 'open', server: 'node-2', tab: 'Why' });
  assert.deepEqual(play(80, 24, '2', 'return').end, { is: 'open', server: 'node-1' });
  assert.equal(play(80, 24, 'down', 'return').message, 'no server stands behind bmc node-9');
});

test('Enter on a rack shows its servers, and none of a rack whose name is longer; Esc shows all', () => {
  const racks = ['fra/r1', 'fra/r12'].map((name) => {
    const { opens: _, ...rack } = aRow(name, { id: `rack/${name}`, kind: 'rack' });
    return rack;
  });
  const placed = servers.map((row, at) => ({ ...row, rack: at === 0 ? 'fra/r1' : 'fra/r12' }));
  const more: TopEvent = {
    type: 'snapshot',
    snapshot: { ...snapshot, rows: { ...snapshot.rows, servers: placed, racks } },
  };
  const opened = [more, press('3'), press('return')].reduce(reduceTop, play(80, 24));
  assert.equal(opened.page, 'servers');
  assert.match(frame(opened), /^SERVERS 3 +1 of 3 shown\n> ✔ node-1 /m);
  assert.equal(shownRows(reduceTop(opened, press('escape'))).length, 3);
  const typed = [more, press('2'), ...['/', ...'rack=r12', 'return'].map(press)].reduce(reduceTop, play(80, 24));
  assert.deepEqual(
    shownRows(typed).map(({ name }) => name),
    ['node-2', 'node-3'],
  );
});

test('a driver that is lost, or none, has a sign of its own, also without colour and in ASCII', () => {
  const line = (driverMark: 'bad' | 'shut' | undefined, ascii: boolean): string | undefined => {
    const { driverMark: _, ...rest } = snapshot;
    const made = { ...rest, ...(driverMark === undefined ? {} : { driverMark }) };
    const state = initialTop({ columns: 80, rows: 24, ascii }, 'attention');
    return /^.*Driver: .*$/m.exec(frame(reduceTop(state, { type: 'snapshot', snapshot: made })))?.[0].slice(0, 10);
  };
  assert.deepEqual(
    [line(undefined, false), line('bad', false), line('shut', false)],
    ['Driver: da', '✖ Driver: ', '◆ Driver: '],
  );
  assert.deepEqual([line('bad', true), line('shut', true)], ['x Driver: ', '! Driver: ']);
});

test('an action is asked about with its plan; only yes does it; a second one waits', () => {
  const started = play(80, 24, '2', 'a', 'P');
  assert.deepEqual(started.acting.act, { action: 'power off', names: ['node-1', 'node-2', 'node-3'] });
  assert.equal(reduceTop(started, press('c')).message, '! power off is not over yet');
  const question = { what: 'powering off 3 servers', plan: ['server/node-1 is Available'] };
  const open = reduceTop(started, { type: 'question', question });
  assert.match(frame(open), /powering off 3 servers\n\nserver\/node-1 is Available\n\nEnter or y does it/);
  for (const key of ['n', 'q', 'escape', 'space']) assert.equal(reduceTop(open, press(key)).acting.answer, 'no', key);
  assert.equal(reduceTop(open, press('y')).acting.answer, 'yes');
  const typed = reduceTop(started, { type: 'question', question: { ...question, typed: '3' } });
  assert.equal(['3', 'return'].map(press).reduce(reduceTop, typed).acting.answer, 'yes');
  assert.equal(['return'].map(press).reduce(reduceTop, typed).acting.answer, 'no');
});

test('while the API does not answer the title says so, data is stamped, and nothing is changed', () => {
  const lost = reduceTop(play(80, 24, '2'), { type: 'link', link: { seconds: 42, tries: 5, why: 'refused' } });
  assert.match(frame(lost), /reconnecting 42s \(try 5\)$/m);
  assert.match(frame(lost), /stale 42s$/m);
  const asked = reduceTop(lost, press('c'));
  assert.deepEqual([asked.acting.act, asked.message], [undefined, '! not while the API does not answer: refused']);
  assert.match(frame(reduceTop(lost, { type: 'link', link: undefined })), /live 14:02:31$/m);
});

test(': goes to a page and opens servers by name, as commands write them; tab completes', () => {
  assert.equal(play(80, 24, ':', ...'se', 'tab', 'return').page, 'servers');
  for (const place of ['node-3', 'server/node-3']) {
    assert.deepEqual(play(80, 24, ':', ...place, 'return').end, { is: 'open', server: 'node-3' }, place);
  }
  assert.match(frame(play(80, 24, ':', ...'no', 'tab')), /: \[node-_\]/);
  const lost = play(80, 24, ':', ...'nowhere', 'return');
  assert.deepEqual([lost.message, lost.end], ['! there is no page, no server and no command "nowhere"', undefined]);
  assert.equal(play(80, 24, ':', 'q', 'escape').field, undefined);
});

test(': runs any command on the terminal, and the view comes back', () => {
  const start = initialTop({ columns: 80, rows: 24, ascii: false }, 'attention', ['why', 'get', 'power']);
  const typed = (line: string): TopState =>
    [told, ...[':', ...line, 'return'].map((key) => press(key === ' ' ? 'space' : key))].reduce(reduceTop, start);
  const running = typed('why node-3 -o "wide x"');
  assert.deepEqual([running.child, running.end], [{ words: ['why', 'node-3', '-o', 'wide x'] }, undefined]);
  assert.equal(reduceTop(running, { type: 'returned' }).child, undefined);
  assert.equal(typed('rm node-3').child, undefined);
  assert.match(frame([told, press(':'), press('w'), press('tab')].reduce(reduceTop, start)), /: \[why_\]/);
});

test('rows keep their places while the cursor moves; resting, or r, puts them in order', () => {
  const moving = play(80, 24, '2', 'down');
  const turned: TopEvent = {
    type: 'snapshot',
    snapshot: { ...snapshot, rows: { ...snapshot.rows, servers: [aRow('node-0'), ...servers.toReversed()] } },
  };
  const shown = (state: TopState): string[] => shownRows(state).map(({ name }) => name);
  const held = reduceTop(moving, turned);
  assert.deepEqual(shown(held), ['node-1', 'node-2', 'node-3', 'node-0']);
  assert.equal(held.cursor, 'server/node-2');
  for (const event of [{ type: 'rest' } as const, press('r')]) {
    const after = reduceTop(held, event);
    assert.deepEqual([shown(after), after.cursor], [['node-0', 'node-3', 'node-2', 'node-1'], 'server/node-2']);
  }
  // A row that is gone is gone at once.
  const fewer = { ...snapshot, rows: { ...snapshot.rows, servers: servers.slice(1) } };
  assert.deepEqual(shown(reduceTop(moving, { type: 'snapshot', snapshot: fewer })), ['node-2', 'node-3']);
});

test('n and N go to rows that fit the last filter, round and round', () => {
  const searched = play(80, 24, '2', '/', ...'node', 'return', 'escape');
  const after = (...keys: string[]): string | undefined => keys.map(press).reduce(reduceTop, searched).cursor;
  assert.deepEqual(
    [after('n'), after('n', 'n'), after('n', 'n', 'n')],
    ['server/node-2', 'server/node-3', 'server/node-1'],
  );
  assert.equal(after('N'), 'server/node-3');
  assert.equal(play(80, 24, 'n').message, 'nothing was searched for yet: / filters');
});

test('d: events small, large, off; w and arrows: columns; Y: the name', () => {
  const rows = (...keys: string[]): number => frame(play(80, 24, ...keys)).split('\n').length;
  const events = (...keys: string[]): number => eventLines(play(80, 24, ...keys));
  assert.deepEqual([events(), events('d'), events('d', 'd'), events('d', 'd', 'd')], [3, 8, 0, 3]);
  assert.deepEqual([rows('d'), rows('d', 'd')], [23, 23]);
  assert.match(frame(play(80, 24, '2', 'right', 'right')), /^> ✔ node-1 +power Off$/m);
  assert.equal(frame(play(80, 24, '2', 'right', 'left')), frame(play(80, 24, '2')));
  assert.match(frame(play(40, 24, '2', 'w', 'right')), /^> ✔ node-1 +3d power …$/m);
  assert.deepEqual(play(80, 24, '2', 'down', 'Y').copied, { text: 'node-2' });
});

test('y shows the object: a server in its view, another as get prints it; a rack is none', () => {
  assert.deepEqual(play(80, 24, '2', 'y').end, { is: 'open', server: 'node-1', tab: 'YAML' });
  assert.deepEqual(play(80, 24, '4', 'y').child?.words, ['get', 'bmc', 'node-9', '-o', 'yaml']);
  const claims = [aRow('ci/build-9', { id: 'claim/1', kind: 'claim' })];
  const racks = [aRow('fra/r12', { id: 'rack/1', kind: 'rack' })];
  const more: TopEvent = { type: 'snapshot', snapshot: { ...snapshot, rows: { ...snapshot.rows, claims, racks } } };
  const on = (page: string): TopState => [more, press(page), press('y')].reduce(reduceTop, play(80, 24));
  assert.deepEqual(on('5').child?.words, ['get', 'serverclaim', 'build-9', '-n', 'ci', '-o', 'yaml']);
  assert.deepEqual([on('3').child, on('3').message], [undefined, 'a rack is no object of the API']);
});

test('v and moving selects a range, and takes back what it leaves; v ends it, and what was selected before stays', () => {
  const after = (...keys: string[]): string[] => [...play(80, 24, '2', ...keys).selected].sort();
  assert.deepEqual(after('v'), ['node-1']);
  assert.deepEqual(after('v', 'G'), ['node-1', 'node-2', 'node-3']);
  assert.deepEqual(after('v', 'G', 'up'), ['node-1', 'node-2']);
  assert.deepEqual(after('v', 'down', 'v', 'down'), ['node-1', 'node-2']);
  assert.deepEqual(after('G', 'space', 'g', 'v', 'down', 'up'), ['node-1', 'node-3']);
  assert.deepEqual(after('v', 'down', 'A', 'down'), []);
  assert.equal(play(80, 24, '2', 'v', '4').range, undefined);
});

test('L and Ctrl-D lend the terminal to the command over the whole set, which asks there; not without a server or an API', () => {
  assert.deepEqual(play(80, 24, '2', 'v', 'down', 'L').child?.words, ['locate', 'node-1', 'node-2', 'blink']);
  assert.deepEqual(play(80, 24, '2', 'a', 'ctrl-d').child?.words, ['delete', 'server', 'node-1', 'node-2', 'node-3']);
  const none = play(80, 24, '4', 'ctrl-d');
  assert.deepEqual([none.child, none.message], [undefined, 'no server is chosen']);
  const lost = reduceTop(play(80, 24, '2'), { type: 'link', link: { seconds: 4, tries: 2, why: 'refused' } });
  const refused = reduceTop(lost, press('ctrl-d'));
  assert.deepEqual([refused.child, refused.message], [undefined, '! not while the API does not answer: refused']);
});

test('b begins the boot command for one server; the person says what to boot', () => {
  assert.match(frame(play(80, 24, '2', 'b')), /: \[boot once node-1 _\]/);
  const start = initialTop({ columns: 80, rows: 24, ascii: false }, 'servers', ['boot']);
  const booting = [told, ...['b', 'p', 'x', 'e', 'return'].map(press)].reduce(reduceTop, start);
  assert.deepEqual(booting.child?.words, ['boot', 'once', 'node-1', 'pxe']);
  const many = play(80, 24, '2', 'a', 'b');
  assert.deepEqual([many.field, many.message], [undefined, '! boot takes one server at a time: A selects none']);
});

test('no key is bound twice', () => {
  const keys = topKeys.flatMap(({ keys: each }) => [...each]);
  assert.deepEqual(
    keys.filter((key, at) => keys.indexOf(key) !== at),
    [],
  );
});

test('run with Ink: an action is planned by the command, confirmed, done once', async () => {
  const done: Act[] = [];
  const view = topView(initialTop({ columns: 80, rows: 24, ascii: false }, 'servers'), {
    onAct: async (act, ask) => {
      if (!(await ask({ what: 'powering off node-1', plan: ['its BMC is told Off'] }))) return 'nothing was done';
      done.push(act);
      return 'server/node-1 off';
    },
    commandOf: () => '',
  });
  const feed = (send: (event: TopEvent) => void) => {
    send(told);
    return () => undefined;
  };
  const screen = render(<App view={view} feed={feed} onEnd={() => undefined} />);
  const seen = async (pattern: RegExp): Promise<void> => {
    for (let turn = 0; turn < 200 && !pattern.test(screen.lastFrame() ?? ''); turn += 1)
      await new Promise((resolve) => setTimeout(resolve, 5));
    assert.match(screen.lastFrame() ?? '', pattern);
  };
  await seen(/> ✔ node-1/);
  screen.stdin.write('P');
  await seen(/its BMC is told Off/);
  screen.stdin.write('n');
  await seen(/nothing was done/);
  screen.stdin.write('P');
  await seen(/its BMC is told Off/);
  screen.stdin.write('\r');
  await seen(/server\/node-1 off/);
  assert.deepEqual(done, [{ action: 'power off', names: ['node-1'] }]);
  screen.unmount();
});

test('selection or cursor: what an action is about', () => {
  assert.deepEqual(aimedAt(play(80, 24, '2', 'down')), ['node-2']);
  assert.deepEqual(aimedAt(play(80, 24, 'down')), []);
});

test('the dashboard as a conversation answers the same', async () => {
  const lines: string[] = [];
  const answers = ['2', 'servers', 'zz', 'node-3'];
  const opened = await topDialogue(async () => snapshot, {
    say: (line) => void lines.push(line),
    ask: async () => answers.shift(),
  });
  assert.equal(opened, 'node-3');
  assert.deepEqual(lines, [
    '3 servers, 1 BMCs. 1 Available, 1 Reserved, 1 Error.',
    'Driver: daemon-1 (lease metal/metalctl-reconciler).',
    '2 need attention.',
    '1. server node-2, Error, for 3d, BMC 503',
    '2. bmc node-9, Enabled, for 3d, no answer',
    'No server stands behind bmc node-9.',
    '3 servers, 1 BMCs. 1 Available, 1 Reserved, 1 Error.',
    'Driver: daemon-1 (lease metal/metalctl-reconciler).',
    '3 servers.',
    '1. server node-1, Available, for 3d, power Off',
    '2. server node-2, Error, for 3d, BMC 503',
    '3. server node-3, Reserved, for 3d, claim ci/build-9',
    'There is no zz.',
  ]);
});

test('a rack named in the conversation reads its servers, and one of them opens', async () => {
  const { opens: _, ...rack } = aRow('fra/r12', {
    id: 'rack/fra/r12',
    kind: 'rack',
    state: 'ok',
    since: '1',
    note: '#',
  });
  const placed = servers.map((row, at) => ({ ...row, rack: at === 1 ? 'fra/r12' : 'fra/r1' }));
  const lines: string[] = [];
  const answers = ['racks', '1', '1'];
  const opened = await topDialogue(
    async () => ({ ...snapshot, rows: { ...snapshot.rows, servers: placed, racks: [rack] } }),
    { say: (line) => void lines.push(line), ask: async () => answers.shift() },
  );
  assert.equal(opened, 'node-2');
  assert.deepEqual(lines.slice(-2), ['Rack fra/r12, 1 server.', '1. server node-2, Error, for 3d, BMC 503']);
});
