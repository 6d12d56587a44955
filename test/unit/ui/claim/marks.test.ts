/** Several servers in the claim view: marking, what is said of too few and too many, the preview of all, each claim's progress. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ClaimState, choiceOf, reduceClaim } from '../../../../src/ui/claim/model.js';
import { aRow, frame, play, rows, start } from './screen.js';

const three = [...rows.slice(0, 2), aRow('fra-8xk2m24-system-0', { where: 'r13/u01' }), ...rows.slice(2)];
const loaded = { type: 'servers', rows: three, funnel: '4 servers > 3 claimable' } as const;
const want = (wanted: number, more: Partial<ClaimState> = {}, columns = 80, lines = 20): ClaimState =>
  reduceClaim(start(columns, lines, { claim: 'db/web', wanted, isMany: true, ...more }), loaded);
const keys = (state: ClaimState, ...pressed: string[]): ClaimState =>
  pressed.reduce((now, key) => reduceClaim(now, { type: 'press', press: { key } }), state);

test('80 columns: two of two are marked, and the title says how many are wanted', () => {
  assert.equal(
    frame(keys(want(2), 'space', 'down', 'down', 'space')),
    `metalctl claim db/web   2 wanted, 2 marked               4 servers > 3 claimable
${'─'.repeat(80)}
cores >= [    ]  memory >= [      ]  disk >= [        ]  nic >= [     ]
gpu >= [  ]  labels [              ]  vendor [        ]  model [          ]
location [        ]  rack [        ]  spread [none    ]
   SERVER                    STATUS     MODEL          CORES MEMORY WHERE
 o fra-8xk2m04-system-0      ✔ ready    Dell R660         64  512Gi r12/u18
   fra-8xk2m14-system-0      ✔ ready    Dell R660         64  512Gi r12/u19
>o fra-8xk2m24-system-0      ✔ ready    Dell R660         64  512Gi r13/u01
 -- not claimable now (t toggles) --
 - node031-ap048-system-0    ◆ taint    HPE DL380         64  512Gi r12/u18


${'─'.repeat(80)}
fra-8xk2m24-system-0
Dell R660  64 cores  512Gi  2N 7.0Ti  r13/u01
image ghcr.io/acme/os:2026.3   ignition db.ign   power On
2 marked: enter goes on
enter choose  space mark  tab form  y why  t all  i image  P power  ? q`,
  );
});

test('40 columns: marks are seen there too', () => {
  assert.deepEqual(
    frame(keys(want(2, {}, 40, 16), 'space'))
      .split('\n')
      .slice(3, 6),
    [
      '   SERVER                     STATUS',
      '>o fra-8xk2m04-system-0       ✔ ready',
      '   fra-8xk2m14-system-0       ✔ ready',
    ],
  );
});

test('too few and too many are said, and nothing is previewed', () => {
  const few = keys(want(3), 'space', 'return');
  assert.deepEqual([few.phase, few.message], ['choose', '1 of 3 marked: space marks 2 more, a the first that fit']);
  const many = keys(want(2), 'space', 'down', 'space', 'down', 'space', 'return');
  assert.deepEqual([many.phase, many.message], ['choose', '! 3 are marked, 2 wanted: space takes 1 off']);
  assert.equal(keys(want(2), 'space', 'space').message, '0 of 2 marked: space marks 2 more, a the first that fit');
});

test('a marks as many as are missing, A none; one that cannot be claimed is never marked', () => {
  assert.deepEqual(keys(want(2), 'down', 'down', 'space', 'a').marked, [
    'fra-8xk2m24-system-0',
    'fra-8xk2m04-system-0',
  ]);
  assert.deepEqual(keys(want(2), 'a', 'A').marked, []);
  const shut = keys(want(2), 'G', 'space');
  assert.deepEqual([shut.marked, shut.message], [[], '! node031-ap048-system-0: taint hw/nic-fault:NoBind']);
  assert.equal(play(start(80, 24), 'space').message, 'one server is wanted: enter chooses it; --count N wants several');
});

test('the preview names every claim with its server, in the order they were marked', () => {
  const state = keys(want(2, { isAtomic: true }), 'down', 'space', 'up', 'space', 'return');
  assert.equal(
    frame(state).split('\n').slice(0, 13).join('\n'),
    `metalctl claim db/web   2 wanted, or none, 2 marked      4 servers > 3 claimable
${'─'.repeat(80)}
Will create: 2 ServerClaims db/web-0 to -1, each pinned by its serverRef
             Secret db/web-0-ignition, and one for each other claim
All or none: those that were made are withdrawn when one fails
Image:       ghcr.io/acme/os:2026.3
Ignition:    db.ign
Power:       ON, boots from the network once
Then:        stays until the claims are bound
 db/web-0  fra-8xk2m14-system-0
 db/web-1  fra-8xk2m04-system-0

Enter or y creates it, any other key goes back.`,
  );
  assert.deepEqual(choiceOf(state).servers, ['fra-8xk2m14-system-0', 'fra-8xk2m04-system-0']);
});

test('a preview of more claims than there is room for says how many it leaves out, and how to go on', () => {
  const all = Array.from({ length: 30 }, (_, at) => aRow(`s${String(at).padStart(2, '0')}`));
  const many = reduceClaim(start(80, 24, { claim: 'db/web', wanted: 30, isMany: true }), {
    type: 'servers',
    rows: all,
    funnel: '',
  });
  const text = frame(keys(many, 'a', 'return'));
  assert.match(text, /\n db\/web-5 {2}s05\n and 24 more\n\nEnter or y creates it/);
});

test('each claim tells its progress, and the one that failed why', () => {
  const making = keys(want(2), 'a', 'return', 'y');
  const state = [
    { server: 'fra-8xk2m04-system-0', text: 'claim written' },
    { server: 'fra-8xk2m04-system-0', text: 'bound  fra-8xk2m04-system-0' },
    { server: 'fra-8xk2m14-system-0', text: 'it is held by ci/build-9', isFailure: true },
  ].reduce((now, step) => reduceClaim(now, { type: 'step', ...step }), making);
  assert.deepEqual(frame(state).split('\n').slice(2, 5), [
    '◐ db/web-0  fra-8xk2m04-system-0  claim written · bound  fra-8xk2m04-system-0',
    '✖ db/web-1  fra-8xk2m14-system-0  it is held by ci/build-9',
    '',
  ]);
  assert.deepEqual(reduceClaim(state, { type: 'claimed' }).end, {
    is: 'claimed',
    servers: ['fra-8xk2m04-system-0', 'fra-8xk2m14-system-0'],
  });
});

test('a marked server that somebody else takes loses its mark, also while the plan is read; no other takes its place', () => {
  const taken = three.map((row, at) =>
    at === 0 ? { ...row, isFree: false, gates: [{ text: 'claim ci/build-9 holds it', isOpen: false }] } : row,
  );
  for (const open of [keys(want(2), 'a'), keys(want(2), 'a', 'return')]) {
    const state = reduceClaim(open, { type: 'servers', rows: taken, funnel: '' });
    assert.deepEqual(
      [state.phase, state.marked, state.cursor, state.message],
      [
        'choose',
        ['fra-8xk2m14-system-0'],
        'fra-8xk2m04-system-0',
        '! the mark of fra-8xk2m04-system-0 is off: claim ci/build-9 holds it',
      ],
    );
  }
});
