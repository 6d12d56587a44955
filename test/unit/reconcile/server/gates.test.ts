/** What keeps a server from a claim: each gate shut alone, their order, and what people are told; taints and selectors. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Server } from '../../../../src/api/metal/v1alpha1/index.js';
import { claimable } from '../../../../src/reconcile/server/gates.js';
import { isWanted, matchesSelector } from '../../../../src/reconcile/serverclaim/selection.js';
import { firstUntolerated } from '../../../../src/reconcile/serverclaim/taints.js';
import { aClaim, aServer } from '../../../support/build.js';

const claim = aClaim();
const free = () => aServer().in('Available').powered('Off');
const shutOf = (server: Server, by = claim) => claimable.explain({ server, claim: by }).filter((line) => !line.isOpen);

const alone: [string, Server, string][] = [
  ['BeingDeleted', free().deleted().build(), 'it is being deleted'],
  ['HeldByOther', free().claimedBy('other').build(), 'claim db/other holds it'],
  ['Cordoned', free().cordoned().build(), 'it is cordoned'],
  ['InMaintenance', free().inMaintenance().build(), 'maintenance bios-update holds it'],
  ['NotAvailable', free().in('Discovery').build(), 'state is Discovery'],
  ['PoweredOn', free().powered('On').build(), 'power is On, a claimable server must be off'],
  ['OperationPending', free().annotated('metal.ironcore.dev/operation', 'park').build(), 'operation park is pending'],
  ['Tainted', free().taint('hw/nic-fault', 'NoBind', 'eth0').build(), 'taint hw/nic-fault=eth0:NoBind'],
];

for (const [reason, server, because] of alone) {
  test(`${reason} alone keeps a server from a claim, and says: ${because}`, () => {
    const shut = shutOf(server);
    assert.deepEqual(
      shut.map((line) => [line.reason, line.because]),
      [[reason, because]],
    );
    assert.deepEqual(claimable.firstShut({ server, claim }), shut[0]);
  });
}

test('a cordon says who made it and why, as far as it was written down', () => {
  const by = free().cordoned().annotated('metalctl.dev/cordoned-by', 'alice');
  assert.equal(shutOf(by.build())[0]?.because, 'it is cordoned by alice');
  const server = by.annotated('metalctl.dev/cordon-reason', 'new fans').build();
  assert.equal(shutOf(server)[0]?.because, 'it is cordoned by alice: "new fans"');
});

test('operations of other features hold no server back', () => {
  for (const operation of ['retry', 'rotate-credentials', 'allow-in-progress-delete'])
    assert.deepEqual(shutOf(free().asking(operation).build()), []);
});

test('a reset whose outcome is open keeps a server from a claim, though its annotation is gone', () => {
  const intent = JSON.stringify({ operation: 'hard-restart-server', at: '2026-01-01T00:00:00Z', by: 'x' });
  const server = free().annotated('metalctl.dev/reset-intent', intent).build();
  assert.deepEqual(
    shutOf(server).map(({ because }) => because),
    ['operation hard-restart-server is pending'],
  );
});

test('every gate of the list is shut alone by a row', () => {
  assert.deepEqual(
    alone.map(([reason]) => reason),
    claimable.gates.map(({ reason }) => reason),
  );
});

test('a free server is open at every gate', () => {
  assert.equal(claimable.firstShut({ server: free().build(), claim }), undefined);
  assert.equal(
    claimable.explain({ server: free().build(), claim }).every((line) => line.isOpen),
    true,
  );
});

test('a server that is held, cordoned and on names its holder first, and explains all three', () => {
  const server = free().claimedBy('other').cordoned().powered('On').build();
  assert.equal(claimable.firstShut({ server, claim })?.reason, 'HeldByOther');
  assert.deepEqual(
    shutOf(server).map(({ reason }) => reason),
    ['HeldByOther', 'Cordoned', 'PoweredOn'],
  );
});

test('a server without status is neither available nor off', () => {
  const because = shutOf(aServer().build()).map((line) => line.because);
  assert.deepEqual(because, ['state is not set yet', 'power is unknown, a claimable server must be off']);
});

test('a claim does not stand in its own way', () => {
  assert.deepEqual(shutOf(free().claimedBy().build()), []);
});

type Tolerations = NonNullable<NonNullable<typeof claim.spec>['tolerations']>;
const taints: [string, Server, Tolerations, boolean][] = [
  ['NoBind without toleration keeps off', free().taint('k').build(), [], false],
  ['Evict never keeps off', free().taint('k', 'Evict').build(), [], true],
  ['Exists tolerates any value', free().taint('k', 'NoBind', 'v').build(), [{ key: 'k', operator: 'Exists' }], true],
  ['no operator means Equal', free().taint('k', 'NoBind', 'v').build(), [{ key: 'k', value: 'v' }], true],
  [
    'Equal needs the value',
    free().taint('k', 'NoBind', 'v').build(),
    [{ key: 'k', operator: 'Equal', value: 'w' }],
    false,
  ],
  ['another key tolerates nothing', free().taint('k').build(), [{ key: 'j', operator: 'Exists' }], false],
  ['the effect must agree', free().taint('k').build(), [{ key: 'k', operator: 'Exists', effect: 'Evict' }], false],
  ['the effect may be named', free().taint('k').build(), [{ key: 'k', operator: 'Exists', effect: 'NoBind' }], true],
];

for (const [name, server, tolerations, isTolerated] of taints) {
  test(`taints: ${name}`, () => {
    assert.equal(firstUntolerated(server, { ...claim.spec, tolerations } as never) === undefined, isTolerated);
  });
}

const labels = { zone: 'a', tier: '1' };
const selectors: [string, Parameters<typeof matchesSelector>[1], boolean][] = [
  ['an empty selector matches everything', {}, true],
  ['all labels must match', { matchLabels: { zone: 'a', tier: '1' } }, true],
  ['one wrong label is enough', { matchLabels: { zone: 'a', tier: '2' } }, false],
  ['In', { matchExpressions: [{ key: 'zone', operator: 'In', values: ['b', 'a'] }] }, true],
  ['In of a label that is absent', { matchExpressions: [{ key: 'rack', operator: 'In', values: ['a'] }] }, false],
  ['NotIn', { matchExpressions: [{ key: 'zone', operator: 'NotIn', values: ['a'] }] }, false],
  ['NotIn of a label that is absent', { matchExpressions: [{ key: 'rack', operator: 'NotIn', values: ['a'] }] }, true],
  ['Exists', { matchExpressions: [{ key: 'rack', operator: 'Exists' }] }, false],
  ['DoesNotExist', { matchExpressions: [{ key: 'rack', operator: 'DoesNotExist' }] }, true],
  ['an unknown operator matches nothing', { matchExpressions: [{ key: 'zone', operator: 'Gt' }] }, false],
  [
    'labels and expressions',
    { matchLabels: { zone: 'a' }, matchExpressions: [{ key: 'tier', operator: 'In', values: ['2'] }] },
    false,
  ],
];

for (const [name, selector, expected] of selectors) {
  test(`selectors: ${name}`, () => assert.equal(matchesSelector(labels, selector), expected));
}

test('a serverRef with an empty name asks for any server', () => {
  assert.equal(isWanted(free().build(), aClaim({ serverRef: { name: '' } })), true);
});
