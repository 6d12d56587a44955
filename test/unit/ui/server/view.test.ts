/** The detail of a server as a person sees it: exact frames at 80 and 40 columns, tabs, actions, what is gone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { widthOf } from '../../../../src/lib/output/width.js';
import { serverDialogue } from '../../../../src/ui/server/linear.js';
import {
  initialServer,
  reduceServer,
  type ServerState,
  serverKeys,
  type Tab,
} from '../../../../src/ui/server/model.js';
import { drawServer } from '../../../../src/ui/server/view.js';
import { detail, frame, play, press } from './a-server.js';

const initialServerWith = (tab: Tab): ServerState =>
  reduceServer(initialServer({ columns: 80, rows: 24, ascii: false }, 'node-44', tab), { type: 'detail', detail });
test('80 columns', () => {
  assert.equal(
    frame(play(80, 14, 'tab')),
    `server/node-44                                    Error   Power On   fra/r14/u07
${'─'.repeat(80)}
Overview [Why] Hardware Network Storage BMC BIOS/FW Events History YAML
${'─'.repeat(80)}
server/node-44 cannot be claimed
✔ not cordoned
✖ state is Error (must: state is Available)


${'─'.repeat(80)}
Likely fix: metalctl describe bmc node-44

tab next  f fix  p power  o console  c cordon  y yaml  ? help  q quit  esc back`,
  );
});

test('40 columns', () => {
  assert.equal(
    frame(play(40, 12, 'left')),
    `server/n… Error   Power On   fra/r14/u07
${'─'.repeat(40)}
[YAML] 10/10
${'─'.repeat(40)}
> apiVersion: metal.ironcore.dev/v1alph…
  kind: Server
  metadata:
${'─'.repeat(40)}
Likely fix: metalctl describe bmc node-…

tab next  f fix  p power  o console  ? q`,
  );
});

test('long tabs scroll to their end and no further', () => {
  const events = (...keys: string[]): string => frame(play(80, 14, ...Array(7).fill('tab'), ...keys));
  assert.match(events('G'), /event 45\nevent 46\nevent 47\nevent 48\nevent 49\n─/);
  assert.match(events('G', 'down', 'up'), /event 44\n/);
  assert.match(events('pagedown', 'g'), /\nevent 0\n/);
});

test('only what changes something is offered and done', () => {
  const refused = play(80, 24, 'u');
  assert.deepEqual([refused.acting.act, refused.message], [undefined, 'uncordon changes nothing here']);
  assert.deepEqual(play(80, 24, 'c').acting.act, { action: 'cordon', names: ['node-44'] });
});

test('a command gets the terminal: the console, the offered fix, the lamp; and the view comes back', () => {
  assert.deepEqual(play(80, 24, 'o').child, { words: ['console', 'node-44'], isWhole: true });
  assert.deepEqual(play(80, 24, 'L').child?.words, ['locate', 'node-44', 'blink']);
  assert.deepEqual(play(80, 24, 'b').child?.words, ['boot', 'show', 'node-44']);
  assert.deepEqual(play(80, 24, 'e').child?.words, ['edit', 'server', 'node-44', '--review']);
  const fixing = play(80, 24, 'f');
  assert.deepEqual(fixing.child, { words: ['describe', 'bmc', 'node-44'], isWhole: false });
  assert.equal(reduceServer(fixing, { type: 'returned' }).child, undefined);
});

test('r: what Redfish says of its system; where that is not known it says so', () => {
  assert.deepEqual(play(80, 24, 'r').child?.words, ['redfish', 'get', '/redfish/v1/Systems/1', '--server', 'node-44']);
  const { systemUri: _, ...fresh } = detail;
  const early = reduceServer(play(80, 24), { type: 'detail', detail: fresh });
  const after = reduceServer(early, press('r'));
  assert.deepEqual([after.child, after.message], [undefined, 'where Redfish has its system is not known yet']);
});

test('p opens the power menu: a digit chooses and is asked about as by its command, anything else goes back', () => {
  assert.match(
    frame(play(80, 24, 'p')),
    /\nPower of server\/node-44: On\n\n1 {2}power on {5}changes nothing now\n2 {2}power off {4}shut down: asks the operating system first\n/,
  );
  assert.deepEqual(play(80, 24, 'p', '4').acting.act, { action: 'power cycle', names: ['node-44'] });
  const idle = play(80, 24, 'p', '1');
  assert.deepEqual(
    [idle.acting.act, idle.isPowerMenu, idle.message],
    [undefined, false, 'power on changes nothing here'],
  );
  for (const key of ['q', 'escape', 'c', '9', '0']) {
    const after = play(80, 24, 'p', key);
    assert.deepEqual([after.acting.act, after.isPowerMenu, after.end], [undefined, false, undefined], key);
  }
  assert.equal(play(80, 24, 'p', 'ctrl-c').end, 'left');
  assert.equal(play(80, 24, '=').printed, 1);
});

test('K parks, as k moves up; U gives a parked one back; the help says so', () => {
  const told = (...actions: string[]): ServerState =>
    reduceServer(play(80, 24), { type: 'detail', detail: { ...detail, actions: new Set(actions) } });
  assert.deepEqual(reduceServer(told('park'), press('K')).acting.act, { action: 'park', names: ['node-44'] });
  assert.deepEqual(reduceServer(told('unpark'), press('U')).acting.act, { action: 'unpark', names: ['node-44'] });
  assert.equal(reduceServer(told('unpark'), press('K')).message, 'park changes nothing here');
  assert.match(frame(play(80, 50, '?')), /^K +park it: off, and left alone by the operator \(k moves up\)$/m);
});

test('a fix with something to fill in, or that is no command, is only shown', () => {
  for (const fix of ['metalctl bmc credentials set node-44 --username USER', 'replace the BMC', 'metalctl a; rm b']) {
    const told = reduceServer(initialServer({ columns: 80, rows: 24, ascii: false }, 'node-44'), {
      type: 'detail',
      detail: { ...detail, fix },
    });
    const after = reduceServer(told, { type: 'press', press: { key: 'f' } });
    assert.deepEqual([after.child, after.message], [undefined, fix]);
  }
});

test('the name is copied for the terminal, and said', () => {
  const after = play(80, 24, 'Y');
  assert.deepEqual([after.copied, after.message], [{ text: 'node-44' }, 'copied: node-44']);
});

test('a server that is gone says so and cannot be acted upon; a lost API neither', () => {
  const gone = reduceServer(play(80, 24), { type: 'gone' });
  assert.match(frame(gone), /gone$/m);
  assert.match(frame(gone), /^! server\/node-44 does not exist any more$/m);
  assert.equal(reduceServer(gone, press('c')).acting.act, undefined);
  const lost = reduceServer(play(80, 24), { type: 'link', link: { seconds: 9, tries: 4, why: 'refused' } });
  assert.match(frame(lost), /reconnecting 9s \(try 4\)$/m);
  assert.match(frame(lost), /stale 9s$/m);
  assert.equal(reduceServer(lost, press('c')).acting.act, undefined);
});

test('whoever opens it says at which tab it stands', () => {
  assert.match(
    frame(initialServerWith('Why')),
    /^Overview \[Why\] Hardware Network Storage BMC BIOS\/FW Events History YAML$/m,
  );
  assert.match(frame(initialServerWith('YAML')), /^> apiVersion: metal/m);
});

test('Esc goes back, q leaves', () => {
  assert.equal(play(80, 24, 'escape').end, 'back');
  assert.equal(play(80, 24, 'q').end, 'left');
});

test('no frame is wider or taller than the screen; no key is bound twice', () => {
  const hostile = { ...detail, name: '\u001b[2J', where: '\u202e'.repeat(99), fix: '\u0007'.repeat(200) };
  for (const [columns, rows] of [
    [40, 12],
    [80, 24],
    [120, 40],
    [20, 6],
  ] as const) {
    for (const keys of [[], ['?'], ['tab'], ['y', 'G']]) {
      const first = reduceServer(initialServer({ columns, rows, ascii: true }, '\u001b[31mx'), {
        type: 'detail',
        detail: hostile,
      });
      const drawn = drawServer(keys.map(press).reduce(reduceServer, first));
      assert.equal(drawn.length, rows - 1);
      for (const text of drawn) {
        assert.ok(widthOf(text) <= columns, text);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the test
        assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f\u202e]/);
      }
    }
  }
  const keys = serverKeys.flatMap(({ keys: each }) => [...each]);
  assert.equal(new Set(keys).size, keys.length);
});

test('the detail as a conversation answers the same', async () => {
  const lines: string[] = [];
  const answers = ['why', 'foo', 'network', 'yaml', 'more', 'q'];
  await serverDialogue(async () => detail, { say: (line) => void lines.push(line), ask: async () => answers.shift() });
  assert.deepEqual(lines.slice(0, 7), [
    'Server node-44, Error, power On, fra/r14/u07.',
    'Likely fix: metalctl describe bmc node-44',
    '1. server/node-44 cannot be claimed',
    '2. Yes: not cordoned',
    '3. No: state is Error (must: state is Available)',
    'There is no foo.',
    '1. Nothing is known.',
  ]);
  assert.ok(lines.includes('12. managedFields: … 6 lines'), lines.join('\n'));
  assert.ok(lines.includes('20. systemUUID: u44'));
});
