/** The claim view as a person sees it: exact frames at 80 and 40 columns, keys, and what is left after leaving. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { render } from 'ink-testing-library';
import { widthOf } from '../../../../src/lib/output/width.js';
import { emptyForm } from '../../../../src/ui/claim/form.js';
import { type ClaimEvent, type ClaimState, choiceOf, reduceClaim, shownRows } from '../../../../src/ui/claim/model.js';
import { claimView } from '../../../../src/ui/claim/run.js';
import { drawClaim } from '../../../../src/ui/claim/view.js';
import { App } from '../../../../src/ui/shared/ink.js';
import { aRow, frame, loaded, play, rows, start } from './screen.js';

test('80 columns', () => {
  assert.equal(
    frame(play(start(80, 18), 'down')),
    `metalctl claim db/db-07   1 wanted                       3 servers > 2 claimable
${'─'.repeat(80)}
cores >= [    ]  memory >= [      ]  disk >= [        ]  nic >= [     ]
gpu >= [  ]  labels [              ]  vendor [        ]  model [          ]
location [        ]  rack [        ]  spread [none    ]
   SERVER                    STATUS     MODEL          CORES MEMORY WHERE
   fra-8xk2m04-system-0      ✔ ready    Dell R660         64  512Gi r12/u18
>  fra-8xk2m14-system-0      ✔ ready    Dell R660         64  512Gi r12/u19
 -- not claimable now (t toggles) --
 - node031-ap048-system-0    ◆ taint    HPE DL380         64  512Gi r12/u18

${'─'.repeat(80)}
fra-8xk2m14-system-0
Dell R660  64 cores  512Gi  2N 7.0Ti  r12/u19
image ghcr.io/acme/os:2026.3   ignition db.ign   power On

enter choose  tab form  y why  t all  i image  P power  / filter  s sort  ? q`,
  );
});

test('40 columns', () => {
  assert.equal(
    frame(play(start(40, 15))),
    `metalctl claim … 3 servers > 2 claimable
${'─'.repeat(40)}
tab: requirements
   SERVER                     STATUS
>  fra-8xk2m04-system-0       ✔ ready
   fra-8xk2m14-system-0       ✔ ready
 -- not claimable now (t toggles) --
 - node031-ap048-system-0     ◆ taint
${'─'.repeat(40)}
fra-8xk2m04-system-0
Dell R660  64 cores  512Gi  2N 7.0Ti  r…
image ghcr.io/acme/os:2026.3   ignition…

enter choose  tab form  y why  ? q`,
  );
});

test('no frame is wider or taller than the screen, whatever is shown', () => {
  const hostile = aRow(`node\u001b[31m${'x'.repeat(200)}`, { model: '日本\u202e\n', status: 'ready' });
  for (const [columns, lines] of [
    [40, 12],
    [59, 16],
    [80, 24],
    [120, 40],
    [20, 5],
  ] as const) {
    for (const keys of [
      [],
      ['?'],
      ['y'],
      ['/', 'zzz'],
      ['return'],
      ['return', 'return'],
      ['t'],
      ['i', 'x'.repeat(300)],
    ]) {
      const many = Array.from({ length: 300 }, (_, at) => aRow(`server-${String(at).padStart(4, '0')}`));
      const first = reduceClaim(start(columns, lines), {
        type: 'servers',
        rows: [hostile, ...many],
        funnel: '301 servers',
      });
      const state = keys.reduce((now, key) => reduceClaim(now, { type: 'press', press: { key } }), first);
      const drawn = drawClaim(state);
      assert.equal(drawn.length, lines - 1, `${columns}x${lines} ${keys}`);
      for (const text of drawn) {
        assert.ok(widthOf(text) <= columns, `${columns}: ${widthOf(text)} ${text}`);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the test
        assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f\u202e]/);
      }
    }
  }
});

test('loading, empty, filtered empty and too small say what to do', () => {
  assert.match(frame(start(80, 24)), /Loading servers …/);
  const empty = reduceClaim(start(80, 24), { type: 'servers', rows: [], funnel: '0 servers' });
  assert.match(frame(empty), /No servers yet\.\nFind BMCs: metalctl discover/);
  assert.match(frame(play(start(80, 24), '/', 'gpu9')), /0 of 3 match "gpu9"\. Esc clears the filter\./);
  assert.match(frame(start(30, 8)), /^Too small for the claim view\.\nmetalctl claim --server NAME/);
});

test('a server that cannot be claimed explains itself and is not chosen', () => {
  const state = play(start(80, 24), 'G', 'return');
  assert.equal(state.phase, 'choose');
  assert.equal(state.message, '! node031-ap048-system-0: taint hw/nic-fault:NoBind');
  assert.match(frame(state), /✖ taint hw\/nic-fault:NoBind/);
});

test('W goes through the ways to wait, is shown beside the settings, and told before anything is made', () => {
  const states = [['W'], ['W', 'W'], ['W', 'W', 'W']].map((keys) => play(start(80, 24), ...keys));
  assert.deepEqual(
    states.map(({ wait, message }) => [wait, message]),
    [
      ['power', 'stays until the server is powered on'],
      ['bound', 'stays until the claim is bound'],
      [undefined, 'leaves when the claim is written'],
    ],
  );
  assert.match(frame(play(start(80, 24), 'W')), /ignition db\.ign {3}power On {3}wait power\n/);
  assert.match(frame(play(start(80, 24), 'W', 'return')), /\nThen: {8}stays until the server is powered on\n/);
  assert.equal(choiceOf(play(start(80, 24), 'W', 'W')).wait, 'bound');
});

test('the form at 120 and at 40 columns', () => {
  const form = { ...emptyForm, nicSpeed: '25G', gpu: '2' };
  const lines = (columns: number): string[] => frame(play(start(columns, 30, { form }))).split('\n');
  assert.deepEqual(lines(120).slice(2, 4), [
    'cores >= [    ]  memory >= [      ]  disk >= [        ]  nic >= [25G  ]  gpu >= [2 ]  labels [              ]',
    'vendor [        ]  model [          ]  location [        ]  rack [        ]  spread [none    ]  image […/acme/os:2026.3]',
  ]);
  assert.equal(lines(40)[2], 'nic >= 25G  gpu >= 2');
});

test('without an image it is asked for, then the preview comes', () => {
  const asked = play(start(80, 24, { image: '' }), 'return');
  assert.equal(asked.field?.label, 'image');
  const typed = ['img', ':', '1', 'return'].reduce(
    (now, key) => reduceClaim(now, { type: 'press', press: { key } }),
    asked,
  );
  assert.deepEqual([typed.phase, typed.image], ['preview', 'img:1']);
  assert.match(frame(typed), /Will create: ServerClaim db\/db-07 \(serverRef pinned\)/);
});

test('only Enter or y on the preview claims', () => {
  for (const key of ['escape', 'n', 'q', 'space', 'x'])
    assert.notEqual(play(start(80, 24), 'return', key).phase, 'claiming', key);
  assert.equal(play(start(80, 24), 'return', 'y').phase, 'claiming');
  assert.equal(play(start(80, 24), 'return', 'return').phase, 'claiming');
});

test('the cursor follows the server when others come and go', () => {
  const state = play(start(80, 24), 'down');
  const changed = reduceClaim(state, { type: 'servers', rows: [aRow('aaa'), ...rows], funnel: '' });
  assert.equal(changed.cursor, 'fra-8xk2m14-system-0');
  const gone = reduceClaim(state, { type: 'servers', rows: [aRow('aaa')], funnel: '' });
  assert.equal(gone.cursor, 'aaa');
});

test('requirements are typed in the form, move with Tab, and every letter is a new wish', () => {
  const state = play(start(80, 24), 'tab', '6', '4', 'tab', '5', '1', '2', 'G', 'i');
  assert.deepEqual([state.form.cpu, state.form.memory, state.field?.of], ['64', '512Gi', 'memory']);
  assert.match(frame(state), /^cores >= \[64 {2}\] {2}memory >= \[512Gi_\]/m);
  assert.equal(play(start(80, 24), 'tab', 'shift-tab').field?.of, 'spread');
  assert.equal(play(start(80, 24), 'tab', 'escape', 'i').field?.of, 'image');
});

test('a requirement that does not parse marks its field and keeps the list', () => {
  const bad = reduceClaim(play(start(80, 24), 'tab', 'x'), { type: 'problem', field: 'cpu', text: '"x" is no number' });
  assert.match(frame(bad), /cores >= \[!x_ \]/);
  assert.match(frame(bad), /^! "x" is no number$/m);
  assert.equal(bad.rows.length, 3);
  const good = reduceClaim(bad, { type: 'servers', rows: [], funnel: '3 servers > 0 claimable', steps: ['3 servers'] });
  assert.equal(good.problem, undefined);
  assert.match(frame(good), /No server has all of this:\n3 servers/);
});

test('T tolerates the taints of the row, once', () => {
  const tainted: ClaimEvent = {
    type: 'servers',
    rows: [aRow('n', { isFree: false, status: 'taint', taints: ['hw/psu:NoBind'] })],
    funnel: '',
  };
  const keys = (state: ClaimState) =>
    ['T', 'T'].reduce((now, key) => reduceClaim(now, { type: 'press', press: { key } }), state);
  const state = keys(reduceClaim(start(80, 24), tainted));
  assert.deepEqual(choiceOf(state).tolerations, ['hw/psu:NoBind']);
  assert.equal(keys(play(start(80, 24))).message, 'this server has no taint that is in the way');
});

test('a server taken by somebody else while the preview is open closes it and chooses nothing', () => {
  const open = play(start(80, 24), 'return');
  const taken = rows.map((row, at) =>
    at === 0 ? { ...row, isFree: false, gates: [{ text: 'claim ci/build-9 holds it', isOpen: false }] } : row,
  );
  const state = reduceClaim(open, { type: 'servers', rows: taken, funnel: '' });
  assert.deepEqual(
    [state.phase, state.cursor, state.message],
    ['choose', 'fra-8xk2m04-system-0', '! fra-8xk2m04-system-0: claim ci/build-9 holds it'],
  );
});

test('while the API does not answer nothing is claimed, and the title says so', () => {
  const link = { seconds: 4, tries: 3, why: 'connection refused' };
  const lost = reduceClaim(play(start(80, 24)), { type: 'link', link });
  assert.match(frame(lost), /reconnecting 4s \(try 3\)$/m);
  assert.match(frame(lost), /stale 4s$/m);
  const asked = reduceClaim(lost, { type: 'press', press: { key: 'return' } });
  assert.deepEqual([asked.phase, asked.message], ['choose', '! not while the API does not answer: connection refused']);
  const back = reduceClaim(lost, { type: 'link', link: undefined });
  assert.match(frame(back), /3 servers > 2 claimable$/m);
});

test('a lost race returns to the list with the cursor where it was', () => {
  const state = reduceClaim(play(start(80, 24), 'return', 'return'), { type: 'refused', why: 'server x is taken' });
  assert.deepEqual(
    [state.phase, state.message, state.cursor],
    ['choose', '! server x is taken', 'fra-8xk2m04-system-0'],
  );
});

test('rows keep their places while the cursor moves, until it rests', () => {
  const moving = play(start(80, 24), 'down');
  const taken = rows.map((row, at) => (at === 0 ? { ...row, isFree: false, status: 'held' } : row));
  const held = reduceClaim(moving, { type: 'servers', rows: taken, funnel: '3 servers > 1 claimable' });
  const shown = (state: ClaimState): string[] => shownRows(state).map(({ name }) => name);
  assert.deepEqual(shown(held), shown(moving));
  const rested = reduceClaim(held, { type: 'rest' });
  assert.deepEqual(shown(rested), [rows[1]?.name, rows[0]?.name, rows[2]?.name]);
  assert.equal(rested.cursor, rows[1]?.name);
});

test('d shows every gate, then nothing; w and arrows show the columns there was no room for', () => {
  const large = frame(play(start(80, 24), 'd'));
  assert.match(large, /\nfra-8xk2m04-system-0\n.*64 cores.*\n✔ not cordoned\n/);
  assert.doesNotMatch(frame(play(start(80, 24), 'd', 'd')), /64 cores/);
  assert.doesNotMatch(frame(play(start(80, 24))), /DISKS/);
  assert.match(
    frame(play(start(80, 24), 'w', 'right', 'right', 'right', 'right', 'right')),
    /DISKS +WHERE +BIOS +POWER/,
  );
  for (const keys of [['d'], ['d', 'd'], ['w'], ['w', 'right']]) {
    const lines = drawClaim(play(start(60, 20), ...keys));
    assert.equal(lines.length, 19);
    assert.ok(
      lines.every((text) => widthOf(text) <= 60),
      keys.join(),
    );
  }
});

test('n goes to the next server that fits the last filter; Y copies its name', () => {
  const state = play(start(80, 24), '/', ...'system', 'return', 'escape', 'n', 'Y');
  assert.deepEqual([state.cursor, state.copied], [rows[1]?.name, { text: rows[1]?.name }]);
});

test('Ctrl-C leaves from every step, also from a field; before a plan was open no server counts as chosen', () => {
  const ends = [[], ['tab', '8'], ['i', 'x'], ['?'], ['return'], ['return', 'y']].map(
    (keys) => play(start(80, 24), ...keys, 'ctrl-c').end,
  );
  assert.deepEqual(
    ends.map((end) => end?.is === 'interrupted' && [end.at, end.choice.servers.length, end.form.cpu]),
    [
      ['choose', 0, ''],
      ['choose', 0, '8'],
      ['choose', 0, ''],
      ['choose', 0, ''],
      ['preview', 1, ''],
      ['claiming', 1, ''],
    ],
  );
  assert.deepEqual(play(start(80, 24), 'q').end, { is: 'left' });
});

test('a paste is text, not keys', () => {
  const state = play(start(80, 24), 'i', 'ctrl-u', 'q\nq\n');
  assert.equal(state.field?.text, 'q q ');
  assert.equal(state.end, undefined);
});

test('run with Ink: keys choose, the claim is made once, and the view ends', async () => {
  const claimed: unknown[] = [];
  let ended: unknown;
  const view = claimView(start(80, 24), {
    onClaim: async (choice, onStep) => {
      claimed.push(choice);
      onStep({ server: 'fra-8xk2m14-system-0', text: 'bound  fra-8xk2m14-system-0' });
    },
    onForm: () => undefined,
    commandOf: () => '',
  });
  let isStopped = false;
  const feed = (send: (event: ClaimEvent) => void) => {
    send(loaded);
    return () => {
      isStopped = true;
    };
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
  await seen(/> {2}fra-8xk2m04/);
  screen.stdin.write('\u001b[B');
  await seen(/> {2}fra-8xk2m14/);
  screen.stdin.write('\r');
  await seen(/Will create: ServerClaim db\/db-07/);
  screen.stdin.write('\r');
  for (let turn = 0; turn < 100 && ended === undefined; turn += 1)
    await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(claimed, [
    {
      servers: ['fra-8xk2m14-system-0'],
      image: 'ghcr.io/acme/os:2026.3',
      ignition: 'db.ign',
      power: 'On',
      tolerations: [],
      wait: undefined,
      spread: '',
    },
  ]);
  assert.deepEqual(ended, { is: 'claimed', servers: ['fra-8xk2m14-system-0'] });
  screen.unmount();
  assert.ok(isStopped);
});
