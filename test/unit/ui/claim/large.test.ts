/** The claim view on a large screen: three columns about a server, the whole form, spread, and servers that others took. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factsOf } from '../../../../src/commands/impl/claim-facts.js';
import { type ClaimState, choiceOf, reduceClaim } from '../../../../src/ui/claim/model.js';
import { aRow, frame, play, rows, start } from './screen.js';

const gates = ['not cordoned', 'no maintenance holds it', 'state is Available', 'power is Off', 'a', 'b'].map(
  (text) => ({
    text,
    isOpen: true,
  }),
);
const about = () => ({
  machine: ['Dell PowerEdge R660', '2 x Xeon 6430 64c/128t', '512Gi memory', '2 x SSD 3.5Ti', 'BIOS 2.3.5'],
  network: ['eno1 up sw-r12-a Eth1/19', 'eno2 up sw-r12-b Eth1/19', 'eno3 down -', 'BMC 10.20.0.12 -', 'Last claim -'],
});
const known = { where: 'fra/r12/u19', bios: '2.3.5', rack: 'r12', about, gates };
const fleet = [rows[0] ?? aRow('x'), aRow('fra-8xk2m14-system-0', known), ...rows.slice(2)];
const told = { type: 'servers', rows: fleet, funnel: '3 servers > 2 claimable' } as const;
const keys = (state: ClaimState, ...pressed: string[]): ClaimState =>
  pressed.reduce((now, key) => reduceClaim(now, { type: 'press', press: { key } }), state);

test('120 columns, 40 lines', () => {
  assert.equal(
    frame(keys(reduceClaim(start(120, 40), told), 'down')),
    `metalctl claim db/db-07   1 wanted                                                               3 servers > 2 claimable
${'─'.repeat(120)}
cores >= [    ]  memory >= [      ]  disk >= [        ]  nic >= [     ]  gpu >= [  ]  labels [              ]
vendor [        ]  model [          ]  location [        ]  rack [        ]  spread [none    ]  image […/acme/os:2026.3]
${'─'.repeat(120)}
   SERVER                     STATUS     MODEL                      CORES MEMORY DISKS        WHERE        BIOS    POWER
   fra-8xk2m04-system-0       ✔ ready    Dell R660                     64  512Gi 2N 7.0Ti     r12/u18      -       Off
>  fra-8xk2m14-system-0       ✔ ready    Dell R660                     64  512Gi 2N 7.0Ti     fra/r12/u19  2.3.5   Off
 -- not claimable now (t toggles) --
 - node031-ap048-system-0     ◆ taint    HPE DL380                     64  512Gi 2N 7.0Ti     r12/u18      -       Off
${'\n'.repeat(17)}
${'─'.repeat(120)}
fra-8xk2m14-system-0        Why claimable                                 Network (LLDP)
Dell PowerEdge R660          ✔ not cordoned                               eno1 up sw-r12-a Eth1/19
2 x Xeon 6430 64c/128t       ✔ no maintenance holds it                    eno2 up sw-r12-b Eth1/19
512Gi memory                 ✔ state is Available                         eno3 down -
2 x SSD 3.5Ti                ✔ power is Off                               BMC 10.20.0.12 -
BIOS 2.3.5                   2 more: y                                    Last claim -
${'─'.repeat(120)}
Will create: ServerClaim db/db-07 (serverRef pinned), Secret db/db-07-ignition (db.ign). Powers ON. Boot: network once.

enter choose  tab form  y why  t all  i image  P power  / filter  s sort  ? help  q quit`,
  );
});

test('what keeps a server back comes first in its column, and the line below says that it cannot be had', () => {
  const text = frame(keys(reduceClaim(start(120, 40), told), 'G'));
  assert.match(text, /^node031-ap048-system-0 +Why not claimable +Network \(LLDP\)\n +✖ taint hw\/nic-fault:NoBind$/m);
  assert.match(text, /^Cannot be claimed now: taint hw\/nic-fault:NoBind$/m);
});

test('d on a large screen shows every gate', () => {
  assert.match(frame(keys(reduceClaim(start(120, 40), told), 'down', 'd')), / {2}✔ b\n/);
});

test('Tab reaches the image in the form of a large screen, and keeps what was typed there', () => {
  const state = keys(play(start(120, 40)), 'tab', 'shift-tab', 'ctrl-u', 'os:2', 'tab');
  assert.deepEqual([state.image, state.field?.of], ['os:2', 'cpu']);
  assert.match(frame(keys(play(start(120, 40)), 'tab', 'shift-tab', 'ctrl-u', 'os:2')), /image \[os:2_ +\]$/m);
  assert.equal(keys(play(start(80, 24)), 'tab', 'shift-tab').field?.of, 'spread');
});

test('spread goes through its three values, and a marks servers of different racks', () => {
  const racks = ['r12', 'r12', 'r13', 'r14'].map((rack, at) => aRow(`s${at}`, { rack }));
  const several = reduceClaim(start(120, 40, { claim: 'db/web', wanted: 3, isMany: true }), { ...told, rows: racks });
  const inField = keys(several, 'tab', 'shift-tab', 'shift-tab');
  assert.equal(inField.field?.of, 'spread');
  const values = [['space'], ['right', 'right'], ['space', 'left'], ['l'], ['l', 'n']].map(
    (pressed) => keys(inField, ...pressed).spread,
  );
  assert.deepEqual(values, ['rack', 'location', '', 'location', '']);
  const state = keys(inField, 'r', 'return', 'a', 'return');
  assert.deepEqual(choiceOf(state).servers, ['s0', 's2', 's3']);
  assert.equal(choiceOf(state).spread, 'rack');
  assert.match(frame(state), /^Spread: {6}over racks: r12 1, r13 1, r14 1$/m);
  assert.deepEqual(choiceOf(keys(several, 'a')).servers, ['s0', 's1', 's2']);
});

test('where one server is wanted there is nothing to spread, and the field says so', () => {
  const state = keys(play(start(80, 24)), 'tab', 'shift-tab', 'space');
  assert.equal(state.spread, '');
  assert.match(frame(state), /^spread is for several servers: --count N; enter leaves$/m);
});

test('a server that another claim took goes below the line, says whose it is, and keeps the cursor', () => {
  const lost = [aRow('a'), aRow('b', { isFree: false, status: 'held', holder: 'ci/build-9' }), aRow('c')];
  const on = keys(reduceClaim(start(80, 24), { ...told, rows: [aRow('a'), aRow('b'), aRow('c')] }), 'down');
  const list = (state: ClaimState): string[] =>
    frame(state)
      .split('\n')
      .slice(6, 10)
      .map((text) => text.replace(/ {2,}/g, '  '));
  const held = reduceClaim(on, { ...told, rows: lost });
  assert.deepEqual(list(held), [
    '  a  ✔ ready  Dell R660  64  512Gi r12/u18',
    '>- b  ◆ taken by ci/build-9  64  512Gi r12/u18',
    '  c  ✔ ready  Dell R660  64  512Gi r12/u18',
    '',
  ]);
  assert.deepEqual(list(reduceClaim(held, { type: 'rest' })), [
    '  a  ✔ ready  Dell R660  64  512Gi r12/u18',
    '  c  ✔ ready  Dell R660  64  512Gi r12/u18',
    ' -- not claimable now (t toggles) --',
    '>- b  ◆ taken by ci/build-9  64  512Gi r12/u18',
  ]);
  assert.equal(held.cursor, 'b');
});

test('what the cluster does not know of a server is a dash', () => {
  assert.deepEqual(factsOf({ apiVersion: '', kind: 'Server', metadata: { name: 'x' } }, undefined), {
    machine: ['-', '- processors', '- memory', '- disks', 'BIOS -'],
    network: ['-', 'BMC - -', 'Last claim -'],
  });
});

test('processors, disks, links that are up first, and the BMC are told as the status has them', () => {
  const cpu = { id: 'c', type: 'CPU', model: 'Xeon 6430', totalCores: 32, totalThreads: 64 };
  const drive = { capacity: '2Ti', mediaType: 'SSD' };
  const server = {
    metadata: { name: 'x' },
    spec: { serverClaimRef: { namespace: 'ci', name: 'build-9' } },
    status: {
      manufacturer: 'Dell Inc.',
      model: 'R660',
      totalSystemMemory: '512Gi',
      biosVersion: '2.3.5',
      processors: [cpu, cpu, { id: 'g', type: 'GPU', totalCores: 9 }],
      storages: [{ drives: [drive, drive, { ...drive, state: 'Absent' }] }, { drives: [{ capacity: '240Gi' }] }],
      networkInterfaces: [
        { name: 'eno1', macAddress: '', carrierStatus: 'down' },
        {
          name: 'eno2',
          macAddress: '',
          carrierStatus: 'up',
          neighbors: [{ systemName: 'sw-r12-a', portID: 'Eth1/19' }],
        },
      ],
    },
  };
  const bmc = { metadata: { name: 'b' }, status: { ip: '10.20.0.12', model: 'iDRAC', firmwareVersion: '7.10.50' } };
  assert.deepEqual(factsOf(server as never, bmc as never), {
    machine: ['Dell R660', '2 x Xeon 6430 64c/128t', '512Gi memory', '2 x SSD 2Ti, 1 x disk 240Gi', 'BIOS 2.3.5'],
    network: ['eno2 up sw-r12-a Eth1/19', 'eno1 down -', 'BMC 10.20.0.12 iDRAC 7.10.50', 'Claim ci/build-9'],
  });
});
