/** The dashboard on a large screen: racks beside what needs attention, and claims. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialTop, type RackView, reduceTop, type TopState } from '../../../../src/ui/top/model.js';
import { frame, play, snapshot } from './a-fleet.js';

const rule = '─'.repeat(120);
const blank = (lines: number): string => '\n'.repeat(lines);
const racks: readonly RackView[] = [
  { name: 'fra/r12', units: `EE${'U'.repeat(20)}FFF${'E'.repeat(17)}`, unplaced: 0 },
  { name: 'fra/r13', units: `${'E'.repeat(36)}!UUFFF`, unplaced: 2 },
];
const racked = (state: TopState, more: readonly RackView[] = racks): TopState =>
  reduceTop(state, { type: 'snapshot', snapshot: { ...snapshot, racks: more } });

test('120 columns and 40 rows', () => {
  assert.equal(
    frame(racked(play(120, 40))),
    `metalctl top                                                                            3 servers  1 BMCs  live 14:02:31
${rule}
Available 1  Reserved 1  Error 1
[========================================#######################################!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!]
${rule}
NEEDS ATTENTION 2                                                              RACKS (█ used ▒ free ░ empty ! problem)
> ✖ node-2                   Error            3d BMC 503                       fra/r12    u42..u01  ████████▒░░░░░
  ✖ bmc/node-9               Enabled          3d no answer                     fra/r13    u42..u01  ░░░░░░░░░░░░!▒ +2${blank(18)}${rule}
CLAIMS      Bound 1  Unbound 0
${rule}
EVENTS
14:02:28  server/node-3  Reserved  bound to ci/build-9





${rule}
Driver: daemon-1 (lease metal/metalctl-reconciler)

1 attention  2 servers  3 racks  4 bmcs  5 claims  enter open  c cordon  / filter  s sort  ? help  q quit`,
  );
});

test('in ASCII mode racks are letters', () => {
  const shown = frame(racked(initialTop({ columns: 120, rows: 40, ascii: true }, 'attention')));
  assert.match(shown, / RACKS \(U used F free E empty ! problem\)$/m);
  assert.match(shown, / fra\/r12 {4}u42\.\.u01 {2}UUUUUUUUFEEEEE$/m);
});

test('a huge screen has a sign for every unit', () => {
  assert.match(frame(racked(play(180, 40))), / fra\/r13 {4}u42\.\.u01 {2}░{36}!██▒▒▒ \+2$/m);
});

test('more racks than there is room for are counted; none at all is said', () => {
  const many = Array.from({ length: 40 }, (_, at) => ({ name: `r${at}`, units: 'E'.repeat(42), unplaced: 0 }));
  assert.match(frame(racked(play(120, 40), many)), / r17 +u42.*\n +and 22 more: 3 racks\n─/);
  assert.match(frame(play(120, 40)), / No server has a rack\.$/m);
});

test('other pages have the whole width; claims are counted below each, and - where nobody may read them', () => {
  const servers = frame(racked(play(120, 40, '2')));
  assert.doesNotMatch(servers, /RACKS/);
  assert.match(servers, /^CLAIMS {6}Bound 1 {2}Unbound 0$/m);
  const hidden = reduceTop(play(120, 40), { type: 'snapshot', snapshot: { ...snapshot, claims: undefined } });
  assert.match(frame(hidden), /^CLAIMS {6}-$/m);
  assert.doesNotMatch(frame(play(119, 40)), /CLAIMS|RACKS/);
});
